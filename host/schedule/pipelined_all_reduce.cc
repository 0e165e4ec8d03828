#include "host/schedule/pipelined_all_reduce.h"

#include <algorithm>

#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/ring_all_reduce.h"
#include "host/schedule/two_shot_all_reduce.h"

namespace copperwall {

namespace {

enum class Rails : std::uint8_t { direct, ring };

std::uint32_t rail_steps(Domains const& d, Rails rails)
{
    return rails == Rails::direct ? 2 : 2 * (d.count - 1);
}

//! Families of one chunk after another. Counters of a chunk: scattered, and one more for each direct step on
//! rails or one for all steps of a ring.
class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains, Rails rails)
        : call_(call),
          place_{domains.size, 1},
          rail_{domains.count, domains.size},
          rails_(rails),
          last_step_(rail_steps(domains, rails) + 1),
          chunk_(chunk_bytes(call)),
          schedule_(empty_schedule(call, domains.gpus(), counters() * chunks_of(call), last_step_ + 1))
    {
    }

    Schedule build()
    {
        for (std::uint32_t c = 0; c != chunks_of(call_); ++c) add_chunk(c * counters());
        return std::move(schedule_);
    }

private:
    std::uint32_t counters() const { return rails_ == Rails::direct ? 3 : 2; }

    void add_chunk(std::uint32_t scattered)
    {
        Family scatter = to_all_others(call_, place_, chunk_, Share::of_receiver);
        scatter.signal = scattered;
        schedule_.families.push_back(scatter);
        Family gather = to_all_others(call_, place_, chunk_, Share::of_sender);
        gather.step_0 = last_step_;
        gather.wait = scattered + counters() - 1;
        gather.need_0 = rails_ == Rails::direct ? rail_.members - 1 : rail_steps_in_ring();
        if (rails_ == Rails::direct)
            add_direct(scattered);
        else
            add_ring(scattered);
        schedule_.families.push_back(gather);
    }

    void add_direct(std::uint32_t scattered)
    {
        for (Share const share : {Share::of_receiver, Share::of_sender}) {
            bool const first = share == Share::of_receiver;
            Family f = to_all_others(call_, rail_, chunk_ / place_.members, share);
            f.wait = first ? scattered : scattered + 1;
            f.need_0 = first ? place_.members - 1 : rail_.members - 1;
            f.signal = f.wait + 1;
            f.step_0 = first ? 1 : 2;
            schedule_.families.push_back(f);
        }
    }

    void add_ring(std::uint32_t scattered)
    {
        std::int64_t const share = chunk_ / place_.members;
        Family first = around(call_, rail_, share, 0, 1, scattered + 1);
        first.wait = scattered;
        first.need_0 = place_.members - 1;
        Family rest = around(call_, rail_, share, 1, rail_steps_in_ring() - 1, scattered + 1);
        for (Family* f : {&first, &rest}) {
            ++f->step_0;
            schedule_.families.push_back(*f);
        }
    }

    std::uint32_t rail_steps_in_ring() const { return 2 * (rail_.members - 1); }

    CollectiveCall const& call_;
    Circle place_, rail_;
    Rails rails_;
    std::uint32_t last_step_;
    std::int64_t chunk_;
    Schedule schedule_;
};

Pipeline pipeline_of(CollectiveCall const& call, Paths const& paths, Rails rails)
{
    Domains const d = domains_of(call, paths);
    Reach const rail = rail_reach(d, paths);
    std::int64_t const chunk = chunk_bytes(call);
    Pipeline p{chunks_of(call), chunk / d.size, {}};
    RailStage stage{rails == Rails::direct ? d.count - 1 : 1, chunk / d.ranks, rail.nearest_ns()};
    if (rails == Rails::ring) {
        p.rails.assign(rail_steps(d, rails), stage);
        return p;
    }
    double const burst = burst_ns(paths.outside, stage.messages, stage.bytes, call.per_peer_ns);
    stage.way_ns = rail.least_ns(stage.bytes, call.per_peer_ns) - burst;
    p.rails.push_back(stage);
    stage.way_ns = rail.last_ns(stage.bytes, call.per_peer_ns) - burst;
    p.rails.push_back(stage);
    return p;
}

double form_ns(CollectiveCall const& call, Paths const& paths, Rails rails)
{
    Domains const d = domains_of(call, paths);
    Pipeline const p = pipeline_of(call, paths, rails);
    double up = inside_reach(d, paths).upwards_ns(p.domain_bytes, 2 * p.chunks);
    if (rails == Rails::direct)
        up = std::max(up, rail_reach(d, paths).upwards_ns(p.rails.front().bytes, 2 * p.chunks));
    return std::max(pipeline_ns(call, paths, p), call.launch_ns + call.step_ns + up);
}

}  // namespace

Schedule pipelined_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    return domains.flat() ? two_shot_all_reduce(call) : Builder(call, domains, Rails::direct).build();
}

Schedule rail_rings_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    return domains.flat() ? ring_all_reduce(call) : Builder(call, domains, Rails::ring).build();
}

double pipelined_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    if (domains_of(call, paths).flat()) return two_shot_all_reduce_ns(call, paths);
    return form_ns(call, paths, Rails::direct);
}

double rail_rings_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    if (domains_of(call, paths).flat()) return ring_all_reduce_ns(call, paths);
    return form_ns(call, paths, Rails::ring);
}

ChunkMessages pipelined_messages(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    if (d.flat()) return {};
    return {chunk_bytes(call) / d.size, chunk_bytes(call) / d.ranks};
}

}  // namespace copperwall

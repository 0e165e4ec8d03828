#include "host/schedule/rail_halves.h"

#include <algorithm>

#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/ring_halves.h"

namespace copperwall {

namespace {

enum class Half : std::uint8_t { reduce_scatter, all_gather };

constexpr std::uint32_t kCounters = 2;  //!< of a chunk: steps of the ring that have arrived, and scattered

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains, Half half)
        : call_(call),
          place_{domains.size, 1},
          rail_{domains.count, domains.size},
          half_(half),
          chunk_(chunk_bytes(call)),
          schedule_(empty_schedule(call, domains.gpus(), kCounters * chunks_of(call), domains.count))
    {
    }

    Schedule build()
    {
        for (std::uint32_t c = 0; c != chunks_of(call_); ++c) {
            std::uint32_t const ring = c * kCounters;
            if (half_ == Half::reduce_scatter)
                reduce_scatter(ring);
            else
                all_gather(ring);
        }
        return std::move(schedule_);
    }

private:
    void reduce_scatter(std::uint32_t ring)
    {
        Family scatter = to_all_others(call_, place_, chunk_, Share::of_receiver);
        scatter.signal = ring + 1;
        schedule_.families.push_back(scatter);
        Family first = step(ring, 0, 1);
        first.wait = scatter.signal;
        first.need_0 = place_.members - 1;
        add_steps(first, step(ring, 1, rail_.members - 2), 1, -1);
    }

    void all_gather(std::uint32_t ring)
    {
        add_steps(step(ring, 0, 1), step(ring, 1, rail_.members - 2), 0, 0);
        Family gather = to_all_others(call_, place_, chunk_, Share::of_sender);
        gather.wait = ring;
        gather.need_0 = rail_.members - 1;
        gather.step_0 = rail_.members - 1;
        schedule_.families.push_back(gather);
    }

    Family step(std::uint32_t ring, std::uint32_t first, std::uint32_t count) const
    {
        return around(call_, rail_, chunk_ / place_.members, first, count, ring);
    }

    //! `later`: by so many steps; rank r begins with share r + `begin`.
    void add_steps(Family first, Family rest, std::uint32_t later, std::int32_t begin)
    {
        for (Family f : {first, rest}) {
            if (f.count == 0) continue;
            f.step_0 += later;
            f.chunk_0 += begin;
            schedule_.families.push_back(f);
        }
    }

    CollectiveCall const& call_;
    Circle place_, rail_;
    Half half_;
    std::int64_t chunk_;
    Schedule schedule_;
};

Schedule half_of(CollectiveCall const& call, Half half)
{
    return Builder(call, domains_of(call), half).build();
}

double half_ns(CollectiveCall const& call, Paths const& paths, Half half)
{
    Domains const d = domains_of(call, paths);
    std::int64_t const chunk = chunk_bytes(call);
    Pipeline p{chunks_of(call), chunk / d.size, {}};
    p.rails.assign(d.count - 1, RailStage{1, chunk / d.ranks, rail_reach(d, paths).nearest_ns()});
    p.scatters = half == Half::reduce_scatter;
    p.gathers = half == Half::all_gather;
    double const up = inside_reach(d, paths).upwards_ns(p.domain_bytes, p.chunks);
    return std::max(pipeline_ns(call, paths, p), call.launch_ns + call.step_ns + up);
}

}  // namespace

Schedule rail_rings_reduce_scatter(CollectiveCall const& call)
{
    return domains_of(call).flat() ? ring_reduce_scatter(call) : half_of(call, Half::reduce_scatter);
}

Schedule rail_rings_all_gather(CollectiveCall const& call)
{
    return domains_of(call).flat() ? ring_all_gather(call) : half_of(call, Half::all_gather);
}

double rail_rings_reduce_scatter_ns(CollectiveCall const& call, Paths const& paths)
{
    if (domains_of(call, paths).flat()) return ring_half_ns(call, paths);
    return half_ns(call, paths, Half::reduce_scatter);
}

double rail_rings_all_gather_ns(CollectiveCall const& call, Paths const& paths)
{
    if (domains_of(call, paths).flat()) return ring_half_ns(call, paths);
    return half_ns(call, paths, Half::all_gather);
}

}  // namespace copperwall

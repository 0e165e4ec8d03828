#include "host/schedule/one_shot_all_reduce.h"

#include <algorithm>

#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"

namespace copperwall {

namespace {

//! `bytes` from every member to every other, all the same.
Family whole_to_all_others(CollectiveCall const& call, Circle const& circle, std::int64_t bytes)
{
    Family f = to_all_others(call, circle, bytes, Share::of_sender);
    f.shares = 1;
    return f;
}

std::int64_t domain_share(CollectiveCall const& call, Domains const& domains)
{
    return share_bytes(call.bytes, domains.size, 0);
}

}  // namespace

Schedule one_shot_all_reduce(CollectiveCall const& call)
{
    Schedule s = empty_schedule(call, domains_of(call).gpus(), 0, 1);
    s.families = {whole_to_all_others(call, Circle{call.ranks}, call.bytes)};
    return s;
}

double one_shot_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    std::int64_t const all = share_bytes(call.bytes, 1, 0);
    double const x = exchange_of(call, paths, all).last_ns;
    return call.launch_ns + call.step_ns + std::max(x, upwards_ns(call, paths, all, 1));
}

Schedule one_shot_rails_all_reduce(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    if (d.flat()) return one_shot_all_reduce(call);
    constexpr std::uint32_t scattered = 0, crossed = 1;  // counters
    Circle const place{d.size}, rail{d.count, d.size};
    std::int64_t const share = domain_share(call, d);
    Family scatter = to_all_others(call, place, share * d.size, Share::of_receiver);
    scatter.signal = scattered;
    Family cross = whole_to_all_others(call, rail, share);
    cross.wait = scattered;
    cross.need_0 = d.size - 1;
    cross.signal = crossed;
    cross.step_0 = 1;
    Family gather = to_all_others(call, place, share * d.size, Share::of_sender);
    gather.wait = crossed;
    gather.need_0 = d.count - 1;
    gather.step_0 = 2;
    Schedule s = empty_schedule(call, d.gpus(), 2, 3);
    s.families = {scatter, cross, gather};
    return s;
}

double one_shot_rails_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    if (d.flat()) return one_shot_all_reduce_ns(call, paths);
    Reach const rail = rail_reach(d, paths);
    std::int64_t const share = domain_share(call, d);
    double const burst = burst_ns(paths.outside, d.count - 1, share, call.per_peer_ns);
    RailStage const stage{d.count - 1, share, rail.least_ns(share, call.per_peer_ns) - burst};
    double const up = std::max(inside_reach(d, paths).upwards_ns(share, 2), rail.upwards_ns(share, 1));
    return std::max(pipeline_ns(call, paths, {1, share, {stage}}), call.launch_ns + call.step_ns + up);
}

}  // namespace copperwall

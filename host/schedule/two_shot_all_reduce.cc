#include "host/schedule/two_shot_all_reduce.h"

#include <algorithm>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kContributions = 0;  //!< counter: of the other ranks, to this rank's chunk

//! One message to every other rank, nearest successor first.
Family to_all_others(CollectiveCall const& call, std::uint32_t step)
{
    Family f;
    f.count = call.ranks - 1;
    f.group = call.ranks;
    f.peer_k = 1;
    f.peer_0 = 1;
    f.bytes = call.bytes;
    f.shares = call.ranks;
    f.chunk_r = 1;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.spacing_fs = ceil_to_fs(call.per_peer_ns);
    f.step_0 = step;
    return f;
}

}  // namespace

Schedule two_shot_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    Family scatter = to_all_others(call, 0);
    scatter.chunk_k = 1;
    scatter.chunk_0 = 1;
    scatter.signal = kContributions;
    Family gather = to_all_others(call, 1);
    gather.wait = kContributions;
    gather.need_0 = call.ranks - 1;
    Schedule s;
    s.gpus = domains.gpus();
    s.counters = 1;
    s.steps = 2;
    s.launch_fs = ceil_to_fs(call.launch_ns);
    s.families = {scatter, gather};
    return s;
}

double two_shot_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
    Exchange const x = exchange_of(call, paths, chunk);
    double const up = upwards_ns(call, paths, chunk, 2);
    return call.launch_ns + std::max(2 * call.step_ns + x.last_ns + x.least_ns, call.step_ns + up);
}

std::uint32_t two_shot_all_reduce_steps(std::uint32_t)
{
    return 2;
}

}  // namespace copperwall

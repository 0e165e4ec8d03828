#include "host/schedule/ring_all_reduce.h"

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kArrived = 0;  //!< counter: chunks received

//! The steps from `first` on, as one family.
Family ring_steps(CollectiveCall const& call, std::uint32_t first, std::uint32_t count)
{
    Family f;
    f.count = count;
    f.group = call.ranks;
    f.peer_0 = 1;
    f.bytes = call.bytes;
    f.shares = call.ranks;
    f.chunk_r = 1;
    f.chunk_k = -1;
    f.chunk_0 = -static_cast<std::int32_t>(first);
    f.signal = kArrived;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.step_0 = first;
    f.step_k = 1;
    return f;
}

}  // namespace

//! Step 0 needs nothing and is a family of its own, because it alone pays the launch.
Schedule ring_all_reduce(CollectiveCall const& call)
{
    require_two_ranks(call);
    std::uint32_t const steps = ring_all_reduce_steps(call.ranks);
    Family rest = ring_steps(call, 1, steps - 1);
    rest.wait = kArrived;
    rest.need_0 = 1;
    rest.need_k = 1;
    Schedule s;
    s.gpus = call.ranks;
    s.counters = 1;
    s.steps = steps;
    s.launch_fs = ceil_to_fs(call.launch_ns);
    s.families = {ring_steps(call, 0, 1), rest};
    return s;
}

double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    PathModel const& path = paths.inside;
    double const chunk_ns = message_ns(path, share_bytes(call.bytes, call.ranks, 0));
    return call.launch_ns + ring_all_reduce_steps(call.ranks) * (call.step_ns + chunk_ns + one_way_ns(path));
}

std::uint32_t ring_all_reduce_steps(std::uint32_t ranks)
{
    return 2 * (ranks - 1);
}

}  // namespace copperwall

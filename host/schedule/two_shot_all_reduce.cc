#include "host/schedule/two_shot_all_reduce.h"

#include <algorithm>

#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kContributions = 0;  //!< counter: of the other ranks, to this rank's chunk

}  // namespace

Schedule two_shot_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    Circle const all{call.ranks};
    Family scatter = to_all_others(call, all, call.bytes, Share::of_receiver);
    scatter.signal = kContributions;
    Family gather = to_all_others(call, all, call.bytes, Share::of_sender);
    gather.wait = kContributions;
    gather.need_0 = call.ranks - 1;
    gather.step_0 = 1;
    Schedule s = empty_schedule(call, domains.gpus(), 1, 2);
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

}  // namespace copperwall

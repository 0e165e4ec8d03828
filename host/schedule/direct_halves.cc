#include "host/schedule/direct_halves.h"

#include <algorithm>

#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"

namespace copperwall {

namespace {

Schedule one_step(CollectiveCall const& call, Share share)
{
    Schedule s = empty_schedule(call, domains_of(call).gpus(), 0, 1);
    s.families = {to_all_others(call, Circle{call.ranks}, call.bytes, share)};
    return s;
}

}  // namespace

Schedule direct_reduce_scatter(CollectiveCall const& call)
{
    return one_step(call, Share::of_receiver);
}

Schedule direct_all_gather(CollectiveCall const& call)
{
    return one_step(call, Share::of_sender);
}

double direct_half_ns(CollectiveCall const& call, Paths const& paths)
{
    std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
    double const x = exchange_of(call, paths, chunk).last_ns;
    return call.launch_ns + call.step_ns + std::max(x, upwards_ns(call, paths, chunk, 1));
}

}  // namespace copperwall

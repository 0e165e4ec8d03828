#include "host/schedule/ring_all_reduce.h"

#include "host/schedule/domains.h"
#include "host/schedule/families.h"
#include "host/schedule/ring_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kArrived = 0;  //!< counter: chunks received

}  // namespace

//! Step 0 alone pays the launch.
Schedule ring_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    std::uint32_t const steps = 2 * (call.ranks - 1);
    Circle const all{call.ranks};
    Schedule s = empty_schedule(call, domains.gpus(), 1, steps);
    s.families = {around(call, all, call.bytes, 0, 1, kArrived),
                  around(call, all, call.bytes, 1, steps - 1, kArrived)};
    return s;
}

double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    return ring_ns(call, paths, 2);
}

}  // namespace copperwall

#include "host/schedule/ring_halves.h"

#include "host/schedule/domains.h"
#include "host/schedule/families.h"
#include "host/schedule/ring_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kArrived = 0;  //!< counter: chunks received

//! One turn, where rank r begins with chunk r + `begin`.
Schedule turn(CollectiveCall const& call, std::int32_t begin)
{
    Domains const domains = domains_of(call);
    std::uint32_t const steps = call.ranks - 1;
    Circle const all{call.ranks};
    Schedule s = empty_schedule(call, domains.gpus(), 1, steps);
    s.families = {around(call, all, call.bytes, 0, 1, kArrived)};
    if (steps > 1) s.families.push_back(around(call, all, call.bytes, 1, steps - 1, kArrived));
    for (Family& f : s.families) f.chunk_0 += begin;
    return s;
}

}  // namespace

Schedule ring_reduce_scatter(CollectiveCall const& call)
{
    return turn(call, -1);
}

Schedule ring_all_gather(CollectiveCall const& call)
{
    return turn(call, 0);
}

double ring_half_ns(CollectiveCall const& call, Paths const& paths)
{
    return ring_ns(call, paths, 1);
}

}  // namespace copperwall

#include "host/schedule/send_recv.h"

#include <algorithm>

#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"

namespace copperwall {

namespace {

Schedule shifted(CollectiveCall const& call, std::uint32_t by)
{
    Family f = around(call, Circle{call.ranks}, call.bytes, 0, 1, kNone);
    f.peer_0 = static_cast<std::int32_t>(by);
    f.shares = 1;
    Schedule s = empty_schedule(call, domains_of(call).gpus(), 0, 1);
    s.families = {f};
    return s;
}

double shifted_ns(CollectiveCall const& call, Paths const& paths, std::uint32_t by)
{
    Domains const d = domains_of(call, paths);
    Reach const inside = inside_reach(d, paths), outside = outside_reach(d, paths);
    std::int64_t const bytes = share_bytes(call.bytes, 1, 0);
    double slowest = 0;
    for (std::uint32_t r = 0; r != d.ranks; ++r) {
        std::uint32_t const to = (r + by) % d.ranks;
        bool const within = d.together(r, to);
        PathModel const& path = within ? paths.inside : paths.outside;
        double const way = within ? inside.way_ns(r % d.size, to % d.size) : outside.way_ns(r, to);
        slowest = std::max(slowest, message_ns(path, bytes) + way);
        bool const whole_leaf_leaves = path.leaf_ranks != 0 && by >= path.leaf_ranks && within;
        if (whole_leaf_leaves) slowest = std::max(slowest, wire_ns(path, bytes) / path.up_share + way);
    }
    return call.launch_ns + call.step_ns + slowest;
}

}  // namespace

Schedule send_to_next(CollectiveCall const& call)
{
    return shifted(call, 1);
}

Schedule send_across(CollectiveCall const& call)
{
    return shifted(call, call.ranks / 2);
}

double send_to_next_ns(CollectiveCall const& call, Paths const& paths)
{
    return shifted_ns(call, paths, 1);
}

double send_across_ns(CollectiveCall const& call, Paths const& paths)
{
    return shifted_ns(call, paths, call.ranks / 2);
}

}  // namespace copperwall

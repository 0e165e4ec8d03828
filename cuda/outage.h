//! When a link is down, and how fast it is after. No packet starts while it is down: one under way ends, what
//! is on the wire arrives, and what waits stays in its order and goes on when the link is up again.
//!
//!   start_k = the first time that is no outage, from max(a_k, d_(k-1), c_k) on
//!
//! Exact in windows: what cannot start before an outage begins cannot start before it ends, and a packet's
//! rate is that at its start.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

inline constexpr std::uint16_t kSameRate = 0xffff;

//! Down in [down_fs, up_fs); for good where up_fs is kNever.
struct Outage {
    Time down_fs = kNever;
    Time up_fs = kNever;
    std::uint16_t rate_after = kSameRate;  //!< from up_fs on: row of Network::rates_Bps; or as before
};

//! Network::outages holds lists of them: each ascending, apart from each other, and closed by one that never
//! begins. List 0 is empty.
inline constexpr std::uint16_t kNoOutage = 0;

//! From `time` on, when the link is up; kNever where it stays down.
CW_HD inline Time up_from(Outage const* list, Time time)
{
    while (list->up_fs <= time && list->down_fs != kNever) ++list;
    return time < list->down_fs ? time : list->up_fs;
}

//! When the first outage after `time`, at which the link is up, begins.
CW_HD inline Time down_after(Outage const* list, Time time)
{
    while (list->down_fs <= time) ++list;
    return list->down_fs;
}

//! The link's rate at `time`; `rate`: before the first outage.
CW_HD inline std::uint16_t rate_at(Outage const* list, std::uint16_t rate, Time time)
{
    for (; list->up_fs <= time && list->down_fs != kNever; ++list)
        if (list->rate_after != kSameRate) rate = list->rate_after;
    return rate;
}

//! When the rate changes next after `time`; kNever: not any more.
CW_HD inline Time rate_change_after(Outage const* list, Time time)
{
    while (list->down_fs != kNever && (list->up_fs <= time || list->rate_after == kSameRate)) ++list;
    return list->down_fs == kNever ? kNever : list->up_fs;
}

//! Calls serve(until, from) for each span before `end` in which the link, whose list this is, is up, as long
//! as it returns true: packets are left that do not wait for what is not known yet. free_at moves past
//! outages. Within a span, the rate is that at `from`.
template <class Serve>
CW_COLD void serve_while_up(Outage const* list, Time& free_at, Time end, Serve const& serve)
{
    for (;;) {
        free_at = up_from(list, free_at);
        Time const from = free_at;
        Time const down = free_at < end ? down_after(list, free_at) : end;
        Time const until = down < end ? down : end;
        bool const left = serve(until, from);
        if (left && until != end && free_at < until) free_at = until;  // what is left would start while down
        free_at = up_from(list, free_at);
        if (!left || until == end) return;
    }
}

}  // namespace copperwall

//! Routes that are planned anew during a run, see Network::replanned_fs: a packet goes by the last of them
//! that was planned before it may leave its switch.
//!
//! What waits for a link that is down at such a time, and has another way by the new routes, goes there: it
//! may leave at that time, as if it had just come, behind what comes by its input at the same time. All that
//! is given up of one input keeps its order; of several ports that give up their packets, the first comes
//! first. Of a set of ports the n-th packet that a port gives up takes the n-th, unless a hash of its message
//! chooses.
#pragma once

#include "cuda/model.h"
#include "cuda/serve.h"

namespace copperwall {

//! When routes are planned anew next, from `from` on, while the link of this list is down; kNever: not again.
CW_COLD inline Time replanned_while_down(Model const& m, Outage const* list, Time from)
{
    for (std::uint32_t plan = 0; plan != m.replans; ++plan) {
        Time const at = m.replanned_fs[plan];
        if (at >= from && up_from(list, at) != at) return at;
    }
    return kNever;
}

}  // namespace copperwall

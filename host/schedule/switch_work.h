//! What collectives in switches that reduce have in common, whatever the number of tiers.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! What a collective does in the switches.
struct SwitchWork {
    bool reduces = false;
    bool copies = false;
    std::uint32_t ways() const { return (reduces ? 1 : 0) + (copies ? 1 : 0); }
};

//! Software of ranks, ns.
struct RankSoftware {
    double launch_ns = 0;
    double step_ns = 0;
    double per_peer_ns = 0;
};

//! Rows of libraries for such switches hold all software of the collective.
inline RankSoftware software_in_switches(CollectiveCall const& call)
{
    if (call.in_network_GBps > 0) return {call.in_network_ns, 0, 0};
    return {call.launch_ns, call.step_ns, call.per_peer_ns};
}

//! T of switch_reduce.h, of one tier or several racks. Throws std::invalid_argument where switches do not
//! reduce.
double switch_form_ns(CollectiveCall const&, Paths const&, SwitchWork);

}  // namespace copperwall

//! What collectives in switches that reduce have in common, whatever the number of tiers.
#pragma once

#include "cuda/link_delay.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
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

//! Of `gpus`, units among them; ranks have asked for the switches before they begin.
inline Schedule empty_switch_schedule(CollectiveCall const& call, SwitchWork work, std::uint32_t gpus,
                                      std::uint32_t counters_a_round, std::uint32_t steps)
{
    Schedule schedule = empty_schedule(call, gpus, counters_a_round * chunks_of(call), steps);
    schedule.launch_fs = ceil_to_fs(software_in_switches(call).launch_ns + work.ways() * call.path_ns);
    return schedule;
}

//! Round by round, what the work has of reduce(round) and copy(round).
template <class Reduce, class Copy>
void for_each_round(CollectiveCall const& call, SwitchWork work, Reduce const& reduce, Copy const& copy)
{
    for (std::uint32_t c = 0; c != chunks_of(call); ++c) {
        if (work.reduces) reduce(c);
        if (work.copies) copy(c);
    }
}

//! T of switch_reduce.h, of one tier or several racks. Throws std::invalid_argument where switches do not
//! reduce.
double switch_form_ns(CollectiveCall const&, Paths const&, SwitchWork);

}  // namespace copperwall

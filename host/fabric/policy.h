//! Which technology a tier's links get where the scenario leaves the choice to a policy.
#pragma once

#include "host/fabric/tier_link.h"

namespace copperwall {

struct ClassLengths {
    double shortest_m = 0;
    double longest_m = 0;
    std::uint64_t count = 0;
};

//! The ends that the scenario names; for copper_when_you_can the first copper with which the longest link
//! reaches, passive, ACC, AEC, co-packaged, at both ends, else the fallback.
EndsSpec settled_ends(ScenarioSpec const& scenario, FabricSpec const& fabric, TierSpec const& tier,
                      ClassLengths const& lengths);

}  // namespace copperwall

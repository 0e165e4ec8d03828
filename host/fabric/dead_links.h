//! Links that are dead from the start, and the ways around them and around those that go down later.
#pragma once

#include "host/fabric/wiring.h"

namespace copperwall {

//! After wiring: finds the dead links, routes around them as the scenario says, and notes both. Returns the
//! planes of each group of ports that are to be left out. Sets Fabric::unreachable where pairs of gpus have
//! no way.
struct PlanesLost {
    std::vector<std::uint32_t> of[2];
};
PlanesLost bury(ScenarioSpec const& scenario, std::vector<Levels> const& levels, Fabric& fabric);

}  // namespace copperwall

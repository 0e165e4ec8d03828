//! Links that are down for a while.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! After wiring. Those that overlap or touch on a link become one. Adds a note for each. InputError where
//! there is no such link.
void take_down(std::vector<OutageSpec> const& outages, Fabric& fabric);

}  // namespace copperwall

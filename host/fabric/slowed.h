//! Links that run at a part of their rate.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! After wiring and rates; the last word on a link counts. InputError where there is no such link. Adds a
//! note for each.
void slow_down(std::vector<SlowedSpec> const& slowed, Fabric& fabric);

}  // namespace copperwall

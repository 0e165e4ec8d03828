//! Links that run at a part of their rate.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! After wiring and rates. Ports as SlowedSpec names them, which must be there; the last word on a link
//! counts. Adds a note for each.
void slow_down(std::vector<SlowedSpec> const& slowed, Fabric& fabric);

}  // namespace copperwall

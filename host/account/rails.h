//! Networks of NICs whose rails are not joined.
#pragma once

#include "host/account/plan.h"

namespace copperwall {

//! Throws std::invalid_argument, naming two gpus, where the plan's algorithm sends from one rail to another
//! and the fabric's NICs are rail_only.
void check_rails(Plan const& plan, Fabric const& fabric);

}  // namespace copperwall

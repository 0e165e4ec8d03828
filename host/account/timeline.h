//! The engine's per-step use of link classes as rows with units.
#pragma once

#include "host/account/cell.h"

namespace copperwall {

//! One row for each step and link class that carried a packet, steps ascending; `network` is the one the
//! engine ran on, and a folded plane counts for all.
std::vector<TimelineRow> timeline_of(Fabric const& fabric, Network const& network,
                                     EngineResult const& result);

}  // namespace copperwall

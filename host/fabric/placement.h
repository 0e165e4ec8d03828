//! Puts gpus and switch chips into trays and racks, and measures the way between them.
#pragma once

#include "host/fabric/wiring.h"

namespace copperwall {

//! Gives every node of a network within domains its tray and position; racks of spines stand in the middle of
//! their domain's. gpus and chips fill their trays in order. x spreads a tray's chips over the rack's width,
//! for pictures; lengths do not use it. Switches between domains have no place: their links have a length of
//! their own.
void place_nodes(std::vector<Levels> const& levels, Fabric& fabric);

//! Length of the medium of a link of `tier` between two placed nodes, m.
double length_between_m(TierSpec const& tier, PlacedNode const& a, PlacedNode const& b);

}  // namespace copperwall

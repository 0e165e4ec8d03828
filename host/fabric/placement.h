//! Puts gpus and switch chips into trays of a rack, and measures the way between them.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! Gives every node its rack, tray and position. gpus and chips fill their trays in order.
//! x spreads a tray's chips over the rack's width, for pictures; lengths do not use it.
void place_nodes(PlacementSpec const& placement, std::vector<PlacedNode>& nodes);

//! Length of the medium between two placed nodes' trays, m:  |U_a - U_b| unit + slack.
double length_between_m(PlacementSpec const& placement, PlacedNode const& a, PlacedNode const& b);

}  // namespace copperwall

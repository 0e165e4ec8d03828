//! A network with only some of its planes.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! First switch of a group of ports.
NodeId first_switch(Fabric const& fabric, std::uint32_t group);

//! Plane 0 alone of each group that is folded; it stands for all.
Network folded_planes(Fabric const& fabric, bool const (&folded)[2]);

//! Takes planes out of a fabric whose nodes are placed: their ports, switches and links.
//! `left_out`: of each group, ascending, not all.
void leave_out(std::vector<std::uint32_t> const (&left_out)[2], Fabric& fabric);

}  // namespace copperwall

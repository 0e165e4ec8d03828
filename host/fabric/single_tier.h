//! One tier of switches: port p of every gpu leads to plane p, and plane p reaches every gpu.
//!
//! A physical chip with several links to each gpu is several planes, one engine node each: HGX H100 has four
//! chips and 18 planes, NVL72 18 of both.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

void wire_single_tier(FabricSpec const& spec, Fabric& fabric);

//! The chip that holds each plane: equal shares, what is left over one each to the outermost chips first
//! (5, 4, 4, 5 planes for 18 on four chips). Needs 0 < chips <= planes.
std::vector<std::uint32_t> chip_of_planes(std::uint32_t planes, std::uint32_t chips);

}  // namespace copperwall

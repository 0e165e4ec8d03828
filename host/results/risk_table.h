//! Prices and failures of fabrics as results hold them.
#pragma once

#include "host/results/results.h"

namespace copperwall {

//! A fabric as a cell asks for it.
struct FabricAsked {
    std::string interconnect;  //!< as the cell calls it
    std::string setting;       //!< as RiskRow::setting
    Fabric const* fabric = nullptr;
    std::uint64_t seed = 0;  //!< of its draws
};

//! One row each, without those that are asked for again, whatever their setting; in the order of asking.
std::vector<RiskRow> risk_table(std::vector<FabricAsked> const& asked);

}  // namespace copperwall

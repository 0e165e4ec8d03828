//! What the links of a tier end in: trays, and the modules of a technology that these hold.
#pragma once

#include <vector>

#include "host/fabric/counts.h"

namespace copperwall {

//! A tier as counted, with the front end's switch chips, and the trays at both sides of its links. Where
//! trays are not placed, NICs and switch chips themselves are counted as trays.
struct TierEnds {
    TierSpec const* tier = nullptr;  //!< in the fabric
    TierCount count;
    double lower_trays = 0;  //!< of gpus or leaves
    double upper_trays = 0;  //!< of switches, spines or cores
};

//! In the order of count_by_tier(): the front end last.
std::vector<TierEnds> tier_ends(Fabric const& fabric);

//! Module ends of a technology in each of `trays` trays that a tier's `links` end in; trays share no module.
double modules_per_tray(TierSpec const& tier, double links, double trays, TechnologySpec const& technology);

}  // namespace copperwall

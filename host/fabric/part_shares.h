//! How much of what a group of gpus shares between switches is lost with some of its links or chips.
#pragma once

#include "host/fabric/tier_ends.h"

namespace copperwall {

//! What of a tier a group shares on its way: a gpu below leaves, the gpus of a leaf below spines, those of a
//! pod below cores.
struct PartShare {
    double planes = 1;
    double links = 0;    //!< of a group, all planes
    double chips = 0;    //!< that they lead to, all planes
    double peers = 1;    //!< of these, in one plane
    double members = 1;  //!< switches of the group, in one plane, that the links start from
};

//! `ends`: all of the fabric.
PartShare part_share(Fabric const& fabric, std::vector<TierEnds> const& ends, TierEnds const& tier);

//! Loss of rate with `out` links of one switch of the group, as if to one switch above: that share of all
//! links to it, since others go on sending there; or the switches, or the plane, that are left out for it, if
//! that is less (messages are cut equally over planes).
double links_lost(double out, PartShare const& share);

//! Loss of rate with `out` chips that a group leads to, side by side as trays hold them, plane by plane; or
//! of the planes that they are of, if that is less.
double chips_lost(double out, PartShare const& share);

}  // namespace copperwall

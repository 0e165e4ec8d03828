//! What a fabric is made of, tier by tier; the same for one that was read from a results file.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! Of the whole fabric, all domains and planes.
struct TierCount {
    std::string tier;
    std::uint64_t chips = 0;         //!< switch chips that its links lead up into; of a mesh none of its own
    std::uint64_t links = 0;         //!< cables: both directions together
    double lanes = 0;                //!< of all links, each direction one: a cable pair or a fibre
    std::uint64_t optical_ends = 0;  //!< of links of light: two a cable
    double shortest_m = 0, longest_m = 0;  //!< between trays
    double all_lanes_m = 0;

    double mean_m() const { return lanes > 0 ? all_lanes_m / lanes : 0; }
};

//! In the order of the fabric's classes. Links without lengths of their own (front end) have their class's.
//! The front end's chips are unknown here.
std::vector<TierCount> count_by_tier(Fabric const& fabric);

}  // namespace copperwall

//! Makes the nodes, links and routes of a fabric: in each domain, and between domains, one or two levels of
//! switches.
//!
//! Port p of every gpu leads to plane p of its leaf; a leaf holds leaf_gpus gpus. With spines every leaf has
//! leaf_gpus / oversubscription links up, shared out evenly over the plane's spines; in a mesh they lead to
//! the other leaves, evenly. A packet for the i-th gpu of a leaf goes up by link i mod links up, and comes
//! down by its twin (destination mod k); or, as the scenario says, by any of the links that lead on. A
//! physical chip with several links to each gpu is several planes, one engine node each.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! One network of switches, within domains or between them.
struct Levels {
    TierSpec const* leaf = nullptr;
    TierSpec const* spine = nullptr;  //!< none: every leaf stands alone
    std::uint32_t parts = 1;          //!< equal networks without a link between them: domains
    std::uint32_t gpus = 0;           //!< of one part
    std::uint32_t leaves = 1;         //!< of one part, and plane
    std::uint32_t ups = 0;            //!< of one leaf, and plane
    std::uint32_t spines = 0;         //!< of one part, and plane; engine nodes
    std::uint16_t first_class = 0;    //!< class first + 0 is gpu to leaf, + 1 leaf to gpu, + 2 up, + 3 down

    bool mesh() const { return spine != nullptr && spine->wiring == "mesh"; }
    std::uint32_t planes() const { return leaf->links_per_gpu; }
    std::uint32_t switches_per_plane() const { return parts * (leaves + spines); }
    std::uint32_t leaf_chips() const { return parts * leaves * leaf->switches.chips; }
    std::uint32_t spine_chips() const;  //!< of one part, all planes: a chip may hold several of its planes
};

//! Why the spines of a tier cannot be built, or "".
std::string spine_problem(TierSpec const& leaf, TierSpec const& spine, std::uint32_t gpus);

//! The networks of a fabric's tiers: within domains first, then between them, if there are such tiers.
std::vector<Levels> levels_of(FabricSpec const& spec);

//! Fills nodes (kind, name, chip, rack), network (all but latencies and rates) and switches_per_plane.
void wire(std::vector<Levels> const& levels, Routing routing, Fabric& fabric);

//! Routes anew, without dead links: by other links to the same place, and up by those from which a way goes
//! on. None is left where there is no such way. `dead`: of each link. Returns how many avoid one.
std::uint64_t reroute(std::vector<Levels> const& levels, Routing routing, std::vector<bool> const& dead,
                      Fabric& fabric);

//! The chip that holds each plane: equal shares, what is left over one each to the outermost chips first
//! (5, 4, 4, 5 planes for 18 on four chips). Needs 0 < chips <= planes.
std::vector<std::uint32_t> chip_of_planes(std::uint32_t planes, std::uint32_t chips);

}  // namespace copperwall

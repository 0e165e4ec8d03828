//! Makes the nodes, links and routes of a fabric: in each domain, and between domains, one to three levels of
//! switches.
//!
//! Port p of every gpu leads to plane p of its leaf; a leaf holds leaf_gpus gpus. With spines every leaf has
//! leaf_gpus / oversubscription links up, shared out evenly over the plane's spines; in a mesh they lead to
//! the other leaves, evenly. A packet for the i-th gpu of a leaf goes up by link i mod links up, and comes
//! down by its twin (destination mod k); or, as the scenario says, by any of the links that lead on. A
//! physical chip with several links to each gpu is several planes, one engine node each.
//!
//! Below cores, the leaves of pod_gpus gpus and their spines are a pod. The s-th spine of every pod has the
//! leaves' links down to it over oversubscription links up, shared out evenly over the s-th group of cores (a
//! fat tree). Spines choose among them as leaves do, by the place of the receiver below the spine.
//!
//! By rails, the gpus of one place in their domains, a rail, follow each other below the leaves. Where a
//! network is rail_only a rail has leaves and spines of its own: it is a pod that no core joins to others.
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
    TierSpec const* core = nullptr;   //!< above spines; none: all leaves are one pod
    std::uint32_t pods = 1;           //!< of one part
    std::uint32_t pod_leaves = 1;     //!< of one pod, and plane; the last may have fewer
    std::uint32_t pod_spines = 0;     //!< of one pod, and plane; engine nodes
    std::uint32_t core_ups = 0;       //!< of one spine
    std::uint32_t core_group = 0;     //!< cores that one spine leads to, and plane; engine nodes
    std::uint32_t rail_places =
        0;  //!< by rails: places of a rail below its leaves, one for each domain or more
    std::uint16_t first_class = 0;  //!< class first + 0 is gpu to leaf, + 1 leaf to gpu, + 2 up, + 3 down,
                                    //!< + 4 spine to core, + 5 down

    bool by_rails() const { return leaf->rails || leaf->rail_only; }
    bool joined() const { return !leaf->rail_only; }  //!< there is a way from any leaf to any other
    bool mesh() const { return spine != nullptr && spine->wiring == "mesh"; }
    std::uint32_t planes() const { return leaf->links_per_gpu; }
    std::uint32_t spines() const { return pods * pod_spines; }  //!< of one part, and plane
    std::uint32_t cores() const { return pod_spines * core_group; }
    std::uint32_t switches_per_part() const { return leaves + spines() + cores(); }
    std::uint32_t switches_per_plane() const { return parts * switches_per_part(); }
    std::uint32_t link_classes() const { return core != nullptr ? 6 : spine != nullptr ? 4 : 2; }
    std::uint32_t leaf_chips() const { return parts * leaves * leaf->switches.chips; }
    std::uint32_t pod_chips()
        const;  //!< spines of one pod, all planes: a chip may hold several of its planes
    std::uint32_t spine_chips() const { return pods * pod_chips(); }  //!< of one part
    std::uint32_t core_chips() const;                                 //!< the same of cores
};

//! Why the spines of a tier cannot be built, or "".
std::string spine_problem(TierSpec const& leaf, TierSpec const& spine, std::uint32_t gpus);

//! The same of cores above spines that can be built.
std::string core_problem(FabricSpec const& fabric, TierSpec const& leaf, TierSpec const& spine,
                         TierSpec const& core);

//! The networks of a fabric's tiers: within domains first, then between them, if there are such tiers.
std::vector<Levels> levels_of(FabricSpec const& spec);

//! Their tiers in the order of their link classes, two of each: up and down.
std::vector<TierSpec const*> tiers_by_class(std::vector<Levels> const& levels);

//! Fills nodes (kind, name, chip, rack), network (all but latencies and rates) and switches_per_plane.
//! `in_a_row`: packets of an input by one link, where they are routed in turn.
void wire(std::vector<Levels> const& levels, Routing routing, std::uint32_t in_a_row, Fabric& fabric);

//! Fills routes and port_sets of a network that is wired.
void route(std::vector<Levels> const& levels, Routing routing, Fabric& fabric);

//! Routes anew, without dead links: by other links to the same place, and up by those from which a way goes
//! on. `dead`: for each plan, of each link. Routes of the plans follow each other. Where there is no such way
//! the first plan has none; another leads on by any link that is not dead itself, or as the first does.
struct Rerouted {
    std::uint64_t detours = 0;  //!< routes of the first plan that avoid a dead link
    std::uint64_t stuck = 0;    //!< pairs of a switch and a gpu between which some later plan has no way
};
Rerouted reroute(std::vector<Levels> const& levels, Routing routing,
                 std::vector<std::vector<bool>> const& dead, Fabric& fabric);

//! The chip that holds each plane: equal shares, what is left over one each to the outermost chips first
//! (5, 4, 4, 5 planes for 18 on four chips). Needs 0 < chips <= planes.
std::vector<std::uint32_t> chip_of_planes(std::uint32_t planes, std::uint32_t chips);

}  // namespace copperwall

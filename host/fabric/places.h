//! Where gpus and switches of a fabric's networks stand: shared by who joins them and who finds ways.
#pragma once

#include <algorithm>
#include <vector>

#include "host/fabric/wiring.h"

namespace copperwall {

//! Where gpus of one part stand below the leaves.
struct Seat {
    std::uint32_t leaf;
    std::uint32_t port;
};

inline Seat seat_of(Levels const& levels, FabricSpec const& spec, std::uint32_t gpu)
{
    std::uint32_t place = gpu % levels.gpus;
    if (levels.by_rails()) place = gpu % spec.gpus * levels.rail_places + gpu / spec.gpus;
    return {place / levels.leaf->leaf_gpus, place % levels.leaf->leaf_gpus};
}

//! Links from a leaf to each spine of its pod.
inline std::uint32_t parallel(Levels const& l)
{
    return l.ups / l.pod_spines;
}

//! The same from a spine to each of its cores.
inline std::uint32_t core_parallel(Levels const& l)
{
    return l.core_ups / l.core_group;
}

inline std::uint32_t leaves_in(Levels const& l, std::uint32_t pod)
{
    return std::min(l.pod_leaves, l.leaves - pod * l.pod_leaves);
}

//! Of a gpu among those that a spine of its pod leads to when packets go by destination.
inline std::uint32_t place_below_spine(Levels const& l, Seat seat)
{
    return seat.leaf % l.pod_leaves * parallel(l) + seat.port % l.ups / l.pod_spines;
}

//! Switches are numbered behind the gpus: by network, plane and part, leaves before spines before cores.
class SwitchNumbers {
public:
    SwitchNumbers(std::vector<Levels> const& levels, std::uint32_t gpus) : levels_(levels), first_{gpus}
    {
        for (Levels const& l : levels) first_.push_back(first_.back() + l.planes() * l.switches_per_plane());
    }

    NodeId end() const { return first_.back(); }

    NodeId leaf(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t leaf_of_part) const
    {
        Levels const& l = levels_[n];
        return first_[n] + plane * l.switches_per_plane() + part * l.switches_per_part() + leaf_of_part;
    }

    NodeId spine(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t spine_of_part) const
    {
        return leaf(n, plane, part, levels_[n].leaves + spine_of_part);
    }

    NodeId core(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t core_of_part) const
    {
        return spine(n, plane, part, levels_[n].spines() + core_of_part);
    }

    //! visit(network, plane, part) for each.
    template <class Visit>
    void for_each_part(Visit visit) const
    {
        for (std::size_t n = 0; n != levels_.size(); ++n)
            for (std::uint32_t plane = 0; plane != levels_[n].planes(); ++plane)
                for (std::uint32_t part = 0; part != levels_[n].parts; ++part) visit(n, plane, part);
    }

private:
    std::vector<Levels> const& levels_;
    std::vector<NodeId> first_;  //!< of each network; one more at the end
};

}  // namespace copperwall

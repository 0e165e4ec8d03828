//! How the ranks of a call lie in groups and scale-up domains.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

struct Domains {
    std::uint32_t ranks = 0;   //!< N, of one group
    std::uint32_t groups = 1;  //!< that run the collective at the same time
    std::uint32_t size = 0;    //!< L, consecutive ranks of a group in one domain
    std::uint32_t count = 1;   //!< R = N / L

    std::uint32_t gpus() const { return ranks * groups; }
    std::uint32_t group_of(std::uint32_t gpu) const { return gpu / ranks; }
    std::uint32_t rank_of(std::uint32_t gpu) const { return gpu % ranks; }
    //! Of the gpu's group, 0 .. R-1.
    std::uint32_t domain_of(std::uint32_t gpu) const { return rank_of(gpu) / size; }
    //! One rank per domain leaves nothing to do within it; one domain nothing between.
    bool flat() const { return count == 1 || size == 1; }
    //! Of two gpus of one group. L divides N, so that domains of all groups can be counted through.
    bool together(std::uint32_t a, std::uint32_t b) const { return a / size == b / size; }
};

//! Places of a domain whose NICs the library's rings and trees use, spread evenly: NIC c of n is at place c L
//! / n rounded down.
class UsedNics {
public:
    UsedNics(CollectiveCall const& call, Domains const& domains);

    std::uint32_t count() const { return count_; }
    bool all() const { return count_ == size_; }
    std::uint32_t place(std::uint32_t nic) const
    {
        return static_cast<std::uint32_t>(std::uint64_t{nic} * size_ / count_);
    }
    bool at(std::uint32_t place) const;

private:
    std::uint32_t size_;
    std::uint32_t count_;
};

//! Throws std::invalid_argument for a group that has nobody to talk to and for domains of unequal ranks.
Domains domains_of(CollectiveCall const& call);

//! The same for a closed form, which needs the path between domains where there are several.
Domains domains_of(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

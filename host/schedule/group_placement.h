//! Where groups of gpus lie on a fabric of domains and leaves.
#pragma once

#include <cstdint>
#include <vector>

namespace copperwall {

//! Gpus of a fabric: consecutive ones in a domain, and below the same first switches of a domain.
struct FabricGpus {
    std::uint32_t gpus = 0;         //!< a multiple of domain_gpus
    std::uint32_t domain_gpus = 0;  //!< a multiple of leaf_gpus
    std::uint32_t leaf_gpus = 0;
};

//! Gpus that take part, in the order of groups and ranks; the others idle.
struct GroupPlacement {
    std::vector<std::uint32_t> gpus;  //!< of the fabric, ascending; group g has those from g ranks on
    std::uint32_t ranks = 0;          //!< of one group
    std::uint32_t groups = 0;
    std::uint32_t domain_ranks = 0;  //!< of one group in one domain
    std::uint32_t leaf_ranks = 0;    //!< of one group in one leaf
};

//! A group of G gpus on leaves of l, m leaves a domain. G <= l: a leaf holds floor(l / G) whole groups.
//! G > l: the group takes G / q gpus of each of q consecutive leaves, q the least number of at least G / l
//! that divides G and either fits in a domain (q <= m, floor(m / q) groups a domain) or fills domains (m
//! divides q). What is left over of a leaf, a domain or the fabric idles. group = 0: all gpus. most_groups =
//! 0: as many as there is room for. Throws std::invalid_argument, saying what to choose, where that cannot
//! be.
GroupPlacement place_groups(FabricGpus const& fabric, std::uint32_t group, std::uint32_t most_groups = 0);

}  // namespace copperwall

#include "host/schedule/group_placement.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace copperwall {

namespace {

[[noreturn]] void refuse(std::string const& problem)
{
    throw std::invalid_argument(problem);
}

void check_fabric(FabricGpus const& f)
{
    if (f.leaf_gpus == 0 || f.domain_gpus == 0 || f.domain_gpus % f.leaf_gpus != 0)
        refuse("domains of " + std::to_string(f.domain_gpus) + " gpus do not consist of whole leaves of " +
               std::to_string(f.leaf_gpus) + "; choose a multiple");
    if (f.gpus == 0 || f.gpus % f.domain_gpus != 0)
        refuse(std::to_string(f.gpus) + " gpus are no whole number of domains of " +
               std::to_string(f.domain_gpus) + "; choose a multiple");
}

//! Gpus `ranks` of each of `leaves` consecutive leaves are one group; a block of leaves holds one or several.
struct Pattern {
    std::uint32_t leaves = 1;           //!< q
    std::uint32_t ranks = 0;            //!< of each leaf
    std::uint32_t groups_per_leaf = 1;  //!< more than 1 only where q = 1
    std::uint32_t block_leaves = 1;     //!< where the pattern begins anew: a leaf, a domain, or q leaves
};

bool usable(std::uint32_t q, std::uint32_t domain_leaves)
{
    return q <= domain_leaves || q % domain_leaves == 0;
}

Pattern pattern_of(FabricGpus const& f, std::uint32_t group)
{
    if (group <= f.leaf_gpus) return {1, group, f.leaf_gpus / group, 1};
    std::uint32_t const domain_leaves = f.domain_gpus / f.leaf_gpus;
    std::uint32_t const leaves = f.gpus / f.leaf_gpus;
    for (std::uint32_t q = (group + f.leaf_gpus - 1) / f.leaf_gpus; q <= std::min(leaves, group); ++q)
        if (group % q == 0 && usable(q, domain_leaves)) return {q, group / q, 1, std::max(q, domain_leaves)};
    refuse("a group of " + std::to_string(group) + " does not lie alike on leaves of " +
           std::to_string(f.leaf_gpus) + " and domains of " + std::to_string(f.domain_gpus) + " among " +
           std::to_string(f.gpus) + " gpus; choose a group that fits in a leaf, or a multiple of " +
           std::to_string(f.domain_gpus));
}

//! The first gpu of group g, in its first leaf.
std::uint32_t first_gpu(FabricGpus const& f, Pattern const& p, std::uint32_t g)
{
    std::uint32_t const per_block = p.block_leaves / p.leaves * p.groups_per_leaf;
    std::uint32_t const leaf = g / per_block * p.block_leaves + g % per_block / p.groups_per_leaf * p.leaves;
    return leaf * f.leaf_gpus + g % p.groups_per_leaf * p.ranks;
}

std::uint32_t groups_of(FabricGpus const& f, Pattern const& p, std::uint32_t most)
{
    std::uint32_t const blocks = f.gpus / f.leaf_gpus / p.block_leaves;
    std::uint32_t const room = blocks * (p.block_leaves / p.leaves) * p.groups_per_leaf;
    return most == 0 ? room : std::min(room, most);
}

}  // namespace

GroupPlacement place_groups(FabricGpus const& fabric, std::uint32_t group, std::uint32_t most_groups)
{
    check_fabric(fabric);
    std::uint32_t const ranks = group == 0 ? fabric.gpus : group;
    if (ranks < 2 || ranks > fabric.gpus)
        refuse("a group of " + std::to_string(ranks) + " is not within 2 .. " + std::to_string(fabric.gpus) +
               ", the gpus of the fabric");
    Pattern const p = pattern_of(fabric, ranks);
    GroupPlacement placed;
    placed.ranks = ranks;
    placed.groups = groups_of(fabric, p, most_groups);
    placed.domain_ranks = p.ranks * std::min(p.leaves, fabric.domain_gpus / fabric.leaf_gpus);
    placed.leaf_ranks = p.ranks;
    for (std::uint32_t g = 0; g != placed.groups; ++g)
        for (std::uint32_t leaf = 0; leaf != p.leaves; ++leaf)
            for (std::uint32_t i = 0; i != p.ranks; ++i)
                placed.gpus.push_back(first_gpu(fabric, p, g) + leaf * fabric.leaf_gpus + i);
    return placed;
}

}  // namespace copperwall

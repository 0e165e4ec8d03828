//! The two binary trees of NCCL over n nodes: who is inside one is a leaf of the other.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cuda/types.h"

namespace copperwall {

struct TreeNode {
    std::uint32_t parent = kNone;  //!< kNone: the root
    std::array<std::uint32_t, 2> children{kNone, kNone};
    std::uint32_t depth = 0;   //!< edges to the root
    std::uint32_t height = 0;  //!< edges to the farthest leaf below

    std::uint32_t child_count() const
    {
        return (children[0] != kNone ? 1u : 0u) + (children[1] != kNone ? 1u : 0u);
    }
};

using Tree = std::vector<TreeNode>;  //!< by node

//! With b the lowest set bit of node v > 0: its parent is v - b + 2b, or v - b where there is no such node or
//! 2b is set in v; so node 0 is the root, has one child, and odd nodes are leaves. Needs n >= 2.
//! Source: NCCL, src/graph/trees.cc, ncclGetBtree.
Tree first_tree(std::uint32_t n);

//! The first tree mirrored, v -> n - 1 - v, where n is even, or shifted by one, v -> v + 1 mod n.
//! Source: the same, ncclGetDtree; Sanders, Speck, Traeff, Parallel Computing 35 (2009) 581,
//! doi:10.1016/j.parco.2009.09.001.
Tree second_tree(std::uint32_t n);

}  // namespace copperwall

#include "host/schedule/binary_tree.h"

#include <algorithm>

namespace copperwall {

namespace {

std::uint32_t parent_of(std::uint32_t node, std::uint32_t n)
{
    std::uint32_t const bit = node & -node;
    std::uint32_t const up = (node ^ bit) | (bit << 1);
    return up < n ? up : node ^ bit;
}

//! Depth from the root down, height back up.
std::uint32_t measure(Tree& tree, std::uint32_t node, std::uint32_t depth)
{
    tree[node].depth = depth;
    for (std::uint32_t const child : tree[node].children)
        if (child != kNone)
            tree[node].height = std::max(tree[node].height, measure(tree, child, depth + 1) + 1);
    return tree[node].height;
}

//! `name` gives each node of the first tree its name in this one.
template <class Name>
Tree tree_of(std::uint32_t n, Name name)
{
    Tree tree(n);
    for (std::uint32_t v = 1; v != n; ++v) {
        std::uint32_t const parent = name(parent_of(v, n));
        tree[name(v)].parent = parent;
        auto& children = tree[parent].children;
        children[children[0] == kNone ? 0 : 1] = name(v);
    }
    measure(tree, name(0), 0);
    return tree;
}

}  // namespace

Tree first_tree(std::uint32_t n)
{
    return tree_of(n, [](std::uint32_t v) { return v; });
}

Tree second_tree(std::uint32_t n)
{
    return tree_of(n, [n](std::uint32_t v) { return n % 2 == 0 ? n - 1 - v : (v + 1) % n; });
}

}  // namespace copperwall

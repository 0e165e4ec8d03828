//! What schedules up and down binary trees of nodes are made of, and what a tree takes.
#pragma once

#include <functional>

#include "host/schedule/binary_tree.h"
#include "host/schedule/domains.h"

namespace copperwall {

//! Nodes of a tree over each group: `places` consecutive ranks each, every place in trees of its own.
struct TreeNodes {
    std::uint32_t count = 0;
    std::uint32_t places = 1;
};

//! The node to which `node` sends its k-th message; kNone: it sends none.
using TreeReceiver = std::function<std::uint32_t(std::uint32_t node, std::uint32_t k)>;

//! `count` messages of `bytes` from every place of a node to the same place of other nodes, t_step after
//! their release. Its rows are added to the schedule's table; what it waits for and signals is left to the
//! caller.
Family tree_family(Schedule& schedule, CollectiveCall const& call, Domains const& domains, TreeNodes nodes,
                   std::int64_t bytes, std::uint32_t count, TreeReceiver const& receiver_of);

//! Edges from the root to the farthest leaf.
std::uint32_t height_of(Tree const& tree);

//! Messages of the node that sends most in both trees of `nodes` together, of one share up and down each.
std::uint32_t most_sent_in_trees(std::uint32_t nodes);

//! One share up the first tree and down again, as if the second were not there: hop_ns an edge, again_ns what
//! a second message of a pair on one port adds [ns].
double up_and_down_ns(std::uint32_t nodes, double hop_ns, double again_ns);

}  // namespace copperwall

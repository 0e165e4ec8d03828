//! All-reduce up and down two binary trees of domains, in chunks.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to C chunks of 2 L alike shares. Each chunk:
//!   scatter   direct reduce-scatter within the domain, two shares to every place
//!   up        the first share up the first of NCCL's trees over the R domains, the second up the second:
//!             a domain adds what came from its children and sends it to its parent, place to the same place
//!   down      the sums back down
//!   gather    direct all-gather within the domain, of each share when it is there
//! Each waits for what it needs to have arrived; of its own domain's sum a rank holds what
//! pipelined_all_reduce.h says. One domain, or domains of one rank: the trees are of ranks, without scatter
//! and gather. C is CollectiveCall::chunks.
//! Source: NCCL's Tree, binary_tree.h.
Schedule double_tree_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( A, B, D, t_step + t_up )                                    (1)
//!   A = [t_step + C b_i + t_i] + t_tree + [t_step + b_g + t_g]      (2)
//!   B = [t_step + b_i + t_i] + t_step + 4 C s + t_x + [t_step + b_g + t_g]          (3)
//!   D = t_step + C (b_i + 2 b_g) + t_g                                              (4)
//!
//! t_tree     one share up one tree and down it: t_step + s + t_x an edge, ceil(log2 R) edges each way,
//!            and s more where the second of two children has to wait for the first      [ns]
//! s, t_x     time that one share holds the busiest plane of a NIC (of the links, where trees are of
//!            ranks), and its way                                                [ns]
//! 4          most messages of a NIC for a chunk: two down and one up one tree, one up the other;
//!            a root sends fewer, so 2 where R = 2
//! b_i, b_g   time to send two shares, or one, to every other rank of the domain, t_i, t_g their
//!            ways                                                               [ns]
//! t_up       both shares of all chunks, twice, over the links upwards of a leaf, and the way: sums of
//!            closed_form.h (5)                                                  [ns]
//! [...]      only where domains are the nodes; (4) and t_up likewise
//! (2) is the last chunk's chain, (3) the busiest NIC, (4) the links. A lower estimate: the two
//! trees, and chunks, meet. Exact for R = 2 and C = 1 where b_g is no longer than a step on
//! the rails.
double double_tree_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

//! Of the C of the call.
ChunkMessages double_tree_messages(CollectiveCall const& call);

}  // namespace copperwall

//! All-reduce along a chain of each domain's ranks and two binary trees of domains, in chunks: NCCL's Tree.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to C chunks of 2 M alike shares, two for each
//! of M NICs that are used (CollectiveCall::nics; one domain: L), the first over the first of NCCL's trees,
//! the second over the second. Each share of the NIC at place c:
//!   chain up   from place c - 1 downwards round to c: each adds its own and passes the sum on, L - 1 steps
//!   up, down   the rank at place c adds what its children sent and sends it to its parent, place to the
//!              same place; the sums come back down
//!   chain down from place c upwards to c - 1, L - 1 steps
//! So a rank sends 2 S (L-1)/L over its links where M = L, its NIC as double_tree. One domain: chains only;
//! domains of one rank: double_tree. C is CollectiveCall::chunks. NCCL lets the parent and the second child
//! of a rank's tree enter at another rank of the chain, which is not done here. Source: NVIDIA/nccl,
//! src/graph/connect.cc and trees.cc.
Schedule chain_tree_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( A, B, D )                                                   (1)
//!   A = t_up + (2 C - 1) s + t_tree + t_down                                        (2)
//!   B = t_step + b C s + t                                                          (3)
//!   D = t_up + t_step + m C s_x + t_x + t_down                                      (4)
//!
//! t_up, t_down  L - 1 steps along the chain of the first NIC, t_step + s + its way each          [ns]
//! s, t          time that one share holds the busiest plane of a link, and the nearest rank's way   [ns]
//! t_tree        up_and_down_ns() of tree_families.h with hops of t_step + s_x + t_x; 0 where R = 1
//! s_x, t_x      a share over a NIC, and its way                                           [ns]
//! b             4 (L-1), what a rank sends for a chunk, or 4 M - 2, what one of them does, where M < L; half
//!               where shares are too small for all planes
//! m             most_sent_in_trees(R)
//! (2) is the last chunk, whose first ranks send all chunks at once; (3) the links, (4) the busiest NIC. A
//! lower estimate: chunks, trees and places meet; over several domains up to half of what it takes. Exact for
//! L = 2, C = 1 over one domain.
double chain_tree_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

//! Of the C of the call.
ChunkMessages chain_tree_messages(CollectiveCall const& call);

}  // namespace copperwall

//! All-reduce over several domains in chunks: one chunk crosses between domains while others move within.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to C chunks of a multiple of 16 B N. Each
//! chunk passes through these steps, each of which waits for all arrivals of the one before:
//!   scatter   direct reduce-scatter within the domain, share l of L to place l
//!   rails     all-reduce of that share among the R ranks of place l, over the NIC of each: so all NICs of a
//!             domain work at once
//!   gather    direct all-gather within the domain
//! The k-th message of a direct step goes k + 1 ranks or domains further. Scatters of all chunks are sent
//! first, in order. A rank adds what arrives over its NIC to its own domain's sum, but no counter waits for
//! both: all domains being alike, that sum is there before anything can have crossed.
//! C is CollectiveCall::chunks. One domain, or domains of one rank: two_shot, or one ring.
//! Source: Cho, Finkler, Serrano, Kung, Hunter, "BlueConnect", IBM J. Res. Dev. 63 (2019) 1,
//! doi:10.1147/JRD.2019.2947013.
//!
//! Rails by direct reduce-scatter and all-gather: 2 steps.
Schedule pipelined_all_reduce(CollectiveCall const& call);

//! Rails by a ring of each place: 2(R-1) steps. NCCL's rings go through all ranks: multi_ring.h.
Schedule rail_rings_all_reduce(CollectiveCall const& call);

//!   T = max( T_p, t_launch + t_step + t_up )                                        (1)
//!
//! T_p    pipeline_form.h (2) of C chunks: S/(L C) to each other rank of the domain, S/(N C) to each of R - 1
//!        domains twice, or to the next one 2(R-1) times                                [ns]
//! t_up   all chunks over the links upwards of a leaf                   [ns], closed_form.h (5)
//! With C = 1 that is the sum of the steps. Leaves make it a lower estimate.
double pipelined_all_reduce_ns(CollectiveCall const& call, Paths const& paths);
double rail_rings_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

//! Of the C of the call.
ChunkMessages pipelined_messages(CollectiveCall const& call);

}  // namespace copperwall

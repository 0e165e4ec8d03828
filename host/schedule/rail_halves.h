//! Reduce-scatter and all-gather over several domains: the halves of rail_rings, in chunks.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to C chunks of a multiple of 16 B N, C being
//! CollectiveCall::chunks. Each chunk of a reduce-scatter passes through
//!   scatter   direct reduce-scatter within the domain: of all ranks at place l what they keep, to place l
//!   rails     reduce-scatter of that among the R ranks of place l, by a ring over the NIC of each: R-1 steps
//! and each of an all-gather through
//!   rails     all-gather among the R ranks of place l, by a ring over the NIC of each: R-1 steps
//!   gather    direct all-gather of that within the domain
//! so that a NIC carries S/N and a gpu's links (L-1) S/L. As in pipelined_all_reduce.h no counter waits
//! both for a rank's own domain and for its NIC. One domain, or domains of one rank: one ring.
//! Source: Cho, Finkler, Serrano, Kung, Hunter, "BlueConnect", IBM J. Res. Dev. 63 (2019) 1,
//! doi:10.1147/JRD.2019.2947013.
Schedule rail_rings_reduce_scatter(CollectiveCall const& call);
Schedule rail_rings_all_gather(CollectiveCall const& call);

//!   T = max( T_p, t_launch + t_step + t_up )                                        (1)
//!
//! T_p    pipeline_form.h (2) without its gather, or without its scatter: S/(L C) to each other rank of the
//!        domain, S/(N C) to the next domain R - 1 times                                [ns]
//! t_up   all chunks over the links upwards of a leaf                   [ns], closed_form.h (5)
double rail_rings_reduce_scatter_ns(CollectiveCall const& call, Paths const& paths);
double rail_rings_all_gather_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

//! All-reduce, reduce-scatter and all-gather over several domains by rings of all ranks, one for each NIC.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to a multiple of 16 B N C, for C rings, one
//! for each NIC that is used (CollectiveCall::nics), of place c. Each carries S/C around all N ranks: it
//! enters a domain at place c and leaves it at place c - 1, or the other way round in every second domain, so
//! that both ends of an edge between domains have the same place, but for one edge where R is odd. In every
//! step of each ring a rank sends 1/N of the ring's bytes to its successor; 2(N-1) dependent steps
//! all-reduce, N-1 the others. So with C = L a NIC sends and gets one ring, and a gpu's links L-1; with fewer
//! C NICs of a domain get one and C others send one: over NICs goes N-1 times S/(N L), or twice that, where
//! the rails of rail_halves.h send R-1 times S/N. One domain, or domains of one rank: one ring. Source:
//! NVIDIA/nccl, src/graph/search.cc and connect.cc, whose channels are such rings; Patarasuk, Yuan, J.
//! Parallel Distrib. Comput. 69 (2009) 117, doi:10.1016/j.jpdc.2008.09.002, for the steps.
Schedule multi_ring_all_reduce(CollectiveCall const& call);
Schedule multi_ring_reduce_scatter(CollectiveCall const& call);
Schedule multi_ring_all_gather(CollectiveCall const& call);

//!   T = t_launch + max( A, t_step + n s_x + t_x, t_step + n m s + t )           (1)
//!
//! A          ring_form.h (2) along ring 0, which crosses leaves of a domain no more often than others
//! n, m       steps; rings that use a gpu's links: C, but L-1 of L
//! s_x, t_x   a step's message over a NIC, and its way; s, t over a link                [ns]
//! A lower estimate: messages of different rings that a gpu's links send at once wait for each other, and
//! those too small for all planes share the same ones, having the same sender and receiver.
double multi_ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths);
double multi_ring_half_ns(CollectiveCall const& call, Paths const& paths);

//! The order of a group's ranks in the ring that enters its first domain at `place`.
std::vector<std::uint32_t> multi_ring_order(std::uint32_t ranks, std::uint32_t domain_ranks,
                                            std::uint32_t place);

}  // namespace copperwall

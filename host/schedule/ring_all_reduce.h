//! Ring all-reduce: a reduce-scatter and an all-gather around one ring.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! In step k of 2(N-1), rank r sends chunk (r - k) mod N to rank r + 1; from k = 1 on it is the chunk that
//! arrived in step k - 1.
//! Source: Patarasuk, Yuan, J. Parallel Distrib. Comput. 69 (2009) 117, doi:10.1016/j.jpdc.2008.09.002.
Schedule ring_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( C, Q )                                                      (1)
//!   C = 2(N-1) t_step + 2 sum_e w_e - min_e (w_e + w_(e+1)),  w_e = s_e + t_e       (2)
//!   Q = t_step + 2(N-1) s_x + t_x                                                   (3)
//!
//! c          largest of the N chunks of S, in 16 B units     [B]
//! s_e, t_e   time that the chunk's packets hold their busiest plane, and the way, over edge e of the ring: a
//!            link to a rank of the same leaf, to another leaf of the domain, or a NIC [ns], closed_form.h
//!            (2)
//! s_x, t_x   the same of an edge between domains: its NIC sends 2(N-1) chunks, one after another
//! (2) follows a chunk's chain of steps, each gated by the step before, nearly twice around the ring: all
//! edges twice but two neighbours. Alike edges give 2(N-1) (t_step + s + t), and X edges to other leaves, of
//! at least three ranks each, 2(N-1) (t_step + s + t_near) + 2 X (t_far - t_near). Where neither a chain nor
//! one NIC decides alone, but both take turns, T is a lower estimate. The same source, with t the latency of
//! one message.
double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

std::uint32_t ring_all_reduce_steps(std::uint32_t ranks);

}  // namespace copperwall

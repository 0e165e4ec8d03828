//! Ring all-reduce: a reduce-scatter and an all-gather around one ring.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! In step k of 2(N-1), rank r sends chunk (r - k) mod N to rank r + 1; from k = 1 on it is the chunk that
//! arrived in step k - 1.
//! Source: Patarasuk, Yuan, J. Parallel Distrib. Comput. 69 (2009) 117, doi:10.1016/j.jpdc.2008.09.002.
Schedule ring_all_reduce(CollectiveCall const& call);

//!   T = t_launch + 2(N-1) (t_step + s(c) + t_path)                                  (1)
//!
//! c      largest of the N chunks of S, in 16 B units     [B]
//! s(c)   time that its packets hold their busiest plane  [ns]
//! The same source, with t_path the latency of one message; each step is gated by the step before.
double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

std::uint32_t ring_all_reduce_steps(std::uint32_t ranks);

}  // namespace copperwall

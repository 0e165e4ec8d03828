//! Direct all-to-all: one message from every rank to every other, all at once.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank r holds S bytes, chunk d of them for rank d. Its k-th message goes to rank r + 1 + k, so that at any
//! time every rank receives from one other.
//! Source: the spread-out order of MPICH: Thakur, Rabenseifner, Gropp, IJHPCA 19 (2005) 49,
//! doi:10.1177/1094342005051521.
Schedule direct_all_to_all(CollectiveCall const& call);

//!   T = t_launch + t_step + b(N-1, c) + t_path                                      (1)
//!
//! c          largest of the N chunks of S, in 16 B units   [B]
//! b(m, c)    time to send m messages of c to m ranks       [ns], closed_form.h (1)
double direct_all_to_all_ns(CollectiveCall const& call, Paths const& paths);

std::uint32_t direct_all_to_all_steps(std::uint32_t ranks);

}  // namespace copperwall

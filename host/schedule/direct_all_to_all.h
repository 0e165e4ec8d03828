//! Direct all-to-all: one message from every rank to every other, all at once.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank r holds S bytes, chunk d of them for rank d. Its k-th message goes to rank r + 1 + k, so that at any
//! time every rank receives from one other. Over R domains of L ranks its (k+1) mod R-th next domain is
//! served, and in it the rank (k+1) div R places further: so links and NICs alike have one sender at a time.
//! Skewed experts give every pair bytes of its own; a pair of none has no message.
//! Source: the spread-out order of MPICH: Thakur, Rabenseifner, Gropp, IJHPCA 19 (2005) 49,
//! doi:10.1177/1094342005051521.
Schedule direct_all_to_all(CollectiveCall const& call);

//!   T = t_launch + t_step + max( x, t_up )                                          (1)
//!
//! c      largest of the N chunks of S, in 16 B units                                   [B]
//! x      time of an exchange of c between all: the slower of links and NICs            [ns], closed_form.h
//! (6) t_up   time of the links upwards of a leaf for what its ranks send to other leaves   [ns],
//! closed_form.h (5) Skewed experts:
//!
//!   T = t_launch + t_step + max( p, max_k (k t_peer + s_k + t_k) )                  (2)
//!
//! p          time of the busiest port or leaf   [ns], port_loads.h (1)
//! s_k, t_k   time that the k-th message of a rank holds its busiest plane, and its way   [ns]
double direct_all_to_all_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

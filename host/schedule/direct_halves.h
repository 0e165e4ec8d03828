//! Direct reduce-scatter and direct (one-shot) all-gather: the two halves of the two-shot all-reduce.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank r sends chunk d to every rank d, nearest successor first, which sums them. S is the buffer of every
//! rank.
Schedule direct_reduce_scatter(CollectiveCall const& call);

//! Rank r sends chunk r to every other rank, nearest successor first. S is what every rank ends with.
Schedule direct_all_gather(CollectiveCall const& call);

//!   T = t_launch + t_step + max( x, t_up )                                          (1)
//!
//! x      time of an exchange of the largest of N chunks between all    [ns], closed_form.h (6)
//! t_up   time of the links upwards of a leaf                           [ns], closed_form.h (5)
double direct_half_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

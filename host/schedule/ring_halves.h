//! Ring reduce-scatter and ring all-gather: the two halves of the ring all-reduce.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! In step k of N - 1, rank r sends chunk (r - 1 - k) mod N to rank r + 1, reduced so far; it ends with the
//! sum of chunk r. S is the buffer of every rank.
//! Source: as ring_all_reduce.h.
Schedule ring_reduce_scatter(CollectiveCall const& call);

//! In step k of N - 1, rank r sends chunk (r - k) mod N to rank r + 1, its own first. S is what every rank
//! ends with.
Schedule ring_all_gather(CollectiveCall const& call);

//! ring_form.h (1) with one turn.
double ring_half_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

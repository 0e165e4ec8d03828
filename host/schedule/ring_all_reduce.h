//! Ring all-reduce: a reduce-scatter and an all-gather around one ring.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! In step k of 2(N-1), rank r sends chunk (r - k) mod N to rank r + 1; from k = 1 on it is the chunk that
//! arrived in step k - 1.
//! Source: Patarasuk, Yuan, J. Parallel Distrib. Comput. 69 (2009) 117, doi:10.1016/j.jpdc.2008.09.002.
Schedule ring_all_reduce(CollectiveCall const& call);

//! ring_form.h (1) with two turns.
double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

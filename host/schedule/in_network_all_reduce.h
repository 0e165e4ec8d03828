//! All-reduce in switches that reduce and copy: every gpu answers the switches with all of S and stores its
//! share of the result, which they copy to all.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Without families: the engine has no switches that reduce. Throws std::invalid_argument as the law does.
Schedule in_network_all_reduce(CollectiveCall const&);

//!   t = t_launch + S (1 + 1 / N) / r + 4 t_path                                     (1)
//!
//! t_launch  CollectiveCall::in_network_ns;  r  in_network_GBps;  t_path  PathModel::path_ns: a load through
//! the switch and back, a store through it and its flag. S (1 + 1 / N) is what a link carries each way: S to
//! the switches and a share of the result, S of results and a share that was reduced. Source: the code of
//! NCCL 2.30.7 (symmetric kernels count the same bytes), and the measured widths in workloads/libraries/.
//! Throws std::invalid_argument for several domains, and for a library that does not use such switches.
double in_network_all_reduce_ns(CollectiveCall const&, Paths const&);

//! Bytes that a rank's links carry each way: S (1 + 1 / N), rounded up.
std::int64_t in_network_bytes(CollectiveCall const&);

}  // namespace copperwall

//! All-reduce in switches that reduce and copy: every gpu answers the switches with all of S and stores its
//! share of the result, which they copy to all. Over several domains the shares of all domains are added up
//! in between, along trees over the NICs of each place.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Without families: the engine has no switches that reduce. Throws std::invalid_argument as the law does.
Schedule in_network_all_reduce(CollectiveCall const&);

//!   t = t_launch + (1 + F / S) max( S (1 + 1 / q) / r, m ) + 4 t_path + 2 d (t_x + m_F)       (1)
//!
//! t_launch  CollectiveCall::in_network_ns;  r  in_network_GBps;  t_path  PathModel::path_ns: a load through
//! the switch and back, a store through it and its flag
//! q, R      ranks of a domain, domains. S (1 + 1 / q) is what a link carries each way: S to the switches and
//!           a share of the result, S of results and a share that was reduced
//! F         min(S / 2, in_flight_bytes): the software's pipeline fills before the first result and drains
//!           after the last; it cuts a message that is smaller in four rounds, of which two are open
//! m, m_F    message_ns over each of the n NICs of a domain that are used (CollectiveCall::nics): of 2 S (R -
//! 1) / (R
//!           n), as of a double tree; of F / (2 n), what is under way of one tree, which an edge passes on
//!           whole
//! d, t_x    log2 R rounded up, the depth of a tree, up and down;  one way between domains. None over one
//!           domain
//! The pipeline goes on over NICs: its rounds are as many. Source: the code of NCCL 2.30.7 (NVLS and
//! NVLSTree; symmetric kernels count the same bytes; channels and chunks of its pipeline), and the measured
//! widths in workloads/libraries/. Throws std::invalid_argument for a library that does not use such
//! switches, and for domains of unequal ranks.
double in_network_all_reduce_ns(CollectiveCall const&, Paths const&);

//! Bytes that a rank's links carry each way: S (1 + 1 / q), rounded up.
std::int64_t in_network_bytes(CollectiveCall const&);

//! That the NICs of a domain do, for each of its ranks: 2 S (R - 1) / (R q), rounded up; 0 over one domain.
std::int64_t in_network_nic_bytes(CollectiveCall const&);

}  // namespace copperwall

//! All-to-all over several domains in two hops: over a NIC to the own place in a domain, then within it.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l), at place l of L in domain d of R, sends for each other domain e one message to (e, l) over
//! its NIC, of all bytes that it has for domain e, to domain d + 1 first. When that has arrived, (e, l)
//! forwards to each other rank of e what is for it. Bytes for the own domain go there directly, at once; NICs
//! and links issue their messages side by side. Each of N chunks is ceil(S / N) in 16 B units. One domain:
//! the direct exchange. Source: DeepEP's normal kernels, github.com/deepseek-ai/DeepEP: RDMA to the gpu of
//! the same index, then NVLink.
Schedule hierarchical_all_to_all(CollectiveCall const& call);

//! The same, but a token crosses to a domain once, however many experts it picks there; it is forwarded once
//! for each. Throws std::invalid_argument for a call without experts.
Schedule deduplicated_all_to_all(CollectiveCall const& call);

//!   T = t_launch + max( 2 t_step + b_x(R-1, m) + t_x + b(L-1, c) + t,               (1)
//!                       t_step + R (L-1) s + t,  t_step + t_up )
//!
//! c, m     a chunk of S, and what crosses a NIC for one domain: L chunks, or of distinct tokens S p / k,
//!          rounded up to 16 B, with p of expert_traffic.h (1)                            [B]
//! b, b_x   time to send messages within the domain, and over the NIC   [ns], closed_form.h (1)
//! t, t_x   ways to the farthest rank of the domain and of the own place in others     [ns], closed_form.h
//! (3) s        time that a chunk's packets take of the gpu's links: R of them go to each rank of the domain
//! [ns] t_up     time of the links upwards of a leaf, of the R chunks or of the NICs        [ns],
//! closed_form.h (5) Skewed experts, over all messages of size m from (d, l) to (e, l), each after those
//! before it:
//!
//!   T = t_launch + max( t_step + p,  2 t_step + max_m (a_m + f_m),                  (2)
//!                       2 t_step + max_g (l_g + t_x + min_m f_m) )
//!
//! p     time of the busiest port or leaf                                   [ns], port_loads.h (1)
//! a_m   arrival of m where its sender's NIC alone decides                  [ns]
//! f_m   time to forward what came in m, and the shortest way               [ns]
//! l_g   load of the NIC of gpu g by what arrives; min_m over what arrives there   [ns]
double hierarchical_all_to_all_ns(CollectiveCall const& call, Paths const& paths);
double deduplicated_all_to_all_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

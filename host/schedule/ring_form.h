//! What chunks that go around a ring of all ranks take.
#pragma once

#include <vector>

#include "host/schedule/registry.h"

namespace copperwall {

//! N - 1 dependent steps are one turn, 2(N-1) two.
//!
//!   T = t_launch + max( C, Q )                                                      (1)
//!   C = n t_step + sum over n consecutive edges of w_e,  w_e = s_e + t_e            (2)
//!   Q = t_step + n s_x + t_x                                                        (3)
//!
//! n          steps: turns (N-1); the edges are those that take longest in sum
//! c          largest of the N chunks of S, in 16 B units     [B]
//! s_e, t_e   time that the chunk's packets hold their busiest plane, and the way, over edge e of the ring: a
//!            link to a rank of the same leaf, to another leaf of the domain, or a NIC [ns], closed_form.h
//!            (2)
//! s_x, t_x   the same of an edge between domains: its NIC sends n chunks, one after another
//! (2) follows a chunk's chain of steps, each gated by the step before. Alike edges give n (t_step + s + t);
//! in two turns, X edges to other leaves, of at least three ranks each, 2(N-1) (t_step + s + t_near) + 2 X
//! (t_far - t_near). Where neither a chain nor one NIC decides alone, but both take turns, T is a lower
//! estimate. Source: Patarasuk, Yuan, J. Parallel Distrib. Comput. 69 (2009) 117,
//! doi:10.1016/j.jpdc.2008.09.002, with t the latency of one message.
double ring_ns(CollectiveCall const& call, Paths const& paths, std::uint32_t turns);

//! One edge of a ring: what a chunk's packets hold their busiest plane there, and the way, without software.
struct RingEdge {
    double serialisation_ns = 0;
    double way_ns = 0;
    double total_ns() const { return serialisation_ns + way_ns; }
};

//! C of (2), with all edges of the ring in their order.
double ring_chain_ns(std::vector<RingEdge> const& edges, std::uint32_t turns, double step_ns);

}  // namespace copperwall

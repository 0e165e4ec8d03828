//! All-reduce over racks of a domain, and over domains of racks: as little as can be crosses what is scarcer.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, r, l) is at place l of q in rack r of m of domain d of R; N = q m R. S is padded to a multiple of
//! 16 B N and goes down the levels and up again, every step direct and after all arrivals of the one before:
//!   rack      reduce-scatter among the q ranks of a rack, share l of S to place l
//!   domain    reduce-scatter of that share among the m racks' ranks of place l, by way of the spines
//!   rails     all-reduce of a share of that among the R domains' ranks of the same place, over NICs: 2 steps
//!   domain, rack   all-gathers, back
//! So 2S/q (m-1)/m of a rank's bytes cross spines and 2S/(q m) (R-1)/R NICs: no all-reduce without reduction
//! in switches sends less there. A level of one member is left out. All racks being alike, the sum of the
//! own is there before another's can arrive, and no counter waits for both. Racks of one rank, and one rack a
//! domain: hierarchical. Source: as pipelined_all_reduce.h, with a level more.
Schedule rack_hierarchical_all_reduce(CollectiveCall const& call);

//!   T = t_launch + n t_step + 2 ( b(q - 1) + t_near ) + x_first + x_last + o               (1)
//!   x_last  = max( b(m - 1), (m - 1) w / u ) + t_far                                       (2)
//!   x_first = max( b(m - 1), (m - 1) w / u - (1 / u - 1) p ) + t_far                       (3)
//!
//! n       steps: two a level
//! b       burst_ns of so many messages: of S/q in the rack, of S/(q m) between racks    [ns], closed_form.h
//! (1) w, p    wire_ns of a message of S/(q m); its longest packet on one plane              [ns] t_near,
//! t_far   one way within a rack and between racks of a domain             [ns], closed_form.h (2, 3) u
//! PathModel::up_share: 1/u ranks of a rack share a link up and take turns, packet by packet, so that
//!         the first is done so many packets before the last and begins what follows
//! o       both steps over NICs, as hierarchical_all_reduce.h has them; 0 for one domain
//! Exact where u = 1 and messages cover all planes, else a lower estimate: by a few packets, and by more
//! where smaller messages take the same plane, as those to ranks do that are a multiple of the planes apart.
double rack_hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall

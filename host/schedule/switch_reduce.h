//! Collectives in switches that reduce and copy, message by message, within one domain. Of one rack, here;
//! of several, switch_reduce_racks.h.
//!
//! Every rank has a reduction unit in the switches, one more gpu to the engine with the same ports. Rank r is
//! gpu r, its unit gpu M + r, where M is the number of all ranks of all groups.
//!
//! S is cut into C rounds, each into a share of one size for every rank. In a round
//!   step 0   every rank sends unit u share u: its contribution;
//!   step 1   the unit that has all N of them sends one share, their sum, to its rank;
//!   step 2   the rank sends it back to the unit, once;
//!   step 3   the unit sends it to all N ranks.
//! A rank contributes to round c once it has its sum of round c - 2, so two rounds are open: what a unit must
//! hold. A link carries S (1 + 1 / N) each way, as in_network_all_reduce.h counts them. The requests that
//! fetch contributions and the flag at the end carry no bytes: each is one way through the fabric, put before
//! the launch.
//!
//! Reduce-scatter is steps 0 and 1, all-gather steps 2 and 3.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rounds that a rank contributes to at once.
inline constexpr std::uint32_t kOpenRounds = 2;

//! All throw std::invalid_argument for several domains, and for racks of unequal ranks.
Schedule switch_all_reduce(CollectiveCall const&);
Schedule switch_reduce_scatter(CollectiveCall const&);
Schedule switch_all_gather(CollectiveCall const&);

//! Of one rack and one round, where messages cover all planes:
//!
//!   T = t_launch + a t_path + 2 t_step + 2 N m + 2 m + 2 t_unit                     (1)
//!
//! t_launch  in_network_ns where the library has rates of such switches, which hold all its software; else
//!           launch_ns and step_ns at steps 0 and 2
//! a         2: request and flag
//! m         message_ns of one share
//! t_unit    there and back: path_ns, PathModel::reduce_ns and, where switches store and forward, two packets
//! With more rounds, up:  C0 C1 S0 C2 S1 ... S(C-1) one after another, where C_c takes N m and is ready with
//! the sum of round c - 2, S_c takes m and is ready with the sum of round c; and in the same order down, sums
//! of m and copies of N m. While t_unit + t_step + m <= N m nothing waits for a round to close, and
//!
//!   T = t_launch + a t_path + t_step + (C + 2) N m + (C - 1) m + t_unit             (2)
//!
//! Over m racks of q ranks a third link, from inlets to outlets, stands between up and down and takes every
//! batch in the same order; n = message_ns of a block of m shares:
//!
//!   T = t_launch + a t_path + 2 t_step + 2 q n + 2 x + 2 s + 2 t_unit                (3)
//!   x = max( (m - 1) s + min( s, max( 0, m s - d ) ), (m - 1) w / u )               (4)
//!
//! s, w      message_ns and wire_ns of one share;  u  PathModel::up_share
//! x         until what comes from the other racks and, at the end, from the own has passed; d is by how much
//!           the way from the own is shorter, t_path less 3/2 of that within a rack, half of which units of
//!           one rack are apart. The link is busy for m s, or (m - 1) w / u
//! t_unit    as above with path_ns between racks, and twice PathModel::reduce_ns
//! Where 1/u ranks of a rack share its links up they take turns, packet by packet, so that the first has its
//! sum, and stores it, 1/u - 1 packets before the last. Exact where all ranks are alike, u = 1 and messages
//! cover all planes, else a lower estimate, by a few packets: of smaller messages some planes get more than
//! others. Reduce-scatter and all-gather have their half of it, and a = 1.
//! Throws std::invalid_argument where switches do not reduce (PathModel::reduce_ns).
double switch_all_reduce_ns(CollectiveCall const&, Paths const&);
double switch_reduce_scatter_ns(CollectiveCall const&, Paths const&);
double switch_all_gather_ns(CollectiveCall const&, Paths const&);

//! a of (1).
std::uint32_t ways_without_bytes(Algorithm const&);

//! In the switches: 1 in one rack, 2 over several.
std::uint32_t units_per_rank(CollectiveCall const&);

//! One share.
ChunkMessages switch_reduce_messages(CollectiveCall const&);

}  // namespace copperwall

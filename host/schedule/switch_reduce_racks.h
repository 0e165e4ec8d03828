//! Collectives in switches that reduce and copy, over several racks of a domain: in the rack first, so that
//! one stream of each rack goes up and one comes down.
//!
//! Rank (r, l) is at place l of q in rack r of m; N = q m. Every rank has two units beside its rack's
//! switches, each one more gpu to the engine: an inlet that takes what ranks send and an outlet that gives
//! what they get. Of M ranks of all groups, rank e is gpu e, its inlet M + e, its outlet 2 M + e. S is cut
//! into C rounds, a round into a share of one size for every rank, and block l of a round is the m shares of
//! the ranks at place l. In a round
//!   step 0   every rank sends inlet l of its rack block l, for all l;
//!   step 1   the inlet that has all q sends on their sum, share r to the outlet of rank (r, l), for all r;
//!   step 2   the outlet that has the sums of all m racks sends one share, their sum, to its rank;
//!   step 3   the rank sends it back to its inlet, once;
//!   step 4   the inlet sends one copy to the outlet of its place in every rack;
//!   step 5   the outlet that has all m shares of its block sends the block to all q ranks of its rack.
//! Reduce-scatter is steps 0 to 2, all-gather 3 to 5. A rank's links carry S (1 + 1 / N) each way, as in one
//! tier, and so do its units'; a rack's links up and down S (m - 1) / m a half.
//!
//! The second reduction is in the rack of the rank that gets the sum. SHARP's trees have their roots in the
//! spines (Graham et al., COM-HPC 2016), which makes S (1 + 1 / m) a rack of all-reduce, here
//! 2 S (m - 1) / m. The way is as long, and a mesh of racks has no spines; it tells only where links up are
//! fewer than 2 / q of those down.
//!
//! A rank contributes to round c once it has its sum of round c - 2, and, where nothing is reduced, stores
//! round c once it has all of c - 2: so units hold two rounds where ranks are alike, four at most in any
//! order of arrival. Whatever a unit holds has left the buffers of links, so no packet waits for a round.
#pragma once

#include "host/schedule/switch_work.h"

namespace copperwall {

//! Throws std::invalid_argument where racks do not hold as many ranks each.
Schedule rack_switch_schedule(CollectiveCall const&, SwitchWork);

//! q; all ranks where there is one rack.
std::uint32_t ranks_below_switches(CollectiveCall const&);

}  // namespace copperwall

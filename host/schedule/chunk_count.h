//! How many chunks a pipelined schedule takes where nobody says.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

inline constexpr std::uint32_t kMostChunks = 64;
inline constexpr std::uint32_t kMostRounds = 256;  //!< in switches: each chunk waits there until it is whole

//! The C of 1, 2, 3, 4, 6, 8, 12 ... kMostChunks, in switches that reduce kMostRounds, with the least closed
//! form, the smallest of equal ones, of those whose messages, over links and NICs alike, still cover all
//! planes of the links with full packets: smaller ones only add headers, and their planes could not be
//! folded. 1 for an algorithm without chunks. In switches whose software keeps in_flight_bytes under way, as
//! many as make two open rounds of them, at least four.
std::uint32_t best_chunks(Algorithm const& algorithm, CollectiveCall call, Paths const& paths);

}  // namespace copperwall

//! A second way to the same times, for traffic without dependencies: no clock and no event queue. For each
//! link, once all its packets are known, sort them whole and scan in (max, +):
//! (an outage that holds a start counts as an arrival at its end):
//!   end_i = S_i + max_(j <= i) (a_j - S_(j-1)),  S_i = s_0 + ... + s_i.
#pragma once

#include "cuda/engine.h"

namespace copperwall::testing {

struct SecondResult {
    std::uint64_t hop_hash = 0;
    std::vector<Time> complete;  //!< by message; kNever where there is no transfer
    std::int64_t hops = 0;
};

//! Families must wait for nothing, and routes must not go in circles.
SecondResult sort_and_scan(EngineInput const& input);

}  // namespace copperwall::testing

//! Everything that must hold before an engine may run. After these checks nothing wraps: the last event comes
//! before kHorizon or by the end of an outage before it, all links together are busy for less than kLatest,
//! and no event lies kHorizon ahead of what causes it. Every count and byte sum stays below 2^62.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! Bound on times given, and on what links are busy all together, fs: 77 minutes.
inline constexpr Time kLatest = Time{1} << 62;

//! Network, schedule, format, and how they fit together. Throws std::invalid_argument, saying what is wrong
//! and where.
void check(EngineInput const& input);

//! Throws std::invalid_argument where the schedule sends to a gpu to which a port's first switch has no way;
//! `and_back`: or from which.
void check_ways(Network const& network, Schedule const& schedule, bool and_back = false);

//! Throws std::invalid_argument where channels of finite buffers wait for each other in a circle, by the
//! routes of a network without loops: such a network can come to a standstill. And for channels out of range
//! or beside adaptive routing.
void check_credits(Network const& network);

//! Throws std::invalid_argument where lists of outages are not as outage.h says.
void check_outages(Network const& network);

//! Most links that a packet crosses, by the routes of a checked network, whichever plan holds when.
std::uint32_t longest_route(Network const& network);

}  // namespace copperwall

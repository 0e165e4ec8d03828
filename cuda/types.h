//! The engine's integers: time, identifiers, limits.
#pragma once

#include <cstdint>
#include <limits>

namespace copperwall {

//! Simulated time in femtoseconds; an int64 holds 2.56 hours.
using Time = std::int64_t;
inline constexpr Time kNever = std::numeric_limits<Time>::max();
inline constexpr Time kHorizon = Time{1} << 61;  //!< 2,305 s: what has not happened then, does not happen
inline constexpr Time kFsPerNs = 1'000'000;
inline constexpr Time kFsPerUs = 1'000'000'000;

using NodeId = std::uint32_t;     //!< gpus first: node g < gpus is gpu g
using LinkId = std::uint32_t;     //!< directed; the egress ports of a node are consecutive links
using MessageId = std::uint32_t;  //!< dense over a schedule, see schedule.h
inline constexpr std::uint32_t kNone = 0xffffffffu;

//! Limits of the packed order key and of a train's fields; load checks hold every input to them.
inline constexpr std::uint32_t kMaxPortsPerNode = 8192;
inline constexpr std::uint32_t kMaxGpus = 65535;
inline constexpr std::uint32_t kMaxFlitsPerPacket = 65535;
inline constexpr Time kMaxWindow = Time{1} << 31;  //!< 2.1 us

}  // namespace copperwall

//! Gpus below one switch, timed so that cases can be counted in packets.
#pragma once

#include "tests/cuda/support/networks.h"

namespace copperwall::testing {

inline constexpr std::int64_t kPacketRate_Bps = 68'000'000'000;  //!< 272 B in 4 ns, to the femtosecond
inline constexpr Time kPacket = 4 * kFsPerNs;                    //!< 256 B with a header of 16

//! A link takes ten packets' time.
inline Network switched(std::uint32_t gpus)
{
    Shape s;
    s.per_leaf = gpus;
    s.rate_Bps = kPacketRate_Bps;
    s.latency_fs = 10 * kPacket;
    return leaf_spine(s);
}

}  // namespace copperwall::testing

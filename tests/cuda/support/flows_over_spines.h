//! Flows between leaves whose packets take 4 ns on every link.
#pragma once

#include <vector>

#include "cuda/packet.h"
#include "cuda/schedule.h"
#include "tests/cuda/support/networks.h"

namespace copperwall::testing {

inline constexpr PacketFormat kPackets{256, 16, 16};
inline constexpr std::int64_t kRate_Bps = 68'000'000'000;  //!< 272 B in 4 ns, to the femtosecond
inline constexpr Time kPacket = 4 * kFsPerNs;
inline constexpr std::uint32_t kEach = 200;  //!< packets of a message

inline constexpr Spreading kByHash{0, false};
inline constexpr Spreading kInTurn{1, false};
inline constexpr Spreading kAdaptive{0, true};

inline Shape leaves_of(std::uint32_t leaves, std::uint32_t per_leaf, std::uint32_t spines)
{
    Shape s;
    s.leaves = leaves;
    s.per_leaf = per_leaf;
    s.spines = spines;
    s.rate_Bps = kRate_Bps;
    s.spreads = true;
    return s;
}

inline Network network_of(Shape const& shape, Spreading spreading)
{
    Network network = leaf_spine(shape);
    network.spreading = spreading;
    return network;
}

//! Gpu g sends kEach packets to receivers[g] (kNone: nothing), as the row-th message of its own.
inline Schedule messages_to(std::vector<std::uint32_t> const& receivers, std::uint32_t row = 0)
{
    Schedule s;
    s.gpus = static_cast<std::uint32_t>(receivers.size());
    Family f;
    f.count = row + 1;
    f.table = 0;
    s.families = {f};
    s.table.resize(std::size_t{row + 1} * s.gpus);
    for (std::uint32_t g = 0; g != s.gpus; ++g)
        s.table[std::size_t{row} * s.gpus + g] = {receivers[g], std::int64_t{kEach} * 256, 0};
    return s;
}

//! From gpu to leaf, spine, leaf and gpu.
inline Time ways(Shape const& s)
{
    return 2 * s.latency_fs + 2 * s.spine_latency_fs;
}

}  // namespace copperwall::testing

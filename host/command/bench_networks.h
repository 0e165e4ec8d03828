//! Networks for `copperwall bench`, built without input files: the shape and rates of a GB200 NVL72, one tier
//! or two.
#pragma once

#include <cstdint>

#include "cuda/network.h"
#include "cuda/packet.h"

namespace copperwall {

inline constexpr std::uint32_t kLeafGpus = 72;

struct BenchNetwork {
    std::uint32_t groups = 1;   //!< of 72 gpus, one leaf switch a plane each; 1: no spines
    std::uint32_t planes = 18;  //!< 50 GB/s each
    bool folded = false;
    bool finite_buffers = false;    //!< slots for a round trip at every input; else infinite
    bool uneven_latencies = false;  //!< every link its own, 120 to 160 ns, in place of 120 ns
};

//! Two tiers: 72 up-links a leaf (1:1) over 36 spines a plane, two parallel links to each; destination-mod-k
//! routes, cut-through switches.
Network bench_network(BenchNetwork const& shape);

//! 256 B payload + 16 B header.
PacketFormat bench_format();

}  // namespace copperwall

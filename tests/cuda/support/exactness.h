//! Runs of every engine, window, number of threads and limit on trains, and networks to run them on.
#pragma once

#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"
#include "tests/cuda/support/three_tiers.h"

namespace copperwall::testing {

inline constexpr PacketFormat kNvlink{256, 16, 16};

//! How packets choose among ports: by a hash of the message, in turn, so many in a row, by queues.
inline constexpr Spreading kSpreadings[] = {{0, false}, {1, false}, {2, false}, {16, false}, {0, true}};
inline constexpr Spreading kAdaptive{0, true};

struct Variant {
    double window = 1;  //!< of the longest that is allowed
    unsigned threads = 1;
    std::uint32_t longest_train = kNone;
};

EngineOptions hashed();

//! By the heap reference, everywhere.
EngineResult reference(EngineInput const& input);

//! By windows, everywhere.
EngineResult windows(EngineInput const& input, Variant const& variant = {});

//! Several variants of windows give the bits of the reference.
void expect_exact(EngineInput const& input);

Shape nvl72(std::uint32_t planes, bool folded = false);

//! Of 36 gpus.
Shape two_tiers(std::uint32_t planes);

//! Of 24 gpus; sets of ports of two or three.
ThreeTiers small_tiers(bool spreads, std::uint32_t planes = 1);

//! Packet by packet.
Network spread(Shape shape);

Network with_spreading(Network network, Spreading spreading);

}  // namespace copperwall::testing

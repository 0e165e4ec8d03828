//! Whole inputs drawn at random: what no one would think of writing down.
#pragma once

#include "cuda/engine.h"
#include "tests/cuda/support/counter_random.h"

namespace copperwall::testing {

//! Every link its own rate (1 to 5 of 5 .. 200 GB/s) and latency (up to 400 ns, at times a few fs), heads or
//! tails into each switch port, ingress ports in random order; a packet format of random size.
//! Families of every kind: affine in groups and strides, rings that wait for themselves, tables with holes,
//! delays, spacings, sizes that do not divide, empty ones, and from some gpus to others alone. Those that
//! wait need no more signals than come. `dependencies`: false for traffic that waits for nothing.
EngineInput random_input(std::uint64_t seed, bool dependencies);

}  // namespace copperwall::testing

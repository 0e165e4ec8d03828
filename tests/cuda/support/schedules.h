//! Traffic for engine tests, written down apart from host/schedule.
#pragma once

#include "cuda/schedule.h"
#include "tests/cuda/support/counter_random.h"

namespace copperwall::testing {

Schedule ring_all_reduce(std::uint32_t gpus, std::int64_t bytes, std::uint32_t steps);
Schedule two_shot(std::uint32_t gpus, std::int64_t bytes);

//! Direct, staggered. Gpu g starts skews[g] fs late; empty: all at once.
Schedule all_to_all(std::uint32_t gpus, std::int64_t bytes, std::vector<Time> const& skews = {});

//! Every gpu but 0 sends `bytes` to gpu 0 at the same instant.
Schedule incast(std::uint32_t gpus, std::int64_t bytes);

//! All-reduce in units that reduce, gpus `ranks` .. 2 `ranks` - 1, of the whole in `rounds`: every rank sends
//! unit u share u of `bytes`; the unit that has all of them sends one on to rank u, which sends it back to be
//! sent to all. A rank starts round c when it has its share of round c - 2.
Schedule reduced_by_units(std::uint32_t ranks, std::int64_t bytes, std::uint32_t rounds);

//! `per_gpu` transfers from each gpu to random others, of 1 .. most_bytes bytes, with random pauses of
//! 0 .. longest_pause fs before each; a tenth of them does not exist. Half of the families wait for arrivals.
Schedule random_traffic(std::uint32_t gpus, std::uint32_t per_gpu, std::int64_t most_bytes,
                        Time longest_pause, std::uint64_t seed);

//! The same, every gpu sending so many transfers at once.
Schedule by_turns(Schedule schedule, std::uint32_t at_once);

//! Random skews of 0 .. longest fs.
std::vector<Time> random_skews(std::uint32_t gpus, Time longest, std::uint64_t seed);

}  // namespace copperwall::testing

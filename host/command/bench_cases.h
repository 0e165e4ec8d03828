//! The traffic that `copperwall bench` times. Sizes are such that a case takes seconds.
#pragma once

#include <cstdint>
#include <span>

#include "cuda/engine.h"

namespace copperwall {

struct BenchCase {
    char const* name;
    char const* what;
    EngineInput (*make)(std::uint32_t amount);
    std::uint32_t amount;  //!< what make() is given for the windows engine: packets, steps, peers or messages
    std::uint32_t heap_amount;  //!< the same for the reference engine: less of the same traffic, it is slow
    std::uint32_t longest_train = kNone;
    std::uint32_t copies =
        1;  //!< independent scenarios: one after another on one core, side by side on a device
    bool device_only = false;  //!< too long for one core
};

std::span<BenchCase const> bench_cases();

}  // namespace copperwall

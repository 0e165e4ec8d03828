//! Random numbers by counter: number i of a stream is a function of (seed, i) alone.
#pragma once

#include <cmath>

#include "cuda/hop_hash.h"

namespace copperwall::testing {

class CounterRandom {
public:
    explicit CounterRandom(std::uint64_t seed) : key_(scramble(seed + 1)) {}

    std::uint64_t next() { return scramble(key_ + 0x9e3779b97f4a7c15u * ++count_); }
    //! Uniform in [0, n).
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    //! Uniform in [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high)
    {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    //! Exponential with this mean.
    double exponential(double mean)
    {
        return -mean * std::log1p(-static_cast<double>(next() >> 11) * 0x1p-53);
    }

private:
    std::uint64_t key_;
    std::uint64_t count_ = 0;
};

}  // namespace copperwall::testing

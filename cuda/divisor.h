//! Division of many numbers by the same one, by multiplication: 64-bit division is long on every machine.
#pragma once

#include <bit>
#include <cstdint>

#include "cuda/hd.h"

namespace copperwall {

//! n / divisor rounded down, for 0 <= n < 2^63. With L = ceil(log2 divisor) and m = ceil(2^(63 + L) /
//! divisor) the excess n (m divisor - 2^(63 + L)) stays below 2^(63 + L), so that n m / 2^(63 + L) rounds
//! down to it.
class Divisor {
public:
    Divisor() = default;
    //! `divisor` > 0.
    explicit Divisor(std::uint64_t divisor)
    {
        if (divisor == 1) return;
        auto const log = static_cast<unsigned>(std::bit_width(divisor - 1));
        Wide const power = Wide{1} << (63 + log);
        factor_ = static_cast<std::uint64_t>((power + divisor - 1) / divisor);
        shift_ = log - 1;
    }

    CW_HD std::uint64_t of(std::uint64_t n) const
    {
        if (factor_ == 0) return n;
        return static_cast<std::uint64_t>((Wide{n} * factor_) >> 64) >> shift_;
    }

private:
    using Wide = unsigned __int128;

    std::uint64_t factor_ = 0;  //!< 0: by one
    unsigned shift_ = 0;
};

}  // namespace copperwall

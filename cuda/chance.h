//! Draws of quantities that are known by a range only. A draw depends on what is drawn and on its number, on
//! nothing else: scenarios that share a quantity share its draws, so that their differences mean something.
#pragma once

#include <cmath>
#include <cstdint>

#include "cuda/hd.h"
#include "cuda/hop_hash.h"

namespace copperwall {

//! A quantity known by its ends and its likeliest value, low <= typical <= high.
struct Uncertain {
    std::uint64_t key = 0;  //!< of its name: quantities of one key are one quantity
    double low = 0, typical = 0, high = 0;
    //! Natural logarithms of the three, made once by the host so that all backends have the same; used where
    //! `by_ratio`.
    double log_low = 0, log_typical = 0, log_high = 0;
    std::uint64_t by_ratio = 0;  //!< 1: low > 0, its logarithm is what is drawn
};

//! u, 0 < u < 1, of draw `number` of a quantity: 52 bits of the scrambled counter, and half of the last.
//! Source of the scrambling: hop_hash.h.
CW_HD inline double uniform(std::uint64_t seed, std::uint64_t key, std::uint64_t number)
{
    std::uint64_t const bits = scramble(scramble(scramble(seed) + key) + number) >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

//! Inverse of the triangular distribution's F.
//!
//!   F(c) = (c - a) / (b - a)                                              (1)
//!   x = a + sqrt(u (b - a)(c - a))            where u < F(c)              (2)
//!   x = b - sqrt((1 - u)(b - a)(b - c))       elsewhere                   (3)
//!
//! a, c, b   low, likeliest, high, a <= c <= b
//! Source: S. Kotz, J. R. van Dorp, "Beyond Beta", World Scientific 2004, chapter 1.
CW_HD inline double triangular(double u, double a, double c, double b)
{
    if (!(b > a)) return c;
    if (u * (b - a) < c - a) return a + sqrt(u * (b - a) * (c - a));
    return b - sqrt((1 - u) * (b - a) * (b - c));
}

//! e^x from + - x alone, so that every backend has the same bits; |x| <= 700.
//!
//!   e^x = 2^k e^r,   k = round(x / ln 2),   r = x - k ln 2,   |r| <= ln 2 / 2      (4)
//!   e^r = 1 + r (1 + r/2 (1 + r/3 ( ... )))  to r^13: relative error below 2 x 10^-16 beside rounding
CW_HD inline double portable_exp(double x)
{
    constexpr double kLn2 = 0.693147180559945309417;
    int const k = static_cast<int>(x / kLn2 + (x < 0 ? -0.5 : 0.5));
    double const r = x - k * kLn2;
    double sum = 1;
    for (int n = 13; n > 0; --n) sum = 1 + sum * r / n;
    for (int i = 0; i < k; ++i) sum *= 2;
    for (int i = 0; i > k; --i) sum /= 2;
    return sum;
}

//! Draw `number` of a quantity: log-triangular over its range, triangular where its low is 0.
CW_HD inline double draw(Uncertain const& q, std::uint64_t seed, std::uint64_t number)
{
    if (!(q.high > q.low)) return q.typical;
    double const u = uniform(seed, q.key, number);
    if (q.by_ratio == 0) return triangular(u, q.low, q.typical, q.high);
    return portable_exp(triangular(u, q.log_low, q.log_typical, q.log_high));
}

}  // namespace copperwall

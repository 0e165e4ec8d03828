//! Draws against their distributions: by hand, by libm, and by the moments of many.
#include "cuda/chance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace copperwall {
namespace {

Uncertain plain(double low, double typical, double high)
{
    Uncertain q;
    q.key = 7;
    q.low = low;
    q.typical = typical;
    q.high = high;
    return q;
}

Uncertain by_ratio(double low, double typical, double high)
{
    Uncertain q = plain(low, typical, high);
    q.by_ratio = 1;
    q.log_low = std::log(low);
    q.log_typical = std::log(typical);
    q.log_high = std::log(high);
    return q;
}

TEST(PortableExp, IsExpToItsLastDigits)
{
    EXPECT_EQ(portable_exp(0), 1);
    for (double x = -600; x <= 600; x += 0.37)
        EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 2e-13 * std::max(1.0, std::fabs(x) / 100)) << x;
    for (double x = -8; x <= 8; x += 0.011) EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 4e-15) << x;
}

//! a = 2, c = 3, b = 6: F(3) = 1/4; half of what is above lies past 6 - sqrt(0.375 x 4 x 3).
TEST(Triangular, InvertsItsDistribution)
{
    EXPECT_DOUBLE_EQ(triangular(0.25, 2, 3, 6), 3);
    EXPECT_DOUBLE_EQ(triangular(0.0625, 2, 3, 6), 2.5);  // a quarter of the way up: half of the way along
    EXPECT_DOUBLE_EQ(triangular(0.625, 2, 3, 6), 6 - std::sqrt(0.375 * 12));
    EXPECT_DOUBLE_EQ(triangular(0.7, 5, 5, 5), 5);
    EXPECT_DOUBLE_EQ(triangular(0.25, 0, 0, 1), 1 - std::sqrt(0.75));  // its mode at an end
    EXPECT_DOUBLE_EQ(triangular(0.25, 0, 1, 1), 0.5);
}

TEST(Draw, OfARangeWithoutWidthIsItsValue)
{
    for (std::uint64_t n = 0; n != 100; ++n) EXPECT_EQ(draw(by_ratio(3, 3, 3), 42, n), 3);
}

TEST(Draw, DependsOnSeedQuantityAndNumberAlone)
{
    Uncertain q = plain(0, 1, 2);
    std::set<double> seen;
    for (std::uint64_t seed : {1, 2})
        for (std::uint64_t key : {1, 2})
            for (std::uint64_t n = 0; n != 50; ++n) {
                q.key = key;
                EXPECT_EQ(draw(q, seed, n), draw(q, seed, n));
                seen.insert(draw(q, seed, n));
            }
    EXPECT_EQ(seen.size(), 200u);
}

//! Mean (a + b + c) / 3 and variance (a^2 + b^2 + c^2 - ab - ac - bc) / 18, within four standard errors.
TEST(Draw, HasTheMomentsOfItsDistribution)
{
    constexpr int kDraws = 100'000;
    Uncertain const q = plain(2, 3, 7);
    double sum = 0, squares = 0;
    for (std::uint64_t n = 0; n != kDraws; ++n) {
        double const x = draw(q, 42, n);
        ASSERT_GE(x, 2);
        ASSERT_LE(x, 7);
        sum += x;
        squares += x * x;
    }
    double const mean = sum / kDraws;
    double const variance = (4 + 9 + 49 - 6 - 14 - 21) / 18.0;
    EXPECT_NEAR(mean, 4, 4 * std::sqrt(variance / kDraws));
    EXPECT_NEAR(squares / kDraws - mean * mean, variance, 0.02);
}

//! ln x is triangular over ln 1, ln 10, ln 100: symmetric, so that half of the draws lie below 10.
TEST(Draw, ByRatioIsTriangularInTheLogarithm)
{
    Uncertain const q = by_ratio(1, 10, 100);
    std::vector<double> drawn;
    for (std::uint64_t n = 0; n != 20'000; ++n) drawn.push_back(draw(q, 42, n));
    std::sort(drawn.begin(), drawn.end());
    EXPECT_GT(drawn.front(), 1);
    EXPECT_LT(drawn.back(), 100);
    EXPECT_NEAR(std::log10(drawn[10'000]), 1, 0.02);
    EXPECT_NEAR(std::log10(drawn[5'000]), std::sqrt(0.5), 0.02);  // F(x) = x^2 / 2 below the middle
    EXPECT_NEAR(std::log10(drawn[2'500]), 0.5, 0.02);
}

TEST(Uniform, StaysInsideAndFillsEveryTenth)
{
    std::vector<int> tenth(10);
    for (std::uint64_t n = 0; n != 10'000; ++n) {
        double const u = uniform(42, 1, n);
        ASSERT_GT(u, 0);
        ASSERT_LT(u, 1);
        ++tenth[static_cast<std::size_t>(10 * u)];
    }
    for (int const count : tenth) EXPECT_NEAR(count, 1000, 4 * std::sqrt(900));
}

}  // namespace
}  // namespace copperwall

#include "cuda/divisor.h"

#include <gtest/gtest.h>

#include <random>

namespace copperwall {
namespace {

TEST(Divisor, GivesTheQuotientOfEveryNumber)
{
    std::mt19937_64 random(1);
    for (int i = 0; i != 20'000; ++i) {
        std::uint64_t const divisor = (random() >> (1 + random() % 62)) + 1;
        Divisor const by(divisor);
        std::uint64_t const multiple = (random() >> 1) / divisor * divisor;
        std::uint64_t const most = (std::uint64_t{1} << 63) - 1;
        for (std::uint64_t const n : {std::uint64_t{0}, multiple, multiple == 0 ? 0 : multiple - 1,
                                      multiple + (multiple != most), random() >> (1 + random() % 62), most})
            ASSERT_EQ(by.of(n), n / divisor) << n << " / " << divisor;
    }
}

}  // namespace
}  // namespace copperwall

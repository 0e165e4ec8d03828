#include "host/command/sizes.h"

#include <gtest/gtest.h>

#include "host/input/error.h"

namespace copperwall {
namespace {

std::string refusal(SizeRange const& range)
{
    try {
        expand(range);
    } catch (InputError const& error) {
        return error.what();
    }
    return "";
}

TEST(OptionSize, LettersArePowersOf1024)
{
    EXPECT_EQ(option_size("-b", "8"), 8);
    EXPECT_EQ(option_size("-b", "64K"), 65536);
    EXPECT_EQ(option_size("-b", "64k"), 65536);
    EXPECT_EQ(option_size("-b", "3M"), 3 * 1048576);
    EXPECT_EQ(option_size("-b", "8G"), 8589934592);
    EXPECT_EQ(option_size("-b", "64KiB"), 65536);
    EXPECT_EQ(option_size("-b", "1MB"), 1000000);
}

TEST(SizeRange, MultipliesUpToAndWithTheLargest)
{
    EXPECT_EQ(expand({"64K", "1M", 4}), (std::vector<std::int64_t>{65536, 262144, 1048576}));
    EXPECT_EQ(expand({"1K", "5K", 2}), (std::vector<std::int64_t>{1024, 2048, 4096}));
}

TEST(SizeRange, OfTheSmallestAloneIsOneSize)
{
    EXPECT_EQ(expand({"256", "", 2}), std::vector<std::int64_t>{256});
}

// 10, 12.5, 15.625: each rounded down to a byte.
TEST(SizeRange, RoundsDown)
{
    EXPECT_EQ(expand({"10", "16", 1.25}), (std::vector<std::int64_t>{10, 12, 15}));
}

TEST(SizeRange, SaysWhatIsWrong)
{
    EXPECT_EQ(refusal({"64Q", "", 2}),
              "error: -b: '64Q' is not a size (unknown unit 'Q'); use B, kB, KiB, MB, MiB, GB, GiB");
    EXPECT_EQ(refusal({"0", "", 2}), "error: -b: a message has at least one byte; give a larger size");
    EXPECT_EQ(refusal({"64K", "1K", 2}),
              "error: -e: 1K is less than -b 64K; give the smallest size with -b, the largest with -e");
    EXPECT_EQ(refusal({"1K", "4K", 1}),
              "error: -f: the factor between sizes must be above 1; leave it out for 2");
    EXPECT_EQ(refusal({"1K", "1G", 1.0001}),
              "error: -f: more than 1000 sizes between -b and -e; use a larger factor");
}

}  // namespace
}  // namespace copperwall

#include "host/report/scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace copperwall {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> labels(Scale const& scale)
{
    std::vector<std::string> all;
    for (auto const& tick : scale.ticks) {
        if (!tick.label.empty()) all.push_back(tick.label);
    }
    return all;
}

TEST(SizeScale, HasAnEqualStepForEveryDoubling)
{
    // 256 B = 2^8 at 100 px, 1 GiB = 2^30 at 540 px: 20 px an octave.
    auto const scale = size_scale(256, 1 << 30, 100, 540);
    EXPECT_DOUBLE_EQ(scale.at(256), 100);
    EXPECT_NEAR(scale.at(512), 120, 1e-9);
    EXPECT_NEAR(scale.at(1 << 20), 340, 1e-9);
    EXPECT_DOUBLE_EQ(scale.at(1 << 30), 540);
    EXPECT_EQ(scale.ticks.size(), 23u);
}

TEST(SizeScale, LabelsAsManyPowersAsFit)
{
    EXPECT_THAT(labels(size_scale(256, 1 << 30, 0, 344)),
                ElementsAre("256 B", "4 KiB", "64 KiB", "1 MiB", "16 MiB", "256 MiB"));
    EXPECT_THAT(labels(size_scale(1024, 8192, 0, 344)), ElementsAre("1 KiB", "2 KiB", "4 KiB", "8 KiB"));
}

TEST(SizeScale, PutsASingleSizeInTheMiddle)
{
    auto const scale = size_scale(65536, 65536, 0, 100);
    EXPECT_NEAR(scale.at(65536), 50, 1e-9);
    EXPECT_THAT(labels(scale), ElementsAre("64 KiB"));
}

TEST(DecadeScale, RoundsOutwardsAndLabelsPowersOfTen)
{
    auto const scale = decade_scale(0.013, 890, 300, 0);
    EXPECT_DOUBLE_EQ(scale.low, 0.01);
    EXPECT_DOUBLE_EQ(scale.high, 1000);
    EXPECT_NEAR(scale.at(0.1), 240, 1e-9) << "five decades of 60 px, upwards";
    EXPECT_THAT(labels(scale), ElementsAre("0.01", "0.1", "1", "10", "100", "1000"));
}

TEST(DecadeScale, LabelsTwoAndFiveWhereTheRangeIsShort)
{
    EXPECT_THAT(labels(decade_scale(110, 890, 0, 1)), ElementsAre("100", "200", "500", "1000"));
}

TEST(DecadeScale, TakesARangeOfNoWidth)
{
    auto const scale = decade_scale(10, 10, 0, 100);
    EXPECT_NEAR(scale.at(10), 50, 1e-9);
}

TEST(LinearScale, StartsAtZeroAndEndsAtARoundNumber)
{
    auto const scale = linear_scale(146, 0, 150);
    EXPECT_THAT(labels(scale), ElementsAre("0", "50", "100", "150"));
    EXPECT_DOUBLE_EQ(scale.at(75), 75);
    EXPECT_THAT(labels(linear_scale(2.3, 0, 1)), ElementsAre("0", "0.5", "1", "1.5", "2", "2.5"));
}

TEST(LinearScale, TakesNothingButZeros)
{
    auto const scale = linear_scale(0, 0, 100);
    EXPECT_DOUBLE_EQ(scale.at(0), 0);
    EXPECT_GT(scale.high, 0);
}

TEST(MarkedScale, LabelsEachValueAndLeavesRoom)
{
    // 72 to 1152 is 16 times; a sixth of that at either end makes 16^(8/6).
    auto const scale = marked_scale({72, 288, 1152}, 0, 400);
    EXPECT_THAT(labels(scale), ElementsAre("72", "288", "1152"));
    EXPECT_NEAR(scale.at(72), 50, 1e-9);
    EXPECT_NEAR(scale.at(288), 200, 1e-9);
    EXPECT_NEAR(scale.at(1152), 350, 1e-9);
    EXPECT_NEAR(marked_scale({72}, 0, 400).at(72), 200, 1e-9);
}

TEST(RootScale, GrowsByTheSquareRoot)
{
    auto const scale = root_scale(4, 300, 100);
    EXPECT_NEAR(scale.at(0), 300, 1e-9);
    EXPECT_NEAR(scale.at(1), 200, 1e-9);
    EXPECT_NEAR(scale.at(4), 100, 1e-9);
    // px from zero: 0.03 at 17, 0.2 at 45, 0.5 at 71, 1 at 100, 2 at 141, 3 at 173, 4 at 200. Less than
    // 16 px from the last label: 0.05 at 22, 0.1 at 32, 0.3 at 55.
    EXPECT_THAT(labels(scale), ElementsAre("0", "0.03", "0.2", "0.5", "1", "2", "3", "4"));
}

}  // namespace
}  // namespace copperwall

#include "cuda/link_delay.h"

#include <gtest/gtest.h>

namespace copperwall {
namespace {

TEST(LinkDelay, TwoMetresOfCopperTakeTenNanoseconds)
{
    LinkDelayInput in;
    in.medium_m = 2;
    in.medium_ns_per_m = 5.0;
    EXPECT_DOUBLE_EQ(link_delay(in).total_ns(), 10.0);
}

TEST(LinkDelay, EachPartIsKeptApart)
{
    LinkDelayInput in;
    in.phy_ns = 50;
    in.added_a_ns = 87.5;
    in.added_b_ns = 1;
    in.board_m = 0.31;
    in.board_ns_per_m = 6.0;
    in.tray_m = 0.5;
    in.medium_m = 10;
    in.medium_ns_per_m = 4.9;
    in.switch_core_ns = 130;
    in.switch_ends = 1;
    LinkDelay const d = link_delay(in);
    EXPECT_DOUBLE_EQ(d.phy_ns, 50);
    EXPECT_DOUBLE_EQ(d.added_a_ns, 87.5);
    EXPECT_DOUBLE_EQ(d.added_b_ns, 1);
    EXPECT_DOUBLE_EQ(d.trace_ns, 4.31);  // 0.31 x 6 + 0.5 x 4.9 = 1.86 + 2.45
    EXPECT_DOUBLE_EQ(d.medium_ns, 49);
    EXPECT_DOUBLE_EQ(d.switch_core_ns, 65);
    EXPECT_DOUBLE_EQ(d.total_ns(), 256.81);  // 50 + 87.5 + 1 + 4.31 + 49 + 65
}

// Broadcom's Scale-Up Ethernet budget, one way: 100 ns in the endpoints, 100 in PHYs, 250 in the switch with
// its ports, 3 m of copper at 4.6 ns/m on either side. Here 100 of the switch's 250 are its ports' PHY: 2 x
// (100 + 13.8) + 150 + 100 = 477.6.
TEST(LinkDelay, AddsUpToThePublishedScaleUpEthernetPath)
{
    LinkDelayInput in;
    in.phy_ns = 100;
    in.medium_m = 3;
    in.medium_ns_per_m = 4.6;
    in.switch_core_ns = 150;
    in.switch_ends = 1;
    double const endpoints_ns = 100;
    EXPECT_NEAR(2 * link_delay(in).total_ns() + endpoints_ns, 477.6, 1e-9);
}

TEST(LinkDelay, TwoSwitchEndsCarryAWholeCore)
{
    LinkDelayInput in;
    in.switch_core_ns = 250;
    EXPECT_EQ(link_delay(in).switch_core_ns, 0);
    in.switch_ends = 1;
    EXPECT_EQ(link_delay(in).switch_core_ns, 125);
    in.switch_ends = 2;
    EXPECT_EQ(link_delay(in).switch_core_ns, 250);
}

TEST(CeilToFs, WholeFemtosecondsStay)
{
    EXPECT_EQ(ceil_to_fs(0), 0);
    EXPECT_EQ(ceil_to_fs(1), 1'000'000);
    EXPECT_EQ(ceil_to_fs(122.5), 122'500'000);
}

TEST(CeilToFs, PartsOfAFemtosecondRoundUp)
{
    EXPECT_EQ(ceil_to_fs(0.0000001), 1);
    EXPECT_EQ(ceil_to_fs(1.0000000001), 1'000'001);
    EXPECT_EQ(ceil_to_fs(1.9999995), 2'000'000);
    EXPECT_EQ(ceil_to_fs(3'000'000'000.0), 3'000'000'000'000'000);
}

}  // namespace
}  // namespace copperwall

#include <gmock/gmock.h>

#include "fabric_scenario.h"
#include "host/fabric/fabric.h"

namespace copperwall {
namespace {

TEST(Placement, GivesEveryLinkTheWayBetweenItsTrays)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    // Switches at unit 2, gpus 0 and 1 at 0, gpus 2 and 3 at 6: 2 and 4 units of 0.05 m, and 0.2 m of slack.
    for (std::size_t l = 0; l < fabric.lengths_m.size(); ++l) {
        Link const& link = fabric.network.links[l];
        EXPECT_DOUBLE_EQ(fabric.lengths_m[l], std::min(link.from, link.to) < 2 ? 0.3 : 0.4);
    }
}

TEST(Placement, PutsPlanesOfOneChipInOnePlace)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    EXPECT_EQ(fabric.nodes[4].chip, fabric.nodes[5].chip);
    EXPECT_EQ(fabric.nodes[4].x_m, fabric.nodes[5].x_m);
    EXPECT_NE(fabric.nodes[5].x_m, fabric.nodes[6].x_m);
    EXPECT_DOUBLE_EQ(fabric.nodes[4].z_m, 2 * 0.05);
    EXPECT_DOUBLE_EQ(fabric.nodes[2].z_m, 6 * 0.05);
}

TEST(LinkClasses, CountAndMeasureBothDirections)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    ASSERT_EQ(fabric.classes.size(), 2u);
    EXPECT_EQ(fabric.classes[0].name, "rack up");
    EXPECT_EQ(fabric.classes[1].name, "rack down");
    for (LinkClass const& c : fabric.classes) {
        EXPECT_EQ(c.count, 12u);
        EXPECT_DOUBLE_EQ(c.shortest_m, 0.3);
        EXPECT_DOUBLE_EQ(c.longest_m, 0.4);
        EXPECT_EQ(c.medium, "twinax");
    }
}

// 40 PHY + 0.15 m board x 6 + 0.3 m flyover x 5 + 0.4 m x 5 + half of 100.
TEST(LinkClasses, AddUpTheDelayOfCopperFromPackageToPackage)
{
    LinkClass const c = build_fabric(made_up_scenario()).classes[0];
    EXPECT_DOUBLE_EQ(c.delay.trace_ns, 2.4);
    EXPECT_DOUBLE_EQ(c.delay.medium_ns, 2.0);
    EXPECT_DOUBLE_EQ(c.delay.total_ns(), 94.4);
    EXPECT_DOUBLE_EQ(c.delay_low.total_ns(), 20 + 0.15 * 5 + 0.3 * 4 + 0.4 * 4 + 30);
    EXPECT_DOUBLE_EQ(c.delay_high.total_ns(), 80 + 0.15 * 7 + 0.3 * 6 + 0.4 * 6 + 100);
}

// 0.1 m of board at each end; what is left of the trays' 0.15 and 0.3 m is fibre, as are the 0.4 m between.
TEST(LinkClasses, AddUpTheDelayOfModulesBehindTheirHostTraces)
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.ends["rack"] = {"optics", "optics"};
    LinkClass const c = build_fabric(scenario).classes[0];
    EXPECT_EQ(c.medium, "fibre");
    EXPECT_DOUBLE_EQ(c.delay.added_a_ns, 10);
    EXPECT_DOUBLE_EQ(c.delay.added_b_ns, 10);
    EXPECT_NEAR(c.delay.trace_ns, 0.2 * 6 + 0.25 * 4.9, 1e-12);
    EXPECT_NEAR(c.delay.total_ns(), 40 + 20 + 1.2 + 1.225 + 1.96 + 50, 1e-12);
}

TEST(LinkClasses, ReplaceThePhyWhereBothEndsWorkWithoutSerDes)
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.technologies["optics"].phy_latency_ns = quantity(15);
    scenario.ends["rack"] = {"optics", "optics"};
    EXPECT_DOUBLE_EQ(build_fabric(scenario).classes[0].delay.phy_ns, 15);
}

TEST(LinkClasses, MayHaveDifferentEnds)
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.technologies["other"] = made_up_optics("other");
    scenario.technologies["other"].added_latency_ns = quantity(1);
    scenario.technologies["other"].reach_m = quantity(0.35);
    scenario.ends["rack"] = {"optics", "other"};
    Fabric const fabric = build_fabric(scenario);
    EXPECT_EQ(fabric.interconnect, "optics/other");
    EXPECT_EQ(fabric.classes[1].a.technology, "optics");
    EXPECT_EQ(fabric.classes[1].b.technology, "other");
    EXPECT_DOUBLE_EQ(fabric.classes[0].delay.added_b_ns, 1);
    EXPECT_DOUBLE_EQ(fabric.classes[0].reach_m, 0.35);  // the weaker end's
}

TEST(LinkClasses, SayWhereALinkIsLongerThanItsReach)
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.technologies["copper"].reach_m = quantity(0.4);
    EXPECT_TRUE(build_fabric(scenario).classes[0].reaches);
    scenario.technologies["copper"].reach_m = quantity(0.39);
    EXPECT_FALSE(build_fabric(scenario).classes[0].reaches);
}

// Each end 4 pJ/bit of SerDes and 1 of the rest; the switch side's SerDes is the switch core's.
// 400 Gb/s: (4 + 0) / 2 x 0.4 = 0.8 W and (1 + 1) / 2 x 0.4 = 0.4 W a directed link, half of it static.
TEST(LinkClasses, CountHostSerDesAtTheGpuOnly)
{
    LinkClass const c = build_fabric(made_up_scenario()).classes[0];
    EXPECT_DOUBLE_EQ(c.a.component_pJ_per_bit[0], 4);
    EXPECT_DOUBLE_EQ(c.b.component_pJ_per_bit[0], 0);
    EXPECT_DOUBLE_EQ(c.power.full_W[0], 0.8);
    EXPECT_DOUBLE_EQ(c.power.full_W[6], 0.4);
    EXPECT_DOUBLE_EQ(c.power.idle_W[0], 0.4);
    EXPECT_DOUBLE_EQ(c.power.traffic_pJ_per_bit[6], 1);
}

TEST(LinkLatency, IsTheLongestOfTheClassOrEachLinksOwn)
{
    ScenarioSpec scenario = made_up_scenario();
    for (Link const& link : build_fabric(scenario).network.links) EXPECT_EQ(link.latency_fs, 94'400'000);
    scenario.lengths = Lengths::exact;
    for (Link const& link : build_fabric(scenario).network.links)  // 0.1 m shorter: 0.5 ns less
        EXPECT_EQ(link.latency_fs, std::min(link.from, link.to) < 2 ? 93'900'000 : 94'400'000);
}

TEST(FabricPath, IsUpPlusDownWithOneWholeSwitchCore)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    EXPECT_DOUBLE_EQ(fabric.path_ns, 2 * 94.4);
    EXPECT_LT(fabric.path_low_ns, fabric.path_ns);
    EXPECT_GT(fabric.path_high_ns, fabric.path_ns);
    EXPECT_DOUBLE_EQ(fabric.port_rate_GBps, 150);
}

TEST(FabricNotes, NameEveryAssumedLatency)
{
    EXPECT_THAT(build_fabric(made_up_scenario()).notes,
                ::testing::ElementsAre(
                    "every link of tier 'rack' is taken 0.4 m long, its longest; the shortest is 0.3 m",
                    "assumed: PHY of port 40 ns (20 to 80): made up",
                    "assumed: switch core 100 ns (60 to 200): made up",
                    "assumed: added at each end by copper 0 ns (0 to 0): made up"));
}

}  // namespace
}  // namespace copperwall

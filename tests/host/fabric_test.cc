//! Shipped fabrics, whole: their shape as the engine sees it, their lengths, and the figures that every
//! choice of defaults must give back.
#include "host/fabric/fabric.h"

#include <gmock/gmock.h>

#include "engine_view.h"
#include "host/fabric/copper_reach.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

ScenarioSpec shipped(std::string const& fabric, std::string const& technology, Settings settings = {})
{
    settings.emplace_back("fabric.file", fabric + ".toml");
    settings.emplace_back("fabric.ends.rack", technology);
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

std::vector<int> planes_by_chip(Fabric const& fabric)
{
    std::vector<int> planes(fabric.spec.tiers[0].switches.chips, 0);
    for (PlacedNode const& node : fabric.nodes)
        if (node.kind == NodeKind::switch_chip) ++planes[node.chip];
    return planes;
}

// 72 x 18 links in either direction, one switch a plane.
TEST(FabricOfNvl72, HasTheShapeOfItsRack)
{
    Fabric const fabric = build_fabric(shipped("nvl72", "passive_copper"));
    EXPECT_EQ(fabric.network.gpus, 72u);
    EXPECT_EQ(fabric.network.ports[kInside].planes, 18u);
    EXPECT_EQ(fabric.network.nodes.size(), 72u + 18u);
    EXPECT_EQ(fabric.network.links.size(), 2592u);
    EXPECT_EQ(fabric.lengths_m.size(), 2592u);
    EXPECT_THAT(planes_by_chip(fabric), ::testing::Each(1));
}

// 50 + 0.15 x 6.2 + 0.3 x 5 + (18 x 0.04445 + 0.22) x 5 + 65 = 122.5305 ns, rounded up to a femtosecond.
TEST(FabricOfNvl72, GivesEveryLinkTheDelayOfTheLongest)
{
    for (Link const& link : build_fabric(shipped("nvl72", "passive_copper")).network.links) {
        ASSERT_GE(link.latency_fs, 122'530'500);
        ASSERT_LE(link.latency_fs, 122'530'501);
    }
}

// Each link between 0.26445 and 1.0201 m: at most 0.75565 m x 5 ns/m = 3.77825 ns less than the longest.
TEST(FabricOfNvl72, IsFasterButUnequalWithExactLengths)
{
    Fabric const by_class = build_fabric(shipped("nvl72", "passive_copper"));
    Fabric const exact = build_fabric(shipped("nvl72", "passive_copper", {{"fabric.lengths", "exact"}}));
    EXPECT_TRUE(planes_equal(by_class));
    EXPECT_FALSE(planes_equal(exact));
    ASSERT_EQ(exact.network.links.size(), by_class.network.links.size());
    Time most = 0;
    int as_long = 0;
    for (std::size_t l = 0; l < exact.network.links.size(); ++l) {
        Time const less = by_class.network.links[l].latency_fs - exact.network.links[l].latency_fs;
        ASSERT_GE(less, 0);
        most = std::max(most, less);
        as_long += less == 0;
    }
    EXPECT_NEAR(static_cast<double>(most), 3'778'250, 1);
    // Only tray 26 and the switches in tray 8 are eighteen units apart: 4 gpus x 2 chips, both ways.
    EXPECT_EQ(as_long, 16);
}

TEST(FabricOfNvl72, FoldsToOneSwitchWithAPortForEveryGpu)
{
    Fabric const fabric = build_fabric(shipped("nvl72", "passive_copper"));
    Network const whole = engine_network(fabric, view_of(1, false));
    Network const folded = engine_network(fabric, view_of(1, true));
    EXPECT_EQ(whole.nodes.size(), 90u);
    EXPECT_EQ(whole.links.size(), 2592u);
    EXPECT_EQ(folded.nodes.size(), 73u);
    EXPECT_EQ(folded.links.size(), 144u);
    EXPECT_EQ(folded.ports[kInside].planes, 18u);
}

// NCCL's 40.1 of 50 GB/s a link, of which acknowledgements leave 272 / 288.
TEST(FabricOfNvl72, ScalesItsRatesToTheUsableShare)
{
    Network const network = engine_network(build_fabric(shipped("nvl72", "passive_copper")),
                                           view_of(40.1 / 50 * 288 / 272, false));
    ASSERT_EQ(network.rates_Bps.size(), 1u);
    EXPECT_NEAR(static_cast<double>(network.rates_Bps[0]), 40.1e9, 2);
}

TEST(FabricOfHgx, SpreadsEighteenPlanesOverItsChips)
{
    EXPECT_THAT(planes_by_chip(build_fabric(shipped("hgx_h100", "passive_copper"))),
                ::testing::ElementsAre(5, 4, 4, 5));
    EXPECT_THAT(planes_by_chip(build_fabric(shipped("hgx_b200", "passive_copper"))),
                ::testing::ElementsAre(9, 9));
}

TEST(FabricEnds, OfCopperAgainstLightAreRefused)
{
    ScenarioSpec scenario = shipped("nvl72", "cpo");
    scenario.technologies["passive_copper"] =
        load_technology(std::string(CW_SOURCE_DIR) + "/topologies/technologies/passive_copper.toml");
    scenario.ends["rack"] = {"passive_copper", "cpo"};
    try {
        build_fabric(scenario);
        FAIL() << "built";
    } catch (InputError const& error) {
        ASSERT_EQ(error.diagnostics().size(), 1u);
        EXPECT_EQ(error.diagnostics()[0].message,
                  "ends of tier 'rack' do not fit: 'passive_copper' is electrical, 'cpo' is optical; use one "
                  "carrier at both ends");
    }
}

// The longest cable is 1.0201 m.
TEST(FabricReach, OfLightIsItsTechnologys)
{
    ScenarioSpec scenario = shipped("nvl72", "cpo");
    scenario.technologies["cpo"].reach_m.value = 1.03;
    for (LinkClass const& c : build_fabric(scenario).classes) EXPECT_TRUE(c.reaches);
    scenario.technologies["cpo"].reach_m.value = 1.01;
    for (LinkClass const& c : build_fabric(scenario).classes) {
        EXPECT_FALSE(c.reaches);
        EXPECT_DOUBLE_EQ(c.reach_m, 1.01);
    }
}

//! One link of NVL72 with `cable_m` between its trays.
LinkDelay delay_over(double cable_m, std::string const& technology)
{
    ScenarioSpec scenario = shipped("nvl72", technology);
    scenario.fabric.tiers[0].placement.unit_m.value = 0;
    scenario.fabric.tiers[0].placement.slack_m.value = cable_m;
    return build_fabric(scenario).classes[0].delay;
}

TEST(DirectionalFigures, TwoMetresOfCopperTakeTenNanoseconds)
{
    EXPECT_DOUBLE_EQ(delay_over(2, "passive_copper").medium_ns, 10);
    EXPECT_NEAR(delay_over(3, "passive_copper").total_ns() - delay_over(2, "passive_copper").total_ns(), 5,
                1e-9);
}

// Light gains 0.1 ns/m, and 0.2 ns inside the trays: its own 2 ns are made up after 18 m only.
TEST(DirectionalFigures, CopperIsNeverSlowerThanCoPackagedOpticsOverTheSameLength)
{
    for (double const cable_m : {0.0, 0.26, 1.02, 2.0, 5.0})
        EXPECT_LE(delay_over(cable_m, "passive_copper").total_ns(), delay_over(cable_m, "cpo").total_ns())
            << cable_m;
}

TEST(DirectionalFigures, PluggablesAddTheirDspAndLittleElse)
{
    for (double const cable_m : {0.26, 1.02, 2.0}) {
        double const dsp_ns = delay_over(cable_m, "dsp_pluggable").added_a_ns * 2;
        double const added_ns = delay_over(cable_m, "dsp_pluggable").total_ns() -
                                delay_over(cable_m, "passive_copper").total_ns();
        EXPECT_GE(added_ns, 150) << cable_m;
        EXPECT_LE(added_ns, 200) << cable_m;
        EXPECT_GT(dsp_ns / added_ns, 0.9) << cable_m;
    }
}

TEST(DirectionalFigures, CoPackagedOpticsNeedNoDsp)
{
    LinkClass const c = build_fabric(shipped("nvl72", "cpo")).classes[0];
    EXPECT_EQ(c.a.component_pJ_per_bit[1], 0);
    EXPECT_EQ(c.b.component_pJ_per_bit[1], 0);
    EXPECT_LT(c.delay.added_a_ns + c.delay.added_b_ns, 5);
}

TEST(DirectionalFigures, CopperReachesTwoMetresAt200GAndLessAt400G)
{
    ChannelSpec const channel = load_channel(std::string(CW_SOURCE_DIR) + "/topologies/channel.toml");
    auto const reach_at = [&](double rate_Gbps) {
        return copper_reach(channel, {rate_Gbps, "PAM4", "spine", "AWG26", 0}, 1).typical_m;
    };
    EXPECT_NEAR(reach_at(200), 2, 0.1);
    EXPECT_LT(reach_at(400), 1);
}

// Measured with loads there and back; with stores one way. What the network does not take is the gpus'.
TEST(DirectionalFigures, MeasuredLatenciesLeaveAPartToTheGpus)
{
    Fabric const h100 = build_fabric(shipped("hgx_h100", "passive_copper"));
    EXPECT_LT(2 * h100.path_ns, 826);
    EXPECT_LT(2 * h100.path_high_ns, 826);
    Fabric const gb200 = build_fabric(shipped("nvl72", "passive_copper"));
    EXPECT_LT(gb200.path_ns, 792);
    EXPECT_LT(gb200.path_high_ns, 792);
}

}  // namespace
}  // namespace copperwall

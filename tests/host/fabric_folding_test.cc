#include <gtest/gtest.h>

#include <stdexcept>

#include "fabric_scenario.h"
#include "host/fabric/fabric.h"

namespace copperwall {
namespace {

//! Two planes, one chip in either of two trays: with exact lengths the planes differ.
ScenarioSpec two_trays_of_switches()
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.fabric.tiers[0].links_per_gpu = 2;
    scenario.fabric.tiers[0].placement.switch_trays_u = {2, 3};
    scenario.fabric.tiers[0].placement.chips_per_tray = 1;
    return scenario;
}

TEST(EngineNetwork, IsTheFabricsOwnWhereNothingIsFolded)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    Network const network = engine_network(fabric, view_of(1, false));
    EXPECT_FALSE(network.ports[kInside].folded);
    EXPECT_EQ(network.gpu_ports(), 3u);
    EXPECT_EQ(network.links.size(), 24u);
    EXPECT_EQ(network.rates_Bps, std::vector<std::int64_t>{50'000'000'000});
}

TEST(EngineNetwork, FoldedIsOnePlaneThatStandsForAll)
{
    Network const network = engine_network(build_fabric(made_up_scenario()), view_of(1, true));
    EXPECT_TRUE(network.ports[kInside].folded);
    EXPECT_EQ(network.ports[kInside].planes, 3u);
    EXPECT_EQ(network.gpu_ports(), 1u);
    ASSERT_EQ(network.nodes.size(), 4u + 1u);
    ASSERT_EQ(network.links.size(), 4u + 4u);
    EXPECT_NO_THROW(check(network));
    for (std::uint32_t g = 0; g < 4; ++g) {
        EXPECT_EQ(network.nodes[g].egress_count, 1u);
        EXPECT_EQ(network.nodes[g].ingress_count, 1u);
        EXPECT_EQ(network.links[network.nodes[g].first_egress].to, 4u);
        EXPECT_EQ(network.links[network.nodes[4].first_egress + g].to, g);
    }
}

TEST(EngineNetwork, SlowsTheLinksToTheUsableShare)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    EXPECT_EQ(engine_network(fabric, view_of(0.75, false)).rates_Bps[0], 37'500'000'000);
    EXPECT_EQ(engine_network(fabric, view_of(0.75, true)).rates_Bps[0], 37'500'000'000);
}

TEST(EngineNetwork, RefusesAShareThatIsNone)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    EXPECT_THROW(engine_network(fabric, view_of(0, false)), std::invalid_argument);
    EXPECT_THROW(engine_network(fabric, view_of(1.01, false)), std::invalid_argument);
}

TEST(PlanesEqual, HoldsForLengthsByClassAndNotForExactOnes)
{
    ScenarioSpec scenario = two_trays_of_switches();
    EXPECT_TRUE(planes_equal(build_fabric(scenario)));
    scenario.lengths = Lengths::exact;
    EXPECT_FALSE(planes_equal(build_fabric(scenario)));
}

TEST(PlanesEqual, HoldsForExactLengthsOnOneTray)
{
    ScenarioSpec scenario = made_up_scenario();
    scenario.lengths = Lengths::exact;
    EXPECT_TRUE(planes_equal(build_fabric(scenario)));
}

TEST(PlanesEqual, SeesOneSlowerLink)
{
    Fabric fabric = build_fabric(made_up_scenario());
    fabric.network.links[7].latency_fs += 1;
    EXPECT_FALSE(planes_equal(fabric));
}

TEST(EngineNetwork, RefusesToFoldPlanesThatDiffer)
{
    ScenarioSpec scenario = two_trays_of_switches();
    scenario.lengths = Lengths::exact;
    try {
        engine_network(build_fabric(scenario), view_of(1, true));
        FAIL() << "folded";
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(error.what(), "planes of made_up differ in latency or rate and cannot be folded");
    }
}

}  // namespace
}  // namespace copperwall

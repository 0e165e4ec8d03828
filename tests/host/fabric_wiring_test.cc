#include "host/fabric/wiring.h"

#include <gmock/gmock.h>

#include "fabric_scenario.h"

namespace copperwall {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::vector<std::uint32_t> planes_of_chips(std::uint32_t planes, std::uint32_t chips)
{
    std::vector<std::uint32_t> count(chips, 0);
    for (std::uint32_t const chip : chip_of_planes(planes, chips)) ++count[chip];
    return count;
}

TEST(ChipOfPlanes, SharesOutLinksAsTheBoardsDo)
{
    EXPECT_THAT(planes_of_chips(18, 4), ElementsAre(5, 4, 4, 5));  // HGX H100
    EXPECT_THAT(planes_of_chips(18, 2), ElementsAre(9, 9));        // HGX B200
    EXPECT_THAT(planes_of_chips(18, 18), Each(1));                 // NVL72
    EXPECT_THAT(planes_of_chips(7, 1), ElementsAre(7));
    EXPECT_THAT(planes_of_chips(11, 4), ElementsAre(3, 3, 2, 3));
}

TEST(ChipOfPlanes, KeepsAChipsPlanesTogether)
{
    EXPECT_THAT(chip_of_planes(5, 2), ElementsAre(0, 0, 0, 1, 1));
}

TEST(SingleTier, MakesOneSwitchNodeAPlane)
{
    Fabric const fabric = build_fabric(made_up_scenario());
    ASSERT_EQ(fabric.network.nodes.size(), 4u + 3u);
    ASSERT_EQ(fabric.network.links.size(), 2u * 4 * 3);
    EXPECT_EQ(fabric.nodes[3].name, "gpu 3");
    EXPECT_EQ(fabric.nodes[4].name, "switch 0 plane 0");
    EXPECT_EQ(fabric.nodes[6].name, "switch 1 plane 2");
    EXPECT_NO_THROW(check(fabric.network));
}

TEST(SingleTier, LeadsPortPOfEveryGpuIntoPlaneP)
{
    Network const network = build_fabric(made_up_scenario()).network;
    for (std::uint32_t g = 0; g < 4; ++g) {
        ASSERT_EQ(network.nodes[g].egress_count, 3u);
        for (std::uint32_t p = 0; p < 3; ++p) {
            Link const& link = network.links[network.nodes[g].first_egress + p];
            EXPECT_EQ(link.from, g);
            EXPECT_EQ(link.to, 4 + p);
            EXPECT_EQ(link.ingress_port, g);
        }
    }
}

TEST(SingleTier, RoutesEveryPairOverEveryPlane)
{
    Network const network = build_fabric(made_up_scenario()).network;
    for (std::uint32_t p = 0; p < 3; ++p) {
        for (std::uint32_t to = 0; to < 4; ++to) {
            Link const& link = network.links[network.nodes[4 + p].first_egress + network.routes[p * 4 + to]];
            EXPECT_EQ(link.from, 4 + p);
            EXPECT_EQ(link.to, to);
            EXPECT_EQ(link.ingress_port, p);
        }
    }
}

TEST(SingleTier, PacketsCutThroughSwitchesAndEndOnTheirTails)
{
    ScenarioSpec scenario = made_up_scenario();
    for (Arrival const at_switch : {Arrival::head, Arrival::tail}) {
        scenario.fabric.tiers[0].switches.cut_through = at_switch == Arrival::head;
        for (Link const& link : build_fabric(scenario).network.links)
            EXPECT_EQ(link.arrival, link.to < 4 ? Arrival::tail : at_switch);
    }
}

}  // namespace
}  // namespace copperwall

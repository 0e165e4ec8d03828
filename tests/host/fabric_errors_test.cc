#include <gtest/gtest.h>

#include <functional>

#include "fabric_scenario.h"
#include "host/fabric/fabric.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

std::string refusal(std::function<void(ScenarioSpec&)> const& spoil)
{
    ScenarioSpec scenario = made_up_scenario();
    spoil(scenario);
    try {
        build_fabric(scenario);
    } catch (InputError const& error) {
        return error.what();
    }
    return "built";
}

TEST(ImpossibleFabric, OpticalAgainstElectricalEnds)
{
    EXPECT_EQ(refusal([](auto& s) {
                  s.ends["rack"] = {"copper", "optics"};
              }),
              "scenario.toml:2:1: error: ends of tier 'rack' do not fit: 'copper' is electrical, 'optics' is "
              "optical; use one carrier at both ends");
}

TEST(ImpossibleFabric, EndsWithAndWithoutSerDes)
{
    EXPECT_EQ(
        refusal([](auto& s) {
            s.technologies["bare"] = made_up_optics("bare");
            s.technologies["bare"].phy_latency_ns = quantity(15);
            s.ends["rack"] = {"optics", "bare"};
        }),
        "scenario.toml:2:1: error: ends of tier 'rack' do not fit: of 'optics' and 'bare' one works without "
        "SerDes, the other needs them; use one kind at both ends");
}

TEST(ImpossibleFabric, EndsWithoutACommonMedium)
{
    EXPECT_EQ(
        refusal([](auto& s) {
            s.technologies["board_only"] = made_up_technology("board_only", Carrier::electrical, {"board"});
            s.technologies["copper"].media = {"twinax"};
            s.ends["rack"] = {"copper", "board_only"};
        }),
        "scenario.toml:2:1: error: ends of tier 'rack' do not fit: 'copper' and 'board_only' have no medium "
        "in common; give them one in `media`");
}

TEST(ImpossibleFabric, AMediumThatNobodyDescribes)
{
    EXPECT_EQ(refusal([](auto& s) { s.media.erase("twinax"); }),
              "scenario.toml:2:1: error: medium 'twinax' is not in media.toml; add [medium.twinax]");
}

TEST(ImpossibleFabric, ATierWithoutTechnology)
{
    EXPECT_EQ(refusal([](auto& s) { s.ends.clear(); }),
              "scenario.toml:2:1: error: no technology for tier 'rack'; name one in `ends`");
}

TEST(ImpossibleFabric, MoreGpusThanItsTraysHold)
{
    EXPECT_EQ(
        refusal([](auto& s) { s.fabric.gpus = 5; }),
        "made_up.toml:1:1: error: 2 gpu trays of 2 hold 4, and the fabric has 5; add trays or raise what one "
        "holds");
}

TEST(ImpossibleFabric, MoreChipsThanLinksOfAGpu)
{
    EXPECT_EQ(
        refusal([](auto& s) {
            s.fabric.tiers[0].switches.chips = 4;
            s.fabric.tiers[0].placement.chips_per_tray = 4;
        }),
        "made_up.toml:1:1: error: 4 switch chips in tier 'rack' for 3 links a gpu (each chip takes at least "
        "one); use 1 to 3");
}

TEST(ImpossibleFabric, MoreLinksThanFitIntoMemory)
{
    EXPECT_EQ(
        refusal([](auto& s) {
            s.fabric.gpus = 8192;
            s.fabric.tiers[0].links_per_gpu = 1024;
            s.fabric.tiers[0].placement.gpus_per_tray = 4096;
        }),
        "made_up.toml:1:1: error: 8192 gpus with 1024 links have 16777216 directed links, and 4194304 is the "
        "most; lower one of the two");
}

TEST(ImpossibleFabric, ALinkFasterThanItsLanes)
{
    EXPECT_EQ(
        refusal([](auto& s) { s.fabric.tiers[0].link_rate_GBps = quantity(60); }),
        "made_up.toml:1:1: error: link_rate_GBps = 60 is 480 Gb/s, and 2 lanes of 200 Gb/s carry 400; lower "
        "it or add lanes");
}

TEST(ImpossibleFabric, AnUnknownWiring)
{
    EXPECT_EQ(refusal([](auto& s) { s.fabric.tiers[0].wiring = "torus"; }),
              "made_up.toml:1:1: error: unknown wiring 'torus' of tier 'rack'; use single_tier");
}

TEST(ImpossibleFabric, TwoTiersWhereTheWiringJoinsOne)
{
    EXPECT_EQ(
        refusal([](auto& s) { s.fabric.tiers.push_back(s.fabric.tiers[0]); }),
        "made_up.toml:1:1: error: the fabric has 2 tiers between gpus and switches; leave one [tier.NAME]");
}

TEST(ImpossibleFabric, IsToldWithAllItsReasonsAtOnce)
{
    EXPECT_EQ(
        refusal([](auto& s) {
            s.fabric.gpus = 1;
            s.ends["rack"] = {"copper", "smoke_signals"};
        }),
        "made_up.toml:1:1: error: gpus = 1 (a switch has a port for each); use 2 to 8192\n"
        "scenario.toml:2:1: error: unknown technology 'smoke_signals' in `ends` of tier 'rack'; it needs a "
        "file in topologies/technologies");
}

}  // namespace
}  // namespace copperwall

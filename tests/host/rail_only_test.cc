//! NICs of one place in their domains on switches of their own.
#include <gmock/gmock.h>

#include "fabric_scenario.h"
#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/fabric/wiring.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;

//! Six domains of four gpus, each with a NIC into leaves of four.
ScenarioSpec made_up_rails(bool rail_only)
{
    ScenarioSpec s = made_up_scenario();
    s.fabric.domains = 6;
    s.fabric.tiers[0].leaf_gpus = 4;
    s.fabric.scale_out = "rails";
    TierSpec nic = made_up_tier();
    nic.name = "nic";
    nic.outside = true;
    nic.links_per_gpu = 1;
    nic.leaf_gpus = 4;
    nic.rails = true;
    nic.rail_only = rail_only;
    nic.medium = "fibre";
    nic.length_m = quantity(10);
    nic.switches.chips = 1;
    nic.placement = {};
    TierSpec spine = nic;
    spine.name = "nic_spine";
    spine.above = "nic";
    spine.wiring = "spine";
    spine.switches.chips = 0;
    spine.switches.ports = 8;
    s.fabric.tiers.push_back(nic);
    s.fabric.tiers.push_back(spine);
    s.ends["nic"] = s.ends["nic_spine"] = {"optics", "optics"};
    s.library.name = "ideal";
    s.library.protocols = {{"simple", quantity(0), quantity(0), quantity(1)}};
    s.library.link_fraction = quantity(1);
    return s;
}

// Six places of a rail fill a leaf of four and half of another; 4 + 4 links up of both in 8 ports are one
// spine. Joined, 24 gpus fill six leaves, whose 24 links up fill three spines.
TEST(RailOnly, GivesEveryRailItsOwnSwitches)
{
    Levels const apart = levels_of(made_up_rails(true).fabric).at(1);
    EXPECT_EQ(apart.leaves, 8u);
    EXPECT_EQ(apart.pods, 4u);
    EXPECT_EQ(apart.pod_spines, 1u);
    ScenarioSpec const joined = made_up_rails(false);
    EXPECT_EQ(levels_of(joined.fabric).at(1).leaves, 6u);
    Network const network = build_fabric(made_up_rails(true)).network;
    EXPECT_NO_THROW(check(network));
    for (std::uint32_t from = 0; from != 24; ++from)
        for (std::uint32_t to = 0; to != 24; ++to) {
            NodeId const leaf = network.links[network.nodes[from].first_egress + 3].to;
            EXPECT_EQ(network.route(leaf, to) != kNoRoute, from % 4 == to % 4) << from << " to " << to;
        }
}

CollectiveSpec all_to_all(char const* algorithm)
{
    CollectiveSpec c;
    c.op = "all_to_all";
    c.algorithm = algorithm;
    return c;
}

TEST(RailOnly, RunsWhatMovesWithinDomainsFirst)
{
    ScenarioSpec const apart = made_up_rails(true);
    ScenarioSpec const joined = made_up_rails(false);
    Cell const own = run_cell(apart, build_fabric(apart), all_to_all("hierarchical"), 240'000);
    ASSERT_EQ(own.status, CellStatus::done) << own.reason;
    Cell const any = run_cell(joined, build_fabric(joined), all_to_all("hierarchical"), 240'000);
    EXPECT_GT(own.time_us, 0.5 * any.time_us);
    EXPECT_LT(own.time_us, 1.5 * any.time_us);
    Cell const best = run_cell(apart, build_fabric(apart), all_to_all("best"), 240'000);
    EXPECT_EQ(best.status, CellStatus::done) << best.reason;
}

TEST(RailOnly, RefusesMessagesFromRailToRail)
{
    ScenarioSpec const s = made_up_rails(true);
    try {
        plan_cell(s, build_fabric(s), all_to_all("direct"), 240'000);
        FAIL() << "direct crosses rails";
    } catch (InputError const& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("algorithm direct sends from gpu 0 to gpu 5, another place in another "
                              "domain, and scale-out network 'rails' joins only gpus of the same "
                              "place (rail_only); take an algorithm that moves data within domains "
                              "first, such as hierarchical"));
    }
}

// The engine itself names the switch and the port.
TEST(RailOnly, IsRefusedByTheEngineWhereAMessageHasNoWay)
{
    EngineInput input;
    input.network = engine_network(build_fabric(made_up_rails(true)), {});
    input.schedule.gpus = 24;
    Family f;
    f.count = 1;
    f.group = 24;
    f.peer_0 = 4;  // the next domain, the same place
    f.bytes = 4096;
    input.schedule.families = {f};
    input.format = {256, 16, 16};
    EXPECT_NO_THROW(run(input));
    input.schedule.families[0].peer_0 = 5;
    EXPECT_THROW(run(input), std::invalid_argument);
}

// 16 domains of 72: a rail's 16 NICs share one switch of 144 ports.
TEST(RailOnly, IsShippedAsSwitchesOfOneRailEach)
{
    ScenarioSpec const s = load_scenario(CW_SOURCE_DIR "/workloads/all_to_all_ep256.toml",
                                         {{"fabric.scale_out", "quantum_x800_800g_rail_only"}});
    Levels const nics = levels_of(s.fabric).at(1);
    EXPECT_EQ(nics.leaf_chips(), 72u);
    EXPECT_EQ(nics.spine_chips(), 0u);
    CollectiveSpec c = s.collectives.front();
    c.algorithm = "direct";
    EXPECT_THROW(plan_cell(s, build_fabric(s), c, c.bytes.front()), InputError);
    c.algorithm = "deduplicated";
    EXPECT_NO_THROW(plan_cell(s, build_fabric(s), c, c.bytes.front()));
}

TEST(RailOnly, NeedsSpinesWhereARailFillsMoreThanALeaf)
{
    ScenarioSpec s = made_up_rails(true);
    s.fabric.tiers.pop_back();
    try {
        build_fabric(s);
        FAIL() << "six NICs on leaves of four without spines";
    } catch (InputError const& error) {
        EXPECT_THAT(error.what(), HasSubstr("6 NICs of tier 'nic' on switches of 4 that no spines join"));
    }
}

TEST(RailOnly, HasNoCoresAndNoMesh)
{
    ScenarioSpec s = made_up_rails(true);
    s.fabric.tiers.back().wiring = "mesh";
    EXPECT_THROW(build_fabric(s), InputError);
    s = made_up_rails(true);
    s.fabric.tiers[2].pod_gpus = 4;
    s.fabric.tiers.push_back(s.fabric.tiers[2]);
    s.fabric.tiers.back().name = "core";
    s.fabric.tiers.back().above = "nic_spine";
    s.ends["core"] = s.ends["nic"];
    EXPECT_THROW(build_fabric(s), InputError);
}

}  // namespace
}  // namespace copperwall

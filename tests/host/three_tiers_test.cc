//! Leaves, spines and cores: counts, routes, and what runs over them.
#include <gmock/gmock.h>

#include <map>

#include "cuda/engine.h"
#include "fabric_scenario.h"
#include "host/account/route.h"
#include "host/fabric/link_selection.h"
#include "host/fabric/wiring.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;

TierSpec above(std::string const& below, std::string const& name, std::uint32_t ports)
{
    TierSpec tier = made_up_tier();
    tier.name = name;
    tier.wiring = "spine";
    tier.above = below;
    tier.medium = "fibre";
    tier.length_m = quantity(10);
    tier.switches.chips = 0;
    tier.switches.ports = ports;
    tier.placement = {};
    return tier;
}

//! Leaves of 4 gpus, pods of two leaves, two pods, three planes. In each plane 4 links up from a leaf to two
//! spines, 4 from a spine to two cores of its own.
ScenarioSpec made_up_tree()
{
    ScenarioSpec s = made_up_scenario();
    s.fabric.gpus = 16;
    s.fabric.tiers[0].leaf_gpus = 4;
    s.fabric.tiers.push_back(above("rack", "row", 4));
    s.fabric.tiers[1].pod_gpus = 8;
    s.fabric.tiers.push_back(above("row", "hall", 4));
    s.ends["row"] = s.ends["hall"] = {"optics", "optics"};
    return s;
}

TEST(ThreeTiers, HaveTheCountsOfAFatTree)
{
    ScenarioSpec const scenario = made_up_tree();
    Levels const l = levels_of(scenario.fabric).front();
    EXPECT_EQ(l.pods, 2u);
    EXPECT_EQ(l.pod_spines, 2u);  // 2 leaves x 4 links in 4 ports
    EXPECT_EQ(l.core_ups, 4u);    // as many as down: 2 leaves x 2 links
    EXPECT_EQ(l.core_group, 2u);  // 2 pods x 4 links in 4 ports
    EXPECT_EQ(l.cores(), 4u);
    EXPECT_EQ(l.spine_chips(), 12u);  // 3 planes x 4
    EXPECT_EQ(l.core_chips(), 12u);
    Fabric const fabric = build_fabric(scenario);
    EXPECT_NO_THROW(check(fabric.network));
    EXPECT_EQ(fabric.network.nodes.size(), 16u + 3 * (4 + 4 + 4));
    ASSERT_EQ(fabric.classes.size(), 6u);
    for (LinkClass const& c : fabric.classes) EXPECT_EQ(c.count, 3u * 16) << c.name;
    double path = 0;
    for (LinkClass const& c : fabric.classes) path += c.delay.total_ns();
    EXPECT_DOUBLE_EQ(fabric.path_ns, path);
}

// NVIDIA DGX SuperPOD reference architecture, DGX B200, table of component counts: units of 256 gpus; leaves,
// spines, cores.
TEST(ThreeTiers, HaveTheSwitchesOfAPublishedCluster)
{
    struct Row {
        std::uint32_t units, leaves, spines, cores;
    };
    for (Row const& row : {Row{16, 128, 128, 64}, Row{32, 256, 256, 128}, Row{64, 512, 512, 256}}) {
        ScenarioSpec const scenario = load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml",
                                                    {{"fabric.file", "hgx_h100.toml"},
                                                     {"fabric.ends", "{ rack = \"passive_copper\" }"},
                                                     {"fabric.domain_gpus", "8"},
                                                     {"fabric.domains", std::to_string(32 * row.units)},
                                                     {"fabric.scale_out", "quantum2_400g_three_tiers"}});
        Levels const nics = levels_of(scenario.fabric).at(1);
        EXPECT_EQ(nics.leaf_chips(), row.leaves);
        EXPECT_EQ(nics.spine_chips(), row.spines);
        EXPECT_EQ(nics.core_chips(), row.cores);
        EXPECT_EQ(nics.spines() * nics.core_ups, 256 * row.units);  // cables
    }
}

// Gpus come first, then in each plane 4 leaves, 4 spines and 4 cores, of which a core has links to both pods.
TEST(ThreeTiers, AreNamedLinkByLink)
{
    Fabric const fabric = build_fabric(made_up_tree());
    LinkSelector core;
    core.chip = static_cast<std::int32_t>(fabric.nodes.back().chip);
    core.direction = Direction::down;
    auto const down = selected_links(core, {}, fabric);
    ASSERT_EQ(down.size(), 4u);
    for (LinkId const link : down) {
        EXPECT_EQ(fabric.network.links[link].from, fabric.network.nodes.size() - 1);
        EXPECT_EQ(fabric.classes[fabric.network.links[link].link_class].tier, "hall");
    }
    core.port = 1;
    core.ports = 2;
    EXPECT_EQ(selected_links(core, {}, fabric), (std::vector<LinkId>{down[1], down[2]}));
    core.tier = "row";
    EXPECT_THROW(selected_links(core, {}, fabric), InputError);
}

TEST(ThreeTiers, LeadUpAsFarAsNeededAndDown)
{
    Network const network = build_fabric(made_up_tree()).network;
    for (std::uint32_t from = 0; from != 16; ++from)
        for (std::uint32_t to = 0; to != 16; ++to) {
            if (from == to) continue;
            for (std::uint32_t plane = 0; plane != 3; ++plane) {
                std::uint32_t links = 0;
                follow_route(network, from, to, plane, [&](LinkId) { ++links; });
                EXPECT_EQ(links, from / 4 == to / 4 ? 2u : from / 8 == to / 8 ? 4u : 6u);
            }
        }
}

TEST(ThreeTiers, GiveEveryFlowItsOwnLinksByDestination)
{
    Network const network = build_fabric(made_up_tree()).network;
    for (std::uint32_t const shift : {1u, 4u, 8u, 11u}) {
        std::map<LinkId, std::uint32_t> flows;
        for (std::uint32_t gpu = 0; gpu != 16; ++gpu)
            for (std::uint32_t plane = 0; plane != 3; ++plane)
                follow_route(network, gpu, (gpu + shift) % 16, plane, [&](LinkId l) { ++flows[l]; });
        for (auto const& [link, count] : flows)
            EXPECT_EQ(count, 1u) << "link " << link << ", shift " << shift;
    }
}

//! Every gpu sends to the one of the same place in the other pod.
EngineInput across(Routing routing, double oversubscription)
{
    ScenarioSpec scenario = made_up_tree();
    scenario.routing = routing;
    scenario.fabric.tiers[2].oversubscription = oversubscription;
    EngineInput input;
    input.network = engine_network(build_fabric(scenario), {});
    input.schedule.gpus = 16;
    Family f;
    f.count = 1;
    f.group = 16;
    f.peer_0 = 8;
    f.bytes = 3 * 256 * 100;  // 100 packets a plane
    input.schedule.families = {f};
    input.format = {256, 16, 16};
    return input;
}

TEST(ThreeTiers, RunToTheBitsOfTheReferenceByEveryRouting)
{
    for (Routing const routing :
         {Routing::destination, Routing::message, Routing::packet, Routing::adaptive}) {
        EngineInput const input = across(routing, 2);
        EngineOptions options;
        options.hash = true;
        EngineResult const windows = run(input, options);
        options.engine = Engine::reference;
        EngineResult const reference = run(input, options);
        EXPECT_EQ(windows.hop_hash, reference.hop_hash);
        EXPECT_EQ(windows.finish_fs, reference.finish_fs);
    }
}

// Half of the links to cores: two flows share each, the last 200 packets instead of 100.
TEST(ThreeTiers, TakeTwiceAsLongOverHalfOfTheCores)
{
    for (Routing const routing : {Routing::destination, Routing::adaptive}) {
        EngineInput const input = across(routing, 2);
        Time const packet = serialisation_fs(format_on(input, 0), 16, input.network.rates_Bps[0]);
        Time const full = run(across(routing, 1)).finish_fs;
        EXPECT_EQ(run(input).finish_fs - full, 100 * packet);
    }
}

std::string problem_of(ScenarioSpec const& scenario)
{
    try {
        build_fabric(scenario);
    } catch (InputError const& error) {
        return error.what();
    }
    return "";
}

TEST(ThreeTiers, SayWhyTheyCannotBeBuilt)
{
    ScenarioSpec s = made_up_tree();
    s.fabric.tiers[1].pod_gpus = 6;
    EXPECT_THAT(problem_of(s),
                HasSubstr("pod_gpus of 'row' is 6 below cores 'hall' (a pod is whole leaves of 4"));
    s = made_up_tree();
    s.fabric.tiers[2].switches.ports = 1;
    EXPECT_THAT(problem_of(s), HasSubstr("a switch of 'hall' has 1 ports for 2 pods"));
    s = made_up_tree();
    s.fabric.tiers[2].oversubscription = 3;
    EXPECT_THAT(problem_of(s), HasSubstr("oversubscription of 'hall' is 3, and 4 links down of a spine"));
    s = made_up_tree();
    s.fabric.tiers[1].wiring = "mesh";
    EXPECT_NE(problem_of(s), "");
    s = made_up_tree();
    s.fabric.tiers.pop_back();
    EXPECT_THAT(problem_of(s), HasSubstr("pods of 'row' hold 8 of 16 gpus and no cores join them"));
    s = made_up_tree();
    s.fabric.tiers.push_back(above("hall", "city", 4));
    s.ends["city"] = s.ends["hall"];
    EXPECT_THAT(problem_of(s), HasSubstr("tier 'city' stands above cores"));
}

}  // namespace
}  // namespace copperwall

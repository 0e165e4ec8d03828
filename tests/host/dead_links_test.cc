// Links, ports and switch chips that are dead from the start, and the ways around them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/fabric/fabric.h"
#include "host/fabric/link_selection.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using testing::HasSubstr;

ScenarioSpec loaded(Settings settings)
{
    settings.insert(settings.begin(), {"library.name", "ideal"});
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

//! 8 racks of 72 gpus on 72 planes; in each plane every rack's chip has 18 links to each of 4 spines.
Settings nvl576(std::string const& dead, char const* routing = "destination")
{
    Settings settings{{"fabric.file", "nvl576.toml"},
                      {"fabric.ends.rack", "passive_copper"},
                      {"fabric.ends.between", "cpo"},
                      {"fabric.routing", routing}};
    if (dead.empty()) return settings;
    settings.emplace_back("fabric.dead", dead);
    settings.emplace_back("simulation.fold", "false");
    return settings;
}

CollectiveSpec send(char const* where)
{
    CollectiveSpec c;
    c.op = "send_recv";
    c.algorithm = where;
    return c;
}

Cell ran(Settings const& settings, char const* where, std::int64_t bytes)
{
    ScenarioSpec const scenario = loaded(settings);
    Cell cell = run_cell(scenario, build_fabric(scenario), send(where), bytes);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell;
}

std::string notes_of(Fabric const& fabric)
{
    std::string notes;
    for (auto const& note : fabric.notes) notes += note + "\n";
    return notes;
}

constexpr std::int64_t kBytes72 = 18 * 256 * 1000;

// NVL72 has one switch chip a plane, so that a gpu's port has no detour.
TEST(DeadPort, TakesItsPlaneFromAll)
{
    Cell const lost = ran({{"fabric.dead", "[{ gpu = 3, plane = 5 }]"}}, "next", kBytes72);
    Cell const fewer = ran({{"fabric.dead_planes", "1"}}, "next", kBytes72);
    EXPECT_DOUBLE_EQ(lost.time_us, fewer.time_us);
    EXPECT_DOUBLE_EQ(lost.lower_bound_us, fewer.lower_bound_us);
    EXPECT_DOUBLE_EQ(lost.closed_form_us, fewer.closed_form_us);
    EXPECT_EQ(lost.effective_hops, fewer.effective_hops);
    EXPECT_TRUE(lost.folded);
    // Two dead ports of one plane take one plane, of two planes two; a chip its own.
    for (char const* dead : {"[{ gpu = 3, plane = 5 }, { gpu = 60, plane = 5 }]", "[{ chip = 5 }]",
                             "[{ chip = 17, plane = 17 }]"})
        EXPECT_DOUBLE_EQ(ran({{"fabric.dead", dead}}, "next", kBytes72).time_us, fewer.time_us) << dead;
    EXPECT_DOUBLE_EQ(
        ran({{"fabric.dead", "[{ gpu = 3, plane = 5 }, { gpu = 60, plane = 6 }]"}}, "next", kBytes72).time_us,
        ran({{"fabric.dead_planes", "2"}}, "next", kBytes72).time_us);
}

TEST(DeadPort, IsNoted)
{
    std::string const notes = notes_of(build_fabric(loaded({{"fabric.dead", "[{ gpu = 3, plane = 5 }]"}})));
    EXPECT_THAT(notes, HasSubstr("dead: gpu 3, plane 5, both directions (2 links)\n"));
    EXPECT_THAT(notes,
                HasSubstr("plane 5 within domains left out for all gpus, since 142 of 5112 pairs have no "
                          "way through: 1 of 18 planes, 5.55556 % of the rate"));
    EXPECT_THAT(notes, testing::Not(HasSubstr("go around")));
}

// 71 others, both ways, of 72 x 71 pairs.
TEST(DeadPort, MakesCellsInfeasibleWhereNothingIsDoneAboutIt)
{
    for (char const* reroute : {"none", "spine"}) {
        ScenarioSpec const scenario =
            loaded({{"fabric.dead", "[{ gpu = 3, plane = 5 }]"}, {"fabric.reroute", reroute}});
        Cell const cell = run_cell(scenario, build_fabric(scenario), send("next"), kBytes72);
        EXPECT_EQ(cell.status, CellStatus::infeasible);
        EXPECT_THAT(cell.reason,
                    HasSubstr("142 of 5112 pairs of gpus within domains have no way through plane "
                              "5, since links are dead: gpu 3 to gpu 0, "));
        EXPECT_THAT(cell.reason, HasSubstr(", ...; reroute = \"plane\" leaves out planes that lack a way"));
    }
    ScenarioSpec const scenario = loaded({{"fabric.dead", "[{ gpu = 3 }]"}});
    Cell const cell = run_cell(scenario, build_fabric(scenario), send("next"), kBytes72);
    EXPECT_EQ(cell.status, CellStatus::infeasible);
    EXPECT_THAT(cell.reason, HasSubstr("142 of 5112 pairs"));
    EXPECT_THAT(cell.reason, HasSubstr("; no plane is whole"));
}

TEST(DeadPort, OfANicLeavesNoPlaneBetweenDomains)
{
    ScenarioSpec const scenario = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/world_size.toml",
                                                {{"fabric.domain_gpus", "8"},
                                                 {"fabric.domains", "4"},
                                                 {"fabric.dead", "[{ gpu = 3, tier = \"nic\" }]"}});
    // Gpu 3 has one NIC, and 24 gpus lie outside its domain; there are 32 x 24 such pairs.
    EXPECT_THAT(build_fabric(scenario).unreachable, HasSubstr("48 of 768 pairs of gpus between domains"));
}

constexpr std::int64_t kBytes576 = 72 * 256 * 100;  //!< 100 full packets on each of 72 planes

//! Packets that cross the links that a selector names, in one run.
std::int64_t packets_over_dead(ScenarioSpec const& scenario, Fabric const& fabric, char const* where,
                               double* time_us = nullptr)
{
    Plan const plan = plan_cell(scenario, fabric, send(where), kBytes576);
    EngineInput const input = engine_input(plan, scenario, fabric);
    EngineResult const result = run(input);
    if (time_us != nullptr) *time_us = static_cast<double>(result.finish_fs) * 1e-9;
    std::int64_t packets = 0;
    for (DeadSpec const& dead : scenario.dead)
        for (LinkId const link : selected_links(dead.links, dead.place, fabric))
            packets += result.links[link].packets;
    return packets;
}

// Port 72 + 7 of a rack's chip in plane 5 is its link up number 7, for gpus 7, 79, ... With it the 71 others
// serve 72 receivers, and one of them two: 100 packets more of 256 + 16 + 16 B at 25 GB/s.
TEST(DeadSpineLink, MovesItsFlowsToAnother)
{
    std::string const dead = "[{ chip = 5, port = 79 }]";
    double const whole = ran(nvl576(""), "across", kBytes576).time_us;
    Cell const detoured = ran(nvl576(dead), "across", kBytes576);
    EXPECT_NEAR(detoured.time_us - whole, 100 * 288 / 25e3, 0.05);
    ScenarioSpec const scenario = loaded(nvl576(dead));
    Fabric const fabric = build_fabric(scenario);
    EXPECT_EQ(packets_over_dead(scenario, fabric, "across"), 0);
    EXPECT_GT(packets_over_dead(loaded(nvl576(dead)), build_fabric(loaded(nvl576(""))), "across"), 0)
        << "without it packets take that link";
    EXPECT_THAT(notes_of(fabric), HasSubstr("routes go around dead links by others of the same plane"));
    EXPECT_THAT(notes_of(fabric), testing::Not(HasSubstr("left out")));
}

// In turn, 71 links carry what 72 did: 7,200 packets, 101.4 each instead of 100.
TEST(DeadSpineLink, LeavesItsPacketsToAllOthersInTurn)
{
    std::string const dead = "[{ chip = 5, port = 79 }]";
    ScenarioSpec const scenario = loaded(nvl576(dead, "packet"));
    Fabric const fabric = build_fabric(scenario);
    double detoured_us = 0;
    EXPECT_EQ(packets_over_dead(scenario, fabric, "across", &detoured_us), 0);
    EXPECT_EQ(fabric.network.listed_ports.size(),
              71u + 17u);  // up from the leaf, and down to it from its spine
    double const late = detoured_us - ran(nvl576("", "packet"), "across", kBytes576).time_us;
    double const packet_us = 288 / 25e3;
    EXPECT_GT(late, 7200 / 71 * packet_us - 100 * packet_us);
    EXPECT_LT(late, 10 * packet_us);  // turns do not come out even, here and at the spines
}

//! Spines that the routes of a leaf to a gpu lead to.
std::set<NodeId> spines_on_the_way(Network const& n, NodeId leaf, std::uint32_t gpu)
{
    std::set<NodeId> spines;
    PortSet const set = n.ports_of(n.route(leaf, gpu));
    for (std::uint32_t i = 0; i != set.count; ++i)
        spines.insert(n.links[n.nodes[leaf].first_egress + n.port_of(set, i)].to);
    return spines;
}

// All 18 links between the chip of rack 2 in plane 5 and spine 1 of that plane: 72 + 1, 72 + 5, ...
TEST(DeadSpineLink, KeepsOthersFromASpineWithoutAWayOn)
{
    std::string dead = "[";
    for (int i = 0; i != 18; ++i)
        dead += "{ chip = " + std::to_string(2 * 72 + 5) + ", port = " + std::to_string(73 + 4 * i) + " }, ";
    for (char const* routing : {"destination", "packet", "message"}) {
        Fabric const fabric = build_fabric(loaded(nvl576(dead + "]", routing)));
        Network const& n = fabric.network;
        NodeId const first = 576 + 5 * 12;  // of plane 5: 8 racks, 4 spines
        for (std::uint32_t rack = 0; rack != 8; ++rack) {
            for (std::uint32_t gpu = 0; gpu != 576; ++gpu) {
                if (gpu / 72 == rack) continue;
                bool const avoids = spines_on_the_way(n, first + rack, gpu).count(first + 8 + 1) == 0;
                bool const must = rack == 2 || gpu / 72 == 2;
                // In turn, everyone else still uses it; another routing may or may not.
                bool const right = routing == std::string("packet") ? avoids == must : avoids || !must;
                ASSERT_TRUE(right) << routing << ' ' << rack << ' ' << gpu;
            }
        }
    }
}

TEST(DeadSpine, IsAvoidedByAll)
{
    // Chips 0 to 575 are the racks'; the first of the spines' holds spine 0 of plane 0.
    ScenarioSpec const scenario = loaded(nvl576("[{ chip = 576 }]"));
    Fabric const fabric = build_fabric(scenario);
    EXPECT_EQ(packets_over_dead(scenario, fabric, "across"), 0);
    EXPECT_EQ(fabric.network.ports[kInside].planes, 72u);
    EXPECT_EQ(fabric.unreachable, "");
}

TEST(DeadLinks, RefuseWhatIsNotThere)
{
    EXPECT_THROW(loaded({{"fabric.dead", "[{ plane = 5 }]"}}), InputError);
    EXPECT_THROW(loaded({{"fabric.dead", "[{ gpu = 5, plane = 18 }]"}}), InputError);
    EXPECT_THROW(build_fabric(loaded({{"fabric.dead", "[{ chip = 5, port = 72 }]"}})), InputError);
    EXPECT_THROW(loaded({{"fabric.reroute", "detour"}}), InputError);
}

// Twins are found by port numbers, whatever the wiring.
TEST(Twins, AreEachOthers)
{
    for (char const* file : {"nvl72.toml", "nvl576.toml", "hgx_h100.toml"}) {
        Settings settings{{"fabric.file", file}, {"fabric.ends.all", "cpo"}};
        Network const n = build_fabric(loaded(settings)).network;
        for (LinkId l = 0; l != n.links.size(); ++l) {
            LinkId const back = twin_of(l, n);
            ASSERT_EQ(n.links[back].to, n.links[l].from) << file << ' ' << l;
            ASSERT_EQ(twin_of(back, n), l) << file << ' ' << l;
            ASSERT_EQ(n.links[back].link_class / 2, n.links[l].link_class / 2) << file << ' ' << l;
        }
    }
}

}  // namespace
}  // namespace copperwall

// Routes planned anew around links that go down during a run, against times that are worked out by hand.
#include "host/fabric/replan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/fabric/fabric.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr double kPacket_us = 5.76e-3;  //!< 256 + 16 + 16 B at 50 GB/s
constexpr int kPackets = 100;           //!< of a message, on each of 18 planes

//! Two racks of 72 and, in each of 18 planes, 72 links from a rack to the spine.
ScenarioSpec two_racks(Settings const& more)
{
    Settings settings{{"fabric.file", "domain.toml"},
                      {"fabric.domain_gpus", "144"},
                      {"fabric.ends.rack", "passive_copper"},
                      {"fabric.ends.between", "cpo"}};
    settings.insert(settings.end(), more.begin(), more.end());
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

//! Every gpu to the one of its place in the other rack: by destination each flow has a link up of its own.
CollectiveSpec to_other_rack()
{
    CollectiveSpec c;
    c.op = "send_recv";
    c.algorithm = "across";
    return c;
}

Cell across(Settings const& settings, EngineOptions const& options = {})
{
    ScenarioSpec const scenario = two_racks(settings);
    return run_cell(scenario, build_fabric(scenario), to_other_rack(), 18 * 256 * kPackets, options);
}

Settings link_lost(double at_us, std::string const& for_us, std::string const& reroute_after_us)
{
    return {{"fabric.outage", "[{ chip = 0, plane = 0, port = 72, direction = \"up\", at_us = " +
                                  std::to_string(at_us) + ", for_us = " + for_us + " }]"},
            {"fabric.reroute_after_us", reroute_after_us}};
}

// The first packet of every flow is at its leaf after the latency of one link. When routes are planned anew,
// n have come, and b of one flow wait for its link. All 72 flows then share 71 links, two of them one: these
// two bring 100 - n packets each. That link ends b + 2 (100 - n) packets after it has been chosen, others in
// half that time.
TEST(Reroute, SharesTheLinksThatAreLeft)
{
    double const latency_us =
        1e-9 * static_cast<double>(build_fabric(two_racks({})).network.links.front().latency_fs);
    double const whole_us = across({}).time_us;
    for (double const at_us : {0.2, 0.3, 0.4})
        for (double const after_us : {0.0, 0.1}) {
            Cell const cell = across(link_lost(at_us, "inf", std::to_string(after_us)));
            ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
            double const n = (at_us + after_us - latency_us) / kPacket_us;
            double const late = after_us / kPacket_us + kPackets - n;
            EXPECT_NEAR((cell.time_us - whole_us) / kPacket_us, late, 2) << at_us << ' ' << after_us;
        }
}

TEST(Reroute, IsAskedFor)
{
    Cell const lost = across(link_lost(0.3, "inf", "inf"));
    EXPECT_EQ(lost.status, CellStatus::failed);
    EXPECT_EQ(lost.unfinished.size(), 1u);
}

// Shorter outages are not noticed, and what waits for the link goes on when it is back.
TEST(Reroute, NoticesNoOutageThatIsOver)
{
    EXPECT_EQ(across(link_lost(0.3, "0.1", "0.2")).time_us, across(link_lost(0.3, "0.1", "inf")).time_us);
    Fabric const fabric = build_fabric(two_racks(link_lost(0.3, "0.5", "0.2")));
    EXPECT_EQ(fabric.network.replanned_fs, (std::vector<Time>{kFsPerUs / 2, kFsPerUs}));
    EXPECT_EQ(fabric.network.routes.size(), 3 * fabric.network.switches() * fabric.network.gpus);
    std::size_t const plan = fabric.network.switches() * fabric.network.gpus;
    auto const routes = fabric.network.routes.begin();
    auto const end = routes + static_cast<std::ptrdiff_t>(plan);
    EXPECT_FALSE(std::equal(routes, end, end));                                     // around it
    EXPECT_TRUE(std::equal(routes, end, end + static_cast<std::ptrdiff_t>(plan)));  // and back
}

TEST(Reroute, FindsNoneAroundTheOnlyLink)
{
    Settings down{{"fabric.outage", "[{ gpu = 3, plane = 5, at_us = 0.3, for_us = 2 }]"}};
    double const without_us = across(down).time_us;
    down.emplace_back("fabric.reroute_after_us", "0");
    EXPECT_EQ(across(down).time_us, without_us);
    std::string notes;
    for (auto const& note : build_fabric(two_racks(down)).notes) notes += note + "\n";
    EXPECT_THAT(notes, HasSubstr("routes are planned anew 0 us after links go down or come back, 2 times"));
    EXPECT_THAT(notes, HasSubstr("routes from a switch to a gpu find none"));
}

// A leaf's link up is lost, and so is a gpu's on the other side, which no way leads round: packets for it
// avoid the first and wait at the second.
TEST(Reroute, LeadsOnToWhereAWayEnds)
{
    std::string const lost =
        "[{ chip = 0, plane = 0, port = 72, direction = \"up\", at_us = 0.1, for_us = inf }, "
        "{ gpu = 72, plane = 0, direction = \"down\", at_us = 0.1, for_us = 5 }]";
    Fabric const fabric =
        build_fabric(two_racks({{"fabric.outage", lost}, {"fabric.reroute_after_us", "0"}}));
    Network const& n = fabric.network;
    NodeId const leaf = n.links[n.nodes[0].first_egress].to;
    EXPECT_EQ(n.route(leaf, 72), 72);  // its place below the other leaf is 0
    EXPECT_NE(n.route(leaf, 72, 1), 72);
    EXPECT_NE(n.route(leaf, 72, 1), kNoRoute);
    EXPECT_THAT(fabric.notes, Contains(HasSubstr("3 routes from a switch to a gpu find none")));
}

TEST(Reroute, FoldsPlanesThatAreDownAlike)
{
    std::string down = "[";
    for (int chip = 0; chip != 18; ++chip)
        down += "{ chip = " + std::to_string(chip) +
                ", port = 72, direction = \"up\", at_us = 0.3, for_us = inf }, ";
    Settings all{{"fabric.outage", down + "]"}, {"fabric.reroute_after_us", "0.1"}};
    Cell const folded = across(all);
    EXPECT_TRUE(folded.folded);
    all.emplace_back("simulation.fold", "false");
    Cell const unfolded = across(all);
    EXPECT_FALSE(unfolded.folded);
    EXPECT_EQ(folded.time_us, unfolded.time_us);
    EXPECT_FALSE(across(link_lost(0.3, "inf", "0.1")).folded);
}

//! Of all hops.
std::uint64_t hash_of(Settings const& settings, Engine engine)
{
    ScenarioSpec const scenario = two_racks(settings);
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, to_other_rack(), 18 * 256 * kPackets);
    EngineOptions options;
    options.hash = true;
    options.engine = engine;
    return run(engine_input(plan, scenario, fabric), options).hop_hash;
}

TEST(Reroute, GivesTheBitsOfTheReference)
{
    EngineOptions reference;
    reference.engine = Engine::reference;
    for (char const* routing : {"destination", "message", "packet"}) {
        auto settings = link_lost(0.3, "0.4", "0.05");
        settings.emplace_back("fabric.routing", routing);
        EXPECT_EQ(across(settings).time_us, across(settings, reference).time_us) << routing;
        EXPECT_EQ(hash_of(settings, Engine::windows), hash_of(settings, Engine::reference)) << routing;
    }
}

std::string said(Settings const& settings)
{
    try {
        two_racks(settings);
    } catch (InputError const& error) {
        return error.what();
    }
    return {};
}

TEST(Reroute, RefusesWhatItCannotDo)
{
    auto const with = [](char const* key, char const* value) {
        return said({{"fabric.reroute_after_us", "1"}, {key, value}});
    };
    EXPECT_THAT(said({{"fabric.reroute_after_us", "-1"}}), HasSubstr("'reroute_after_us' = -1 is no time"));
    EXPECT_THAT(said({{"fabric.reroute_after_us", "nan"}}), HasSubstr("is no time"));
    EXPECT_THAT(with("fabric.routing", "adaptive"), HasSubstr("find ways by themselves"));
    EXPECT_THAT(with("fabric.reroute", "none"), HasSubstr("leave one of them out"));
    EXPECT_THAT(with("fabric.channels", "2"), HasSubstr("leave one of them out"));
    EXPECT_EQ(with("fabric.reroute", "spine"), "");
}

}  // namespace
}  // namespace copperwall

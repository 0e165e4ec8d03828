// How flows share the links between leaves and spines of NVL576, by the scenario's routing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "cuda/spread.h"
#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

constexpr std::int64_t kBytes = 72 * 256 * 100;  //!< 100 full packets on each of 72 planes

ScenarioSpec nvl576(char const* routing)
{
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml",
                         {{"fabric.file", "nvl576.toml"},
                          {"fabric.ends.rack", "passive_copper"},
                          {"fabric.ends.between", "cpo"},
                          {"fabric.routing", routing}});
}

//! Every gpu to the one four racks on: all of it goes through spines.
CollectiveSpec across()
{
    CollectiveSpec c;
    c.op = "send_recv";
    c.algorithm = "across";
    return c;
}

double time_us(char const* routing)
{
    ScenarioSpec const scenario = nvl576(routing);
    Cell const cell = run_cell(scenario, build_fabric(scenario), across(), kBytes);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell.time_us;
}

TEST(Routing, ByDestinationGivesEveryFlowItsOwnLinks)
{
    ScenarioSpec const scenario = nvl576("destination");
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, across(), kBytes);
    EXPECT_NEAR(time_us("destination"), plan.algorithm->closed_form_ns(plan.call, plan.paths) * 1e-3,
                0.02 * time_us("destination"));
    EXPECT_TRUE(fabric.network.port_sets.empty());
}

//! Longest time for which a link out of a leaf is busy with the messages that a hash sends up by it.
Time busiest_fs(EngineInput const& input)
{
    Network const& network = input.network;
    std::map<LinkId, Time> busy;
    Time most = 0;
    for (std::uint32_t gpu = 0; gpu != input.schedule.gpus; ++gpu) {
        Transfer const t =
            transfer_of(input.schedule.families[0], input.schedule.table.data(), input.schedule.gpus, gpu, 0);
        Node const& node = network.nodes[gpu];
        for (LinkId out = node.first_egress; out != node.first_egress + node.egress_count; ++out) {
            NodeId const leaf = network.links[out].to;
            PortSet const set = network.ports_of(network.route(leaf, t.receiver));
            LinkId const up =
                network.nodes[leaf].first_egress + network.port_of(set, spread_of_message(leaf, gpu));
            std::uint16_t const rate = network.links[up].rate;
            Time const packet = serialisation_fs(format_on(input, rate), 16, network.rates_Bps[rate]);
            busy[up] += t.bytes / node.egress_count / 256 * packet;
            most = std::max(most, busy[up]);
        }
    }
    return most;
}

// Flows that fall on one link share it, and the last of them ends no sooner than all of them are through.
TEST(Routing, ByMessageLetsFlowsCollide)
{
    ScenarioSpec const scenario = nvl576("message");
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, across(), kBytes);
    EXPECT_FALSE(plan.folded[kInside]);  // switches of different planes hash apart
    EngineInput const input = engine_input(plan, scenario, fabric);
    Time const busiest = busiest_fs(input);
    EXPECT_GE(static_cast<double>(busiest), 1.5e9 * time_us("destination"));  // 72 flows fall on 72 links
    EXPECT_GE(run(input).finish_fs, busiest);
}

// In turn, 72 inputs fill 72 links alike.
TEST(Routing, ByPacketSharesTheLinks)
{
    EXPECT_NEAR(time_us("packet"), time_us("destination"), 0.02 * time_us("destination"));
}

// 72 packets come at once, and each finds a link that is idle.
TEST(Routing, ByQueuesSharesTheLinks)
{
    ScenarioSpec const scenario = nvl576("adaptive");
    Fabric const fabric = build_fabric(scenario);
    EXPECT_TRUE(fabric.network.spreading.adaptive);
    EXPECT_TRUE(plan_cell(scenario, fabric, across(), kBytes).folded[kInside]);
    EXPECT_NEAR(time_us("adaptive"), time_us("destination"), 0.02 * time_us("destination"));
}

//! Two racks of 72 and, in each of 18 planes, 72 links from a rack to the spine.
ScenarioSpec two_racks(char const* routing, Settings const& more)
{
    Settings settings{{"fabric.file", "domain.toml"},
                      {"fabric.domain_gpus", "144"},
                      {"fabric.ends.rack", "passive_copper"},
                      {"fabric.ends.between", "cpo"},
                      {"fabric.routing", routing}};
    settings.insert(settings.end(), more.begin(), more.end());
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

//! All cross the spine, with 100 packets a plane.
Cell across_spine(ScenarioSpec const& scenario, EngineOptions const& options = {})
{
    return run_cell(scenario, build_fabric(scenario), across(), 18 * 256 * 100, options);
}

//! One of these links is down so long.
Cell with_link_down(char const* routing, std::string const& for_us, EngineOptions const& options = {})
{
    return across_spine(two_racks(routing, {{"fabric.outage",
                                             "[{ chip = 0, plane = 0, port = 72, direction = \"up\", "
                                             "at_us = 0, for_us = " +
                                                 for_us + " }]"}}),
                        options);
}

// By destination the flow that goes by it starts when it is back. By queues 7,200 packets go by 71 links, of
// which some get 102 instead of 100, and where they meet later they wait for few.
TEST(Routing, ByQueuesAvoidsALinkThatIsDown)
{
    double const packet_us = 5.76e-3;
    auto const late_us = [](char const* routing, char const* for_us) {
        return with_link_down(routing, for_us).time_us - with_link_down(routing, "0").time_us;
    };
    EXPECT_NEAR(late_us("destination", "5"), 5, 0.2);  // less the way from the gpu to the leaf
    for (char const* for_us : {"5", "inf"}) {
        EXPECT_GE(late_us("adaptive", for_us), 1.99 * packet_us);
        EXPECT_LE(late_us("adaptive", for_us), 10 * packet_us);
    }
    Cell const lost = with_link_down("destination", "inf");
    EXPECT_EQ(lost.status, CellStatus::failed);
    EXPECT_EQ(lost.unfinished.size(), 1u);
    EngineOptions reference;
    reference.engine = Engine::reference;
    EXPECT_EQ(with_link_down("adaptive", "0.3", reference).time_us,
              with_link_down("adaptive", "0.3").time_us);
}

// Of 100 packets at half the rate of the wires before, the last starts 99 packets' times later and takes one
// time more.
TEST(Routing, ByDestinationWaitsForASlowLinkUp)
{
    Settings const slow{
        {"fabric.slowed", "[{ chip = 0, plane = 0, port = 72, ports = 4, direction = \"up\", rate = 0.5 }]"}};
    double const packet_us = 5.76e-3;
    double const late_us = across_spine(two_racks("destination", slow)).time_us -
                           across_spine(two_racks("destination", {})).time_us;
    EXPECT_NEAR(late_us, 100 * packet_us, 1.01 * packet_us);
    try {
        build_fabric(two_racks("packet", slow));
        ADD_FAILURE() << "packets shared links of two rates";
    } catch (InputError const& error) {
        EXPECT_NE(std::string(error.what()).find("a link among which packets choose"), std::string::npos)
            << error.what();
    }
}

//! Of all hops, when 100 packets of each flow go so many in a row by one link.
std::uint64_t hash_of_rows(char const* row)
{
    ScenarioSpec const scenario = two_racks("packet", {{"fabric.routing_packets", row}});
    Fabric const fabric = build_fabric(scenario);
    EngineOptions options;
    options.hash = true;
    return run(engine_input(plan_cell(scenario, fabric, across(), 18 * 256 * 100), scenario, fabric), options)
        .hop_hash;
}

// Each input begins with the link of its own number, so no two of the 72 are at one link at once.
TEST(Routing, ByPacketsInARowSharesTheLinks)
{
    EXPECT_NE(hash_of_rows("1"), hash_of_rows("4"));
    EXPECT_NE(hash_of_rows("4"), hash_of_rows("50"));
    EXPECT_THROW(two_racks("message", {{"fabric.routing_packets", "4"}}), InputError);
    double const packet_us = 5.76e-3;
    for (char const* row : {"1", "4", "50"}) {
        Cell const cell = across_spine(two_racks("packet", {{"fabric.routing_packets", row}}));
        EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
        EXPECT_NEAR(cell.time_us, across_spine(two_racks("destination", {})).time_us,
                    (2 + std::atof(row)) * packet_us)
            << row;
    }
}

}  // namespace
}  // namespace copperwall

// How flows share the links between leaves and spines of NVL576, by the scenario's routing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cuda/spread.h"
#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

constexpr std::int64_t kBytes = 18 * 256 * 200;  //!< 200 full packets on each of 18 planes

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

//! Most messages that a hash sends up by one link of a leaf.
std::uint32_t most_on_one_link(Network const& network, Schedule const& schedule)
{
    std::map<LinkId, std::uint32_t> load;
    std::uint32_t most = 0;
    for (std::uint32_t gpu = 0; gpu != schedule.gpus; ++gpu) {
        NodeId const leaf = network.links[network.nodes[gpu].first_egress].to;
        Transfer const t = transfer_of(schedule.families[0], schedule.table.data(), schedule.gpus, gpu, 0);
        PortSet const set = network.ports_of(network.route(leaf, t.receiver));
        most =
            std::max(most, ++load[network.nodes[leaf].first_egress + set.port(spread_of_message(leaf, gpu))]);
    }
    return most;
}

// Flows that fall on one link share it, and the last of them ends no sooner than all of them are through.
TEST(Routing, ByMessageLetsFlowsCollide)
{
    ScenarioSpec const scenario = nvl576("message");
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, across(), kBytes);
    EngineInput const input = engine_input(plan, scenario, fabric);
    std::uint32_t const most = most_on_one_link(input.network, input.schedule);
    EXPECT_GE(most, 2u);  // 72 flows fall on 72 links of a leaf
    Time const packet = serialisation_fs(format_on(input, 0), 16, input.network.rates_Bps[0]);
    EXPECT_GE(run(input).finish_fs, most * 200 * packet);
}

// In turn, 72 inputs fill 72 links alike.
TEST(Routing, ByPacketSharesTheLinks)
{
    EXPECT_NEAR(time_us("packet"), time_us("destination"), 0.02 * time_us("destination"));
}

}  // namespace
}  // namespace copperwall

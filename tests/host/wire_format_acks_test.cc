// Acknowledgements as packets beside what is reserved for them.
#include <gtest/gtest.h>

#include "account_support.h"
#include "host/account/plan.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using namespace account_test;

constexpr double kRaw_GBps = 10;
constexpr double kPath_ns = 218;
constexpr std::int64_t kMiB = 1 << 20;

//! Four gpus below one chip, one plane of 10 GB/s: packets of 256 + 16 B, acknowledged by 16 B.
ScenarioSpec acked(std::uint32_t packet_bytes = 0)
{
    ScenarioSpec s = small_scenario();
    TierSpec& tier = s.fabric.tiers.front();
    tier.links_per_gpu = tier.switches.chips = tier.placement.chips_per_tray = 1;
    tier.wire = load_wire(std::string(CW_SOURCE_DIR) + "/topologies/wire/nvlink.toml");
    s.simulation.packet_bytes = packet_bytes;
    s.ack_packets = true;
    return s;
}

//! Two gpus, of which the first sends `bytes`, or both do.
EngineInput exchange(ScenarioSpec const& s, Fabric const& fabric, std::int64_t bytes, bool both)
{
    CollectiveSpec direct = collective("all_to_all", "direct");
    direct.group = 2;
    EngineInput input = engine_input(plan_cell(s, fabric, direct, 2 * bytes), s, fabric);
    Family one;
    one.count = 1;
    one.table = 0;
    input.schedule.families = {one};
    input.schedule.counters = 0;
    input.schedule.table = {{1, bytes, 0}, {both ? 0 : kNone, bytes, 0}};
    return input;
}

//! Bytes that could have been sent at the raw rate while the messages were.
double taken_bytes(ScenarioSpec const& s, std::int64_t bytes, bool both)
{
    Fabric const fabric = build_fabric(s);
    EngineInput const input = exchange(s, fabric, bytes, both);
    EngineResult const result = run(input, {.hash = true});
    EngineResult const truth = run(input, {.engine = Engine::reference, .hash = true});
    EXPECT_EQ(result.hop_hash, truth.hop_hash);
    EXPECT_EQ(result.finish_fs, truth.finish_fs);
    return (static_cast<double>(result.finish_fs) / static_cast<double>(kFsPerNs) - kPath_ns) * kRaw_GBps;
}

// 4096 packets of 272 B: nothing is taken off a link whose other direction is idle.
TEST(AckPackets, LeaveTheWholeRateToOneWay)
{
    EXPECT_NEAR(taken_bytes(acked(), kMiB, false), 4096 * 272, 1);
}

// Acknowledgements of all but the packets of the first 218 + 27 ns, nine or ten, go before the last packet.
TEST(AckPackets, TakeWhatIsReservedBothWays)
{
    double const taken = taken_bytes(acked(), kMiB, true);
    EXPECT_GE(taken, 4096 * 272 + (4096 - 11) * 16);
    EXPECT_LE(taken, 4096 * 288);
}

// A cell of 64 KiB is acknowledged by 256 x 16 B at once, the first after it has come, as the second ends.
TEST(AckPackets, OfCellsAreThoseOfTheirFrames)
{
    double const taken = taken_bytes(acked(65'536), kMiB, true);
    EXPECT_NEAR(taken, 4096 * 272 + 14 * 4096, 2);
}

// Whatever carries them, the same bits cross the same links.
TEST(AckPackets, TakeTheEnergyOfWhatIsReserved)
{
    for (char const* op : {"all_to_all", "all_reduce"}) {
        CollectiveSpec const what = collective(op, op == std::string("all_to_all") ? "direct" : "ring");
        ScenarioSpec scenario = acked();
        Cell const sent = run_small(scenario, what, 4 * 4 * 4096);
        scenario.ack_packets = false;
        Cell const reserved = run_small(scenario, what, 4 * 4 * 4096);
        ASSERT_EQ(sent.status, CellStatus::done) << sent.reason;
        EXPECT_NEAR(sent.energy.traffic_total_J() / reserved.energy.traffic_total_J(), 1, 1e-12) << op;
        EXPECT_EQ(sent.effective_hops, 2 * reserved.effective_hops) << op;
    }
}

// Every result passes the checks of conservation; sizes that cover planes unevenly, and packets of one flit.
TEST(AckPackets, AreConservedWhateverTheSize)
{
    for (std::uint32_t const packet : {0u, 128u, 8192u})
        for (std::int64_t const bytes : {1, 100, 4000, 77'777, 1 << 20})
            for (char const* algorithm : {"ring", "two_shot"}) {
                ScenarioSpec scenario = small_scenario();
                scenario.fabric.tiers.front().wire = acked().fabric.tiers.front().wire;
                scenario.simulation.packet_bytes = packet;
                scenario.ack_packets = true;
                Cell const cell = run_small(scenario, collective("all_reduce", algorithm), bytes);
                EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
                EXPECT_GE(cell.time_us, cell.lower_bound_us * (1 - 1e-12));
            }
}

}  // namespace
}  // namespace copperwall

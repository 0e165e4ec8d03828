//! Whole cells against arithmetic written out: time, causes, joules, bounds, status.
#include <gtest/gtest.h>

#include <cmath>

#include "account_support.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using namespace account_test;

CollectiveSpec const kRing = collective("all_reduce", "ring");
CollectiveSpec const kTwoShot = collective("all_reduce", "two_shot");
CollectiveSpec const kDirect = collective("all_to_all", "direct");
constexpr std::int64_t kBytes = 32768;

// Chunk 8 KiB: 16 packets of 272 B on each plane, 435.2 ns. 6 steps of 435.2 + 218 ns.
constexpr double kRing_us = 3.9192;

TEST(Cell, RingTakesStepsTimesSerialisationAndPath)
{
    Cell const cell = run_small(small_scenario(), kRing, kBytes);
    ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_DOUBLE_EQ(cell.time_us, kRing_us);
    EXPECT_DOUBLE_EQ(cell.closed_form_us, kRing_us);
    EXPECT_DOUBLE_EQ(cell.algbw_GBps, 32.768 / kRing_us);
    EXPECT_DOUBLE_EQ(cell.busbw_GBps, 1.5 * 32.768 / kRing_us);
    EXPECT_TRUE(cell.folded);
    EXPECT_EQ(cell.steps, 6u);
    EXPECT_EQ(cell.messages, 24);
    EXPECT_EQ(cell.effective_hops, 24 * 2 * 2 * 16);  // messages, links, planes, packets
}

// 12 links of the critical path: 50 ns of PHY, 4 ns added, 5 ns of wire, 50 ns of switch each.
TEST(Cell, BreaksTheRingDownByCause)
{
    Cell const cell = run_small(small_scenario(), kRing, kBytes);
    Breakdown const& b = cell.breakdown;
    EXPECT_NEAR(b.serialisation_us, 6 * 0.4352, 1e-9);
    EXPECT_NEAR(b.phy_us, 0.6, 1e-9);
    EXPECT_NEAR(b.added_us, 0.048, 1e-9);
    EXPECT_NEAR(b.propagation_us, 0.06, 1e-9);
    EXPECT_NEAR(b.switch_us, 0.6, 1e-9);
    EXPECT_NEAR(b.queueing_us, 0, 1e-9);
    EXPECT_EQ(b.software_us, 0);
    EXPECT_EQ(cell.bound_by, "serialisation");
}

// Three messages, one after another on the same port, and one path: 3 x 435.2 + 218 ns. Waiting for one's own
// gpu is serialisation.
TEST(Cell, CountsAGpusOwnEarlierMessagesAsSerialisation)
{
    Cell const cell = run_small(small_scenario(), kDirect, kBytes);
    EXPECT_DOUBLE_EQ(cell.time_us, 1.5236);
    EXPECT_NEAR(cell.breakdown.serialisation_us, 1.3056, 1e-9);
    EXPECT_NEAR(cell.breakdown.queueing_us, 0, 1e-9);
}

TEST(Cell, BreakdownAddsUpToTheTimeForEveryAlgorithmAndSize)
{
    ScenarioSpec scenario = small_scenario();
    scenario.library.per_peer_us = exactly(0.037);
    for (auto const& what : {kRing, kTwoShot, kDirect})
        for (std::int64_t bytes : {1, 100, 1000, 12345, 1'000'003}) {
            Cell const cell = run_small(scenario, what, bytes);
            ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
            EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9) << what.algorithm << " " << bytes;
            EXPECT_GE(cell.breakdown.queueing_us, -1e-9) << what.algorithm << " " << bytes;
            EXPECT_GE(cell.time_us, cell.lower_bound_us) << what.algorithm << " " << bytes;
        }
}

TEST(Cell, SoftwareAddsLaunchAndStepsExactly)
{
    ScenarioSpec scenario = small_scenario();
    scenario.library.path_us = exactly(0.2);
    scenario.library.protocols[0].launch_us = exactly(1);
    scenario.library.protocols[0].step_us = exactly(0.5);
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_NEAR(cell.time_us, kRing_us + 1 + 6 * (0.5 - 0.2), 1e-9);
    EXPECT_NEAR(cell.breakdown.software_us, 2.8, 1e-9);
    EXPECT_EQ(cell.bound_by, "software");
    EXPECT_EQ(cell.protocol, "direct");
}

// Every directed link takes half of both ends: SerDes 4 / 2, laser (1 + 1) / 2, other 0.5 pJ/bit. 16 links of
// 80 Gb/s: SerDes 2.56 W, of which 0.9 static. Each gpu sends 6 x 8 KiB payload, 52,224 B on the wire; up and
// down 417,792 B = 3,342,336 bit. Core: 8 ports x 80 Gb/s x 13.5 pJ/bit = 8.64 W; payload 1,572,864 bit.
TEST(Cell, CountsJoulesByComponentInBothWays)
{
    Cell const cell = run_small(small_scenario(), kRing, kBytes);
    double const t = kRing_us * 1e-6, bits = 3'342'336, payload_bits = 1'572'864;
    Energy const& e = cell.energy;
    EXPECT_NEAR(e.traffic_J[0], 2e-12 * bits, 1e-18);
    EXPECT_NEAR(e.traffic_J[2], 1e-12 * bits, 1e-18);
    EXPECT_NEAR(e.traffic_J[6], 0.5e-12 * bits, 1e-18);
    EXPECT_NEAR(e.always_on_J[0], 0.9 * 2.56 * t + 0.1 * 2e-12 * bits, 1e-18);
    EXPECT_NEAR(e.always_on_J[2], 0.9 * 1.28 * t + 0.1 * 1e-12 * bits, 1e-18);
    EXPECT_EQ(e.always_on_J[1], 0);
    EXPECT_NEAR(e.switch_core_J, 8.64 * t, 1e-18);
    EXPECT_NEAR(e.switch_core_traffic_J, 13.5e-12 * payload_bits, 1e-18);
    double always_on = e.switch_core_J, traffic = e.switch_core_traffic_J;
    for (double part : e.always_on_J) always_on += part;
    for (double part : e.traffic_J) traffic += part;
    EXPECT_DOUBLE_EQ(e.always_on_total_J(), always_on);
    EXPECT_DOUBLE_EQ(e.traffic_total_J(), traffic);
    EXPECT_NEAR(cell.pJ_per_bit, always_on * 1e12 / payload_bits, 1e-9);
}

TEST(Cell, TimelineHoldsEveryByteAndJouleOfTheTraffic)
{
    Cell const cell = run_small(small_scenario(), kRing, kBytes);
    ASSERT_EQ(cell.timeline.size(), 12u);  // 6 steps, up and down
    std::int64_t wire = 0;
    double joules = 0;
    for (auto const& row : cell.timeline) {
        wire += row.wire_bytes;
        joules += row.energy_J;
        EXPECT_NEAR(row.busy_us, 8 * 0.4352, 1e-9);
    }
    EXPECT_EQ(wire, 417'792);
    EXPECT_NEAR(joules, cell.energy.traffic_total_J() - cell.energy.switch_core_traffic_J, 1e-18);
    EXPECT_EQ(cell.timeline[3].step, 1u);
    EXPECT_EQ(cell.timeline[3].link_class, 1u);
    EXPECT_NEAR(cell.timeline[2].start_us, 0.6532, 1e-9);
    EXPECT_NEAR(cell.timeline[2].end_us, 0.6532 + 0.4352, 1e-9);
}

TEST(Cell, IsTheSameFoldedAndUnfolded)
{
    ScenarioSpec scenario = small_scenario();
    Cell const folded = run_small(scenario, kTwoShot, 1'000'003);
    scenario.simulation.fold = false;
    Cell const whole = run_small(scenario, kTwoShot, 1'000'003);
    EXPECT_TRUE(folded.folded);
    EXPECT_FALSE(whole.folded);
    EXPECT_EQ(folded.time_us, whole.time_us);
    EXPECT_EQ(folded.energy.always_on_total_J(), whole.energy.always_on_total_J());
    EXPECT_EQ(folded.effective_hops, whole.hops);
    EXPECT_EQ(folded.breakdown.total_us(), whole.breakdown.total_us());
}

// 100 B a rank: no message covers both planes, so planes are not equal and not folded.
TEST(Cell, DoesNotFoldMessagesTooSmallForAllPlanes)
{
    EXPECT_FALSE(run_small(small_scenario(), kDirect, 400).folded);
}

// Switch trays at 1 and 3 m: the slower plane, 50 + 4 + 15 + 50 = 119 ns a link, binds every step.
TEST(Cell, FollowsTheSlowerPlaneWhereLengthsAreExact)
{
    ScenarioSpec scenario = small_scenario();
    scenario.lengths = Lengths::exact;
    scenario.fabric.tiers[0].placement.switch_trays_u = {1, 3};
    scenario.fabric.tiers[0].placement.chips_per_tray = 1;
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_FALSE(cell.folded);
    EXPECT_DOUBLE_EQ(cell.time_us, 6 * (0.4352 + 0.238));
    EXPECT_NEAR(cell.breakdown.propagation_us, 12 * 0.015, 1e-9);
    EXPECT_NEAR(cell.breakdown.queueing_us, 0, 1e-9);
    EXPECT_NEAR(cell.lower_bound_us, 1.5 * 1.6384 + 0.218, 1e-9);  // over the shorter plane
}

// Lower bound 1.5 x 32 KiB / 20 GB/s + 218 ns. Low and high: 6 x (124 - 218) ns, 6 x (426 - 218) ns.
TEST(Cell, StandsBetweenBoundAndBand)
{
    Cell const cell = run_small(small_scenario(), kRing, kBytes);
    EXPECT_NEAR(cell.lower_bound_us, 2.6756, 1e-9);
    EXPECT_NEAR(cell.low_us, kRing_us - 0.564, 1e-9);
    EXPECT_NEAR(cell.high_us, kRing_us + 1.248, 1e-9);
}

TEST(Cell, ClosedFormAloneHasTheSamePartsAndJoulesWhereNothingContends)
{
    ScenarioSpec const scenario = small_scenario();
    Cell const bound = bound_cell(scenario, build_fabric(scenario), kRing, kBytes);
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_EQ(bound.status, CellStatus::done);
    EXPECT_DOUBLE_EQ(bound.time_us, kRing_us);
    EXPECT_NEAR(bound.breakdown.total_us(), kRing_us, 1e-9);
    EXPECT_NEAR(bound.breakdown.serialisation_us, cell.breakdown.serialisation_us, 1e-9);
    EXPECT_NEAR(bound.energy.always_on_total_J(), cell.energy.always_on_total_J(), 1e-15);
    EXPECT_EQ(bound.hops, 0);
}

TEST(Cell, StoreAndForwardAddsOnePacketAStep)
{
    ScenarioSpec scenario = small_scenario();
    scenario.fabric.tiers[0].switches.cut_through = false;
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_DOUBLE_EQ(cell.time_us, kRing_us + 6 * 0.0272);
    EXPECT_DOUBLE_EQ(cell.closed_form_us, cell.time_us);
    EXPECT_NEAR(cell.breakdown.queueing_us, 6 * 0.0272, 1e-9);
}

TEST(Cell, LinksPastTheirReachAreInfeasibleWithNames)
{
    ScenarioSpec scenario = small_scenario();
    scenario.technologies["wire"].reach_m = exactly(0.5);
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_EQ(cell.status, CellStatus::infeasible);
    EXPECT_EQ(cell.reason,
              "links 'rack up' are up to 1 m long, past the reach of 0.5 m of wire; "
              "links 'rack down' are up to 1 m long, past the reach of 0.5 m of wire");
    EXPECT_TRUE(std::isnan(cell.time_us));
    EXPECT_TRUE(std::isnan(cell.breakdown.total_us()));
    EXPECT_TRUE(std::isnan(cell.energy.always_on_total_J()));
}

TEST(Cell, EnginesRefusalFailsTheCellAndLeavesNoFigure)
{
    ScenarioSpec scenario = small_scenario();
    scenario.simulation.packet_bytes = 100;  // no whole number of flits
    Cell const cell = run_small(scenario, kRing, kBytes);
    EXPECT_EQ(cell.status, CellStatus::failed);
    EXPECT_NE(cell.reason, "");
    EXPECT_TRUE(std::isnan(cell.time_us));
}

std::string refusal(CollectiveSpec const& what)
{
    try {
        run_small(small_scenario(), what, kBytes);
        return "accepted";
    } catch (InputError const& error) {
        return error.diagnostics().at(0).message;
    }
}

TEST(Cell, RefusesWhatIsNotThere)
{
    EXPECT_EQ(
        refusal(collective("all_reduce", "rings")),
        "no algorithm 'rings' for op 'all_reduce'; known: ring, two_shot, one_shot, double_tree, chain_tree, "
        "in_network, switch_reduce, hierarchical, one_shot_rails, pipelined, rail_rings, multi_ring, "
        "rack_hierarchical, "
        "best");
    EXPECT_EQ(
        refusal(collective("gossip", "ring")),
        "no op 'gossip'; known: all_reduce, reduce_scatter, all_gather, broadcast, send_recv, all_to_all");
    CollectiveSpec crowd = kRing;
    crowd.group = 5;
    EXPECT_EQ(refusal(crowd), "group = 5 is not within 2 .. 4, the gpus of fabric 'four'");
}

TEST(Cell, RunsOnPartOfTheFabricAndPowersAllOfIt)
{
    CollectiveSpec pair = kRing;
    pair.group = 2;
    Cell const cell = run_small(small_scenario(), pair, kBytes);
    EXPECT_EQ(cell.ranks, 2u);
    EXPECT_EQ(cell.world_size, 4u);
    EXPECT_DOUBLE_EQ(cell.time_us, 2 * (2 * 0.4352 + 0.218));
    EXPECT_NEAR(cell.energy.switch_core_J, 8.64 * cell.time_us * 1e-6, 1e-18);
}

// One link of NVL72: PHY 50, board 0.15 m x 6.2, flyover 0.3 m x 5, cable (18 x 0.04445 + 0.22) m x 5, half a
// core 65: 122.5305 ns. A chunk is 896 or 912 B, at most one full packet a plane, 272 B and 16 B kept free
// for its acknowledgement, at 50 GB/s 5.76 ns: 142 x (2 x 122.5305 + 5.76) ns.
TEST(Cell, RingOf64KiBOnNvl72IsTheHandCheckedFigure)
{
    auto const scenario = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml");
    Cell const cell = run_small(scenario, scenario.collectives.at(0), 65536);
    ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_NEAR(cell.time_us, 35.616582, 142 * 3 * 1e-9);  // links and packet rounded up to a femtosecond
    EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9);
    EXPECT_NEAR(cell.breakdown.serialisation_us, 142 * 5.76e-3, 142 * 1e-9);
}

// 4 gpus, 218 ns apart, chunks of 64 B (3.2 ns with its header 8 ns) alone on a plane: one step of 64 B with
// all of 64 B beats two of 16 B; of 1 MB 2 x 3/4 S beat 3 S, in the chunks of chain_tree without waiting
// between.
TEST(BestAlgorithm, IsTheFastestOfAllAndSaysWhich)
{
    ScenarioSpec const scenario = small_scenario();
    for (auto const& [bytes, winner] : {std::pair{64, "one_shot"}, std::pair{1'000'000, "chain_tree"}}) {
        Cell const best = run_small(scenario, collective("all_reduce", "best"), bytes);
        ASSERT_EQ(best.status, CellStatus::done) << best.reason;
        EXPECT_EQ(best.algorithm, "best");
        EXPECT_EQ(best.ran, winner);
        EXPECT_EQ(best.algorithm_name(), std::string("best (") + winner + ")");
        for (char const* name : {"ring", "two_shot", "one_shot", "double_tree", "chain_tree"}) {
            Cell const one = run_small(scenario, collective("all_reduce", name), bytes);
            EXPECT_EQ(one.algorithm_name(), name);
            EXPECT_LE(best.time_us, one.time_us) << name;
            if (best.ran == name) {
                EXPECT_EQ(best.time_us, one.time_us);
            }
        }
    }
}

// Up and down two trees of 4 gpus: 3 messages each way in each.
TEST(Cell, CountsMessagesThatAreSent)
{
    CollectiveSpec what = collective("all_reduce", "double_tree");
    what.chunks = 1;
    EXPECT_EQ(run_small(small_scenario(), what, kBytes).messages, 12);
}

TEST(BestAlgorithm, LeavesOutWhatTheCallCannotBe)
{
    Cell const best = run_small(small_scenario(), collective("all_to_all", "best"), kBytes);
    EXPECT_EQ(best.status, CellStatus::done) << best.reason;
    EXPECT_EQ(best.ran, "direct");  // deduplicated needs experts
}

TEST(Chunks, AreThoseAskedForOrThoseWithTheLeastClosedForm)
{
    CollectiveSpec what = collective("broadcast", "chain");
    what.chunks = 3;
    EXPECT_EQ(run_small(small_scenario(), what, 1 << 20).chunks, 3u);
    what.chunks = 0;
    Cell const chosen = run_small(small_scenario(), what, 1 << 20);
    EXPECT_GT(chosen.chunks, 3u);
    for (std::uint32_t chunks = 1; chunks <= 64; chunks *= 2) {
        what.chunks = chunks;
        EXPECT_GE(run_small(small_scenario(), what, 1 << 20).closed_form_us, chosen.closed_form_us);
    }
}

}  // namespace
}  // namespace copperwall

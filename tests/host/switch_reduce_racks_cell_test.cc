// Collectives in switches that reduce, over racks of whole machines: what they take and what may not change
// it.
#include "host/account/plan.h"
#include "host/account/traffic.h"
#include "host/input/load.h"
#include "racks_that_reduce.h"

namespace copperwall {
namespace {

using namespace account_test;

ScenarioSpec domain(std::uint32_t gpus, Settings settings = {})
{
    Settings const base{{"library.name", "ideal"},
                        {"fabric.file", "domain.toml"},
                        {"fabric.domain_gpus", std::to_string(gpus)},
                        {"simulation.packet_bytes", "256"}};
    settings.insert(settings.begin(), base.begin(), base.end());
    return load_scenario(CW_SOURCE_DIR "/workloads/all_reduce_switches_nvl72.toml", settings);
}

//! 16 MiB fold, 1,000,001 B are no whole shares and do not.
TEST(SwitchReduceRacksCell, AreTheSameFoldedOrNotOnBothEnginesAndAnyThreads)
{
    EngineOptions threads, reference;
    threads.threads = 2;
    reference.engine = Engine::reference;
    for (std::int64_t const bytes : {2 * kMiB, std::int64_t{100'001}}) {
        Cell const one = ran(domain(144), bytes);
        EXPECT_EQ(one.folded, bytes == 2 * kMiB);
        for (Cell const& other : {ran(domain(144, {{"simulation.fold", "false"}}), bytes),
                                  ran(domain(144), bytes, threads), ran(domain(144), bytes, reference)}) {
            EXPECT_EQ(other.time_us, one.time_us);
            EXPECT_EQ(other.effective_hops, one.effective_hops);
        }
    }
}

//! Room for one packet at every input, units' too: blocks wait in their units, which are no buffers.
TEST(SwitchReduceRacksCell, CompleteWithRoomForOnePacket)
{
    for (double const thin : {1.0, 4.0}) {
        ScenarioSpec tight = racks(thin);
        tight.buffer_bytes = 272;
        for (char const* op : {"all_reduce", "reduce_scatter", "all_gather"}) {
            Cell const cell = ran(tight, in_rounds(op, 4), 4 * 12 * 2560);
            EXPECT_GT(cell.time_us, ran(racks(thin), in_rounds(op, 4), 4 * 12 * 2560).time_us);
            EngineOptions reference;
            reference.engine = Engine::reference;
            EXPECT_EQ(ran(tight, in_rounds(op, 4), 4 * 12 * 2560, reference).time_us, cell.time_us);
        }
    }
    double const infinite = ran(domain(144), 2 * kMiB).time_us;
    EXPECT_GT(ran(domain(144, {{"fabric.buffer_bytes", "272"}}), 2 * kMiB).time_us, infinite);
    EXPECT_GE(ran(domain(144, {{"fabric.buffers", "round_trip"}}), 2 * kMiB).time_us, infinite);
}

TEST(SwitchReduceRacksCell, RunWhateverWayPacketsTake)
{
    double const by_destination = ran(domain(144), 2 * kMiB).time_us;
    for (char const* routing : {"message", "packet", "adaptive"}) {
        Cell const cell = ran(domain(144, {{"fabric.routing", routing}}), 2 * kMiB);
        EXPECT_NEAR(cell.time_us / by_destination, 1, 0.2) << routing;
    }
    Settings const dead{{"fabric.dead", "[{ chip = 5, port = 79 }]"}, {"fabric.reroute", "spine"}};
    EXPECT_GE(ran(domain(144, dead), 2 * kMiB).time_us, by_destination);
}

// 64 MiB over 8 racks of 72 with a link up for 8 gpus, S (1 + 1 / N) over 900 GB/s at 17 of 18 parts beside
// acknowledgements and 256 of 272 B a packet; a round at either end and four ways below a microsecond more.
// The racks' links up carry 2 S 7/8 at an eighth of 72 gpus' rate: a fifth of the time.
TEST(SwitchReduceRacksCell, DoNotFeelThinSpines)
{
    double const rate = 900.0 * 17 / 18 * 256 / 272, S = 67108864.0;
    double const bytes_us = S * (1 + 1.0 / 576) / rate * 1e-3;
    Cell const full = ran(domain(576), 64 * kMiB);
    Cell const thin = ran(domain(576, {{"fabric.oversubscription", "8.0"}}), 64 * kMiB);
    for (Cell const& cell : {full, thin}) {
        ASSERT_GT(cell.chunks, 1u);
        EXPECT_GT(cell.time_us, bytes_us);
        EXPECT_LT(cell.time_us, bytes_us * (1 + 3.0 / cell.chunks) + 6);
        EXPECT_GT(cell.time_us, cell.lower_bound_us);
    }
    EXPECT_NEAR(thin.time_us / full.time_us, 1, 0.05);
    Cell const by_gpus =
        ran(domain(576, {{"fabric.oversubscription", "8.0"}, {"collective.algorithm", "rack_hierarchical"}}),
            64 * kMiB);
    EXPECT_GT(by_gpus.time_us, 1.5 * thin.time_us);
}

// Joules per bit on the wire: a rack's links up carry 2 S (m - 1) / m and down as much, gpus' links
// S (1 + 1 / N) each way; links of units are none.
TEST(SwitchReduceRacksCell, CountBytesOfRealLinksOnce)
{
    std::int64_t const bytes = 12 * 5120;
    ScenarioSpec const scenario = racks();
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, in_rounds("all_reduce", 1), bytes);
    Traffic const traffic = scheduled_traffic(engine_input(plan, scenario, fabric), fabric.classes.size());
    ASSERT_EQ(fabric.classes.size(), 4u);
    std::int64_t const share = 5120 / 256 * 272;  // on the wire
    EXPECT_EQ(traffic.wire_bytes[0], 12 * 13 * share);
    EXPECT_EQ(traffic.wire_bytes[1], 12 * 13 * share);
    EXPECT_EQ(traffic.wire_bytes[2], 3 * 4 * 2 * 2 * share);  // of four places of a rack, two shares, twice
    EXPECT_EQ(traffic.wire_bytes[3], traffic.wire_bytes[2]);
    EXPECT_EQ(traffic.payload_bytes, 12 * 13 * 5120);  // that ranks got
}

TEST(SwitchReduceRacksCell, RunBesideNicsAndOnPartOfTheMachine)
{
    ScenarioSpec const with_nics = load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml",
                                                 {{"fabric.domain_gpus", "144"},
                                                  {"fabric.domains", "1"},
                                                  {"simulation.packet_bytes", "256"},
                                                  {"collective.algorithm", "switch_reduce"}});
    Cell const beside = ran(with_nics, 2 * kMiB), alone = ran(domain(144), 2 * kMiB);
    EXPECT_EQ(beside.time_us, alone.time_us);
    EXPECT_EQ(beside.breakdown.phy_us, alone.breakdown.phy_us);
    EXPECT_EQ(beside.energy.traffic_total_J(), alone.energy.traffic_total_J());
    EXPECT_EQ(beside.timeline.size(), alone.timeline.size());
    Cell const groups = ran(domain(288, {{"collective.group", "128"}, {"collective.groups", "2"}}), 2 * kMiB);
    EXPECT_EQ(groups.ranks, 128u);
    EXPECT_NEAR(groups.time_us / groups.closed_form_us, 1, 1e-6);
    Cell const rack = ran(domain(144, {{"collective.group", "72"}, {"collective.groups", "2"}}), 2 * kMiB);
    EXPECT_NEAR(rack.time_us, ran(domain(72), 2 * kMiB).time_us, 1e-6);
}

}  // namespace
}  // namespace copperwall

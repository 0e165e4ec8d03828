//! The parts of accounting alone: libraries, packets, conservation, the critical path under contention.
#include <gtest/gtest.h>

#include "account_support.h"
#include "host/account/breakdown.h"
#include "host/account/library.h"
#include "host/account/path.h"
#include "host/account/plan.h"
#include "host/account/route.h"
#include "host/account/traffic.h"
#include "host/account/verify.h"
#include "host/input/error.h"
#include "host/schedule/chunk_count.h"

namespace copperwall {
namespace {

using namespace account_test;

Algorithm const& kRing = *find_algorithm("all_reduce", "ring");

// 0.8 of the raw rate is payload; with 16 B of header for 256 B the wire is busy 0.85; half of it is flags.
// With 16 B of acknowledgement the wire is left 272 / 288 of the raw rate, of which 0.85 of raw is 0.9.
TEST(Library, LinkFractionIsNetOfHeadersAndAcknowledgements)
{
    LibrarySpec library = free_library();
    WireSpec wire{exactly(256), exactly(16), exactly(16)};
    EXPECT_DOUBLE_EQ(rate_share(library, library.protocols[0], wire), 1);
    library.link_fraction = exactly(0.8);
    EXPECT_DOUBLE_EQ(rate_share(library, library.protocols[0], wire), 0.85);
    library.protocols[0].efficiency = exactly(0.5);
    EXPECT_DOUBLE_EQ(rate_share(library, library.protocols[0], wire), 0.425);
    wire.ack_bytes = exactly(16);
    EXPECT_DOUBLE_EQ(rate_share(library, library.protocols[0], wire), 0.45);
}

TEST(Library, StepLosesTheMeasuredMachinesPathAndIsNeverNegative)
{
    LibrarySpec library = free_library();
    library.path_us = exactly(0.25);
    library.protocols[0].step_us = between(0.1, 1.25, 2.25);
    auto const step_ns = [&](Bound bound) {
        return with_software({}, library, library.protocols[0], kRing, bound).step_ns;
    };
    EXPECT_DOUBLE_EQ(step_ns(Bound::typical), 1000);
    EXPECT_DOUBLE_EQ(step_ns(Bound::high), 2000);
    EXPECT_DOUBLE_EQ(step_ns(Bound::low), 0);
}

// 5 us measured, 2 of them the way, 1 what any step takes; 2 are no more than the way.
TEST(Library, StepOverNicsTakesWhatItsOwnFigureHasBeyondItsPathAndAnyStep)
{
    LibrarySpec library = free_library();
    library.path_us = exactly(0.25);
    library.nic_path_us = exactly(2);
    library.protocols[0].step_us = exactly(1.25);
    auto const nic_ns = [&](Bound bound) {
        return with_software({}, library, library.protocols[0], kRing, bound).nic_ns;
    };
    EXPECT_DOUBLE_EQ(nic_ns(Bound::typical), 0) << "not given";
    library.protocols[0].nic_step_us = between(2, 5, 8);
    EXPECT_DOUBLE_EQ(nic_ns(Bound::typical), 2000);
    EXPECT_DOUBLE_EQ(nic_ns(Bound::high), 5000);
    EXPECT_DOUBLE_EQ(nic_ns(Bound::low), 0);
}

TEST(Library, AProtocolMayUseLessOfNics)
{
    LibrarySpec library = free_library();
    library.protocols[0].efficiency = exactly(0.5);
    EXPECT_DOUBLE_EQ(rate_share_of_nics(library.protocols[0], kRing), 0.5);
    library.protocols[0].nic_fraction = exactly(0.1);
    EXPECT_DOUBLE_EQ(rate_share_of_nics(library.protocols[0], kRing), 0.1);
}

TEST(Library, MaySayHowManyNicsItUses)
{
    LibrarySpec library = free_library();
    EXPECT_EQ(with_software({}, library, library.protocols[0], kRing).nics, 0u) << "all";
    library.nics_per_domain = exactly(9);
    EXPECT_EQ(with_software({}, library, library.protocols[0], kRing).nics, 9u);
}

TEST(Library, RingsMayHaveCostsOfTheirOwnOverNics)
{
    LibrarySpec library = free_library();
    ProtocolSpec& protocol = library.protocols[0];
    protocol.nic_step_us = exactly(5);
    protocol.ring_nic_step_us = exactly(2);
    protocol.nic_fraction = exactly(0.1);
    protocol.ring_nic_fraction = exactly(0.3);
    for (auto const& [name, ring] : std::map<std::string, bool>{{"ring", true},
                                                                {"rail_rings", true},
                                                                {"multi_ring", true},
                                                                {"chain", true},
                                                                {"double_tree", false},
                                                                {"chain_tree", false}}) {
        Algorithm const& algorithm = *find_algorithm(name == "chain" ? "broadcast" : "all_reduce", name);
        EXPECT_DOUBLE_EQ(with_software({}, library, protocol, algorithm).nic_ns, ring ? 2000 : 5000) << name;
        EXPECT_DOUBLE_EQ(rate_share_of_nics(protocol, algorithm), ring ? 0.3 : 0.1) << name;
    }
}

// 8 KiB over 4 ranks are shares of 2,048 B at 2 GB/s; a pair exchanges all 8 KiB.
TEST(Library, SharesOfSlowThreadsCostTime)
{
    LibrarySpec library = free_library();
    CollectiveCall call;
    call.ranks = 4;
    call.bytes = 8192;
    ProtocolSpec& protocol = library.protocols[0];
    protocol.launch_us = exactly(1);
    protocol.share_GBps = between(1, 2, 4);
    EXPECT_DOUBLE_EQ(with_software(call, library, protocol, kRing).launch_ns, 1000 + 1024);
    EXPECT_DOUBLE_EQ(with_software(call, library, protocol, kRing, Bound::high).launch_ns, 1000 + 2048);
    EXPECT_DOUBLE_EQ(with_software(call, library, protocol, kRing, Bound::low).launch_ns, 1000 + 512);
    Algorithm const& pairs = *find_algorithm("send_recv", "next");
    EXPECT_DOUBLE_EQ(with_software(call, library, protocol, pairs).launch_ns, 1000 + 4096);
}

TEST(Library, AProtocolMayUseLessOfTheLinks)
{
    LibrarySpec library = free_library();
    library.link_fraction = exactly(0.8);
    library.protocols[0].link_fraction = exactly(0.4);
    WireSpec wire{exactly(256), exactly(16), exactly(0)};
    EXPECT_DOUBLE_EQ(rate_share(library, library.protocols[0], wire), 0.425);
}

TEST(Library, ProtocolsRunWhatTheyName)
{
    LibrarySpec library = free_library();
    ProtocolSpec general = library.protocols[0], pairs = general, ring = general;
    general.name = "general";
    pairs.name = "pairs";
    pairs.runs = {"all_to_all"};
    ring.name = "ring";
    ring.runs = {"all_reduce/ring", "send_recv"};
    library.protocols = {general, pairs, ring};
    auto const names = [&](char const* op, char const* name) {
        std::string all;
        for (auto const* p : protocols_for(library, *find_algorithm(op, name))) all += p->name + " ";
        return all;
    };
    EXPECT_EQ(names("all_to_all", "direct"), "pairs ");
    EXPECT_EQ(names("all_reduce", "ring"), "ring ");
    EXPECT_EQ(names("send_recv", "next"), "ring ");
    EXPECT_EQ(names("all_reduce", "two_shot"), "general ");
    library.protocols = {pairs};
    EXPECT_THROW(names("all_reduce", "ring"), std::invalid_argument);
    library.protocols[0].runs = {"all_to_none"};
    EXPECT_THROW(names("all_reduce", "ring"), InputError);
}

// 10,000 B with 2,000 under way: two open rounds of 1,000 are ten; 1,000 B are cut in four.
TEST(Library, RoundsInSwitchesAreThoseUnderWay)
{
    Algorithm const& algorithm = *find_algorithm("all_reduce", "switch_reduce");
    CollectiveCall call;
    call.ranks = 8;
    call.in_flight_bytes = 2000;
    call.bytes = 10'000;
    EXPECT_EQ(best_chunks(algorithm, call, PathModel{}), 10u);
    call.bytes = 10'001;
    EXPECT_EQ(best_chunks(algorithm, call, PathModel{}), 11u);
    call.bytes = 1000;
    EXPECT_EQ(best_chunks(algorithm, call, PathModel{}), 4u);
    call.bytes = 1'000'000;
    EXPECT_EQ(best_chunks(algorithm, call, PathModel{}), kMostRounds);
}

TEST(Library, OnlyAMeasuredStepWithinTheMeasuredRanksIsNotExtrapolated)
{
    LibrarySpec library = free_library();
    library.measured_ranks = 8;
    EXPECT_FALSE(extrapolated(library, library.protocols[0], 72, 72));
    ProtocolSpec& protocol = library.protocols[0];
    protocol.step_us = exactly(1);
    EXPECT_TRUE(extrapolated(library, protocol, 8, 72));
    protocol.step_us.status = Status::measured;
    EXPECT_FALSE(extrapolated(library, protocol, 8, 72));
    EXPECT_TRUE(extrapolated(library, protocol, 9, 72));
    EXPECT_TRUE(extrapolated(library, protocol, 8, 4)) << "over NICs";
}

TEST(Library, AStepThatOnlyCostsItsPathNeedsNoMeasurement)
{
    LibrarySpec library = free_library();
    library.measured_ranks = 64;
    library.path_us = exactly(0.25);
    ProtocolSpec& protocol = library.protocols[0];
    protocol.launch_us = exactly(16);
    protocol.step_us = exactly(0.25);
    EXPECT_FALSE(extrapolated(library, protocol, 64, 72));
    protocol.step_us = exactly(0.3);
    EXPECT_TRUE(extrapolated(library, protocol, 64, 72));
}

TEST(Library, OfWhateverKindIsExtrapolatedAboveTheLargestMeasuredDomain)
{
    LibrarySpec library = free_library();
    EXPECT_FALSE(extrapolated(library, library.protocols[0], 1152, 72)) << "16 domains of 72, over NICs";
    EXPECT_TRUE(extrapolated(library, library.protocols[0], 8, 73));
    library.protocols[0].step_us = exactly(1);
    library.protocols[0].step_us.status = Status::measured;
    EXPECT_TRUE(extrapolated(library, library.protocols[0], 8, 144));
}

// LL: 1 us of launch at half rate; Simple: 3 us at full rate. Two-shot over 4 ranks of 20 GB/s moves 1.5 S:
// they meet where 1.5 S (272/256) / 20 GB/s = 2 us, near S = 25 kB.
TEST(Library, ProtocolWithLeastClosedFormRuns)
{
    ScenarioSpec scenario = small_scenario();
    ProtocolSpec fast = scenario.library.protocols[0];
    fast.name = "LL";
    fast.launch_us = exactly(1);
    fast.efficiency = exactly(0.5);
    ProtocolSpec wide = scenario.library.protocols[0];
    wide.name = "Simple";
    wide.launch_us = exactly(3);
    scenario.library.protocols = {fast, wide};
    Fabric const fabric = build_fabric(scenario);
    auto const chosen = [&](std::int64_t bytes) {
        return plan_cell(scenario, fabric, collective("all_reduce", "two_shot"), bytes).protocol.name;
    };
    EXPECT_EQ(chosen(16384), "LL");
    EXPECT_EQ(chosen(32768), "Simple");
}

// 4096 B are 16 frames of 256 + 16 B, 4352 B; a cell cut short at 512 B is two of them, at 528 B three.
TEST(Packets, LargerThanTheWiresCarryTheHeadersOfAll)
{
    TierSpec tier;
    tier.wire = {exactly(256), exactly(16), exactly(16)};
    EXPECT_EQ(packet_format(tier, 0).payload_bytes, 256u);
    EXPECT_EQ(wire_bytes(packet_format(tier, 0), 16), 272);
    EXPECT_EQ(wire_bytes(packet_format(tier, 4096), 256), 4352);
    EXPECT_EQ(wire_bytes(packet_format(tier, 4096), 32), 544);
    EXPECT_EQ(wire_bytes(packet_format(tier, 4096), 33), 576);
    EXPECT_EQ(wire_bytes(packet_format(tier, 128), 8), 144);
}

// A packet of 256 B on a NIC is a sixteenth of a frame of 4096 B with 66 B of header: 4.125 B, in whole
// bytes 261. One of 64 B closes its frame, 130 B; one of 240 B would be 306 B, more than a full one.
TEST(Packets, SmallerThanANicsFrameCarryTheirPartOfItsHeader)
{
    TierSpec tier;
    tier.wire = {exactly(4096), exactly(66), exactly(16)};
    tier.outside = true;
    EXPECT_EQ(wire_bytes(packet_format(tier, 256), 16), 261);
    EXPECT_EQ(wire_bytes(packet_format(tier, 256), 4), 130);
    EXPECT_EQ(wire_bytes(packet_format(tier, 256), 15), 261);
    EXPECT_EQ(wire_bytes(packet_format(tier, 4096), 256), 4162);
    EXPECT_EQ(wire_bytes(packet_format(tier, 8192), 512), 8324);
    EXPECT_EQ(wire_bytes(packet_format(tier, 8192), 257), 4112 + 132);
}

Schedule one_message(std::int64_t bytes)
{
    Schedule s;
    s.gpus = 4;
    Family f;
    f.count = 1;
    f.group = 4;
    f.table = 0;
    s.families = {f};
    s.table.resize(4);
    s.table[1] = {0, bytes, 0};
    return s;
}

// 1000 B over two planes: 500 B each, one packet of 256 and one of 244 -> 256 B, 544 B a plane.
// 400 B is no full packet a plane: 272 B and 144 + 16 B, each alone on a plane.
TEST(Traffic, OfOneMessageIsWhatPacketsCarry)
{
    Fabric const fabric = build_fabric(small_scenario());
    PacketFormat const format{256, 16, 16};
    Traffic const even = scheduled_traffic({fabric.network, one_message(1000), format});
    EXPECT_EQ(even.wire_bytes, (std::vector<std::int64_t>{1088, 1088}));
    EXPECT_EQ(even.frames, (std::vector<std::int64_t>{4, 4}));
    EXPECT_EQ(even.payload_bytes, 1000);
    EXPECT_EQ(even.switched_payload_bytes, (std::vector<std::int64_t>{1000, 0}));
    Traffic const small = scheduled_traffic({fabric.network, one_message(400), format});
    EXPECT_EQ(small.wire_bytes, (std::vector<std::int64_t>{432, 432}));
    EXPECT_EQ(small.frames, (std::vector<std::int64_t>{2, 2}));
}

TEST(Traffic, AgreesWithTheEngineOnEveryAlgorithmFoldedOrNot)
{
    ScenarioSpec const scenario = small_scenario();
    Fabric const fabric = build_fabric(scenario);
    for (auto const& a : algorithms())
        for (std::int64_t bytes : {1, 777, 5000, 1'000'003}) {
            if (a.once_per_domain || a.in_switches()) continue;  // needs experts, or other switches
            Plan const plan = plan_cell(scenario, fabric, collective(a.op, a.name), bytes);
            EngineInput const input = engine_input(plan, scenario, fabric);
            EXPECT_EQ(carried_bytes(input.network, run(input)),
                      scheduled_traffic({fabric.network, plan.schedule, plan.format}).wire_bytes)
                << a.name << " " << bytes;
        }
}

TEST(Verify, NamesTheLinksThatLostBytes)
{
    Fabric const fabric = build_fabric(small_scenario());
    Traffic scheduled;
    scheduled.wire_bytes = {1088, 1088};
    EXPECT_NO_THROW(verify_bytes(fabric, scheduled, {1088, 1088}));
    try {
        verify_bytes(fabric, scheduled, {1088, 1072});
        FAIL();
    } catch (std::runtime_error const& error) {
        EXPECT_STREQ(
            error.what(),
            "bytes are not conserved: links 'rack down' carried 1072 B, the schedule sends 1088 B over "
            "them");
    }
}

TEST(Verify, RefusesATimeBelowItsBound)
{
    Cell cell;
    cell.time_us = cell.lower_bound_us = 2;
    EXPECT_NO_THROW(verify_bound(cell));
    cell.time_us = 1.5;
    try {
        verify_bound(cell);
        FAIL();
    } catch (std::runtime_error const& error) {
        EXPECT_STREQ(error.what(), "time of 1.5 us beats the lower bound of 2 us");
    }
}

// Gpus 1, 2 and 3 send 512 B to gpu 0 at once: a packet a plane each. The last one waits for two others.
TEST(Breakdown, WaitingForOtherGpusIsQueueing)
{
    Fabric const fabric = build_fabric(small_scenario());
    Schedule incast = one_message(512);
    incast.table[2] = incast.table[3] = incast.table[1];
    EngineInput const input{engine_network(fabric, {}), incast, {256, 16, 16}};
    Breakdown const b = break_down(fabric, input, run(input));
    EXPECT_NEAR(b.serialisation_us, 0.0272, 1e-9);
    EXPECT_NEAR(b.queueing_us, 2 * 0.0272, 1e-9);
    EXPECT_NEAR(b.total_us(), 0.218 + 3 * 0.0272, 1e-9);
}

TEST(Breakdown, NamesItsLargestPart)
{
    Breakdown b;
    b.added_us = 2;
    b.switch_us = 1;
    EXPECT_EQ(largest_part(b), "added");
    b.queueing_us = 3;
    EXPECT_EQ(largest_part(b), "queueing");
}

// Ids are dense: family 0 holds 4 x 1, family 1 4 x 5.
TEST(Route, TakesAMessageIdApart)
{
    CollectiveCall call;
    call.ranks = 4;
    Schedule const ring = find_algorithm("all_reduce", "ring")->make(call);
    MessageRef const m = find_message(ring, 4 + 2 * 4 + 3);
    EXPECT_EQ(m.family, &ring.families[1]);
    EXPECT_EQ(m.k, 2u);
    EXPECT_EQ(m.sender, 3u);
    EXPECT_EQ(m.first, 4u);
    EXPECT_EQ(find_message(ring, 24).family, nullptr);
}

}  // namespace
}  // namespace copperwall

// Which links packets choose by their queues where links are down for a while, or for good, against closed
// forms.
#include <gtest/gtest.h>

#include "cuda/unfinished.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/flows_over_spines.h"

namespace copperwall::testing {
namespace {

EngineOptions hashed(Engine engine)
{
    EngineOptions options;
    options.engine = engine;
    options.hash = true;
    return options;
}

//! Of both engines.
EngineResult ran(Network const& network, Schedule const& schedule)
{
    EngineInput const input{network, schedule, kPackets};
    EngineResult const expected = run_everywhere(input, hashed(Engine::reference));
    EXPECT_TRUE(equal_runs(run_everywhere(input, hashed(Engine::windows)), expected));
    return expected;
}

//! What both leave; those that completed are not in it.
std::vector<UnfinishedTransfer> left_over(Network const& network, Schedule const& schedule)
{
    std::vector<UnfinishedTransfer> left;
    std::string said;
    for (Engine const engine : {Engine::reference, Engine::windows}) {
        try {
            run({network, schedule, kPackets}, hashed(engine));
            ADD_FAILURE() << "all transfers completed";
        } catch (Unfinished const& error) {
            if (engine == Engine::windows) {
                EXPECT_EQ(error.what(), said);
            }
            said = error.what();
            left = error.transfers;
        }
    }
    return left;
}

//! From the first leaf up.
LinkId link_up(Network const& network, Shape const& shape, std::uint32_t spine)
{
    return network.nodes[network.gpus].first_egress + shape.per_leaf + spine;
}

Network with_links_down(Shape const& shape, Spreading spreading, std::vector<std::uint32_t> const& spines,
                        Outage const& outage)
{
    Network network = network_of(shape, spreading);
    for (std::uint32_t const spine : spines) take_down(network, link_up(network, shape, spine), {outage});
    return network;
}

// One flow over two links up: packet k is at the leaf at latency + k packets and finds both idle, so that it
// takes them in turn. While one is down all take the other, which is just as idle, and nothing is late.
TEST(AdaptiveOutage, IsAvoidedByPacketsThatChooseWhileItLasts)
{
    Shape const shape = leaves_of(2, 1, 2);
    Schedule const flow = messages_to({1, kNone});
    Time const down = shape.latency_fs + 50 * kPacket;
    for (std::uint32_t const long_in_packets : {1u, 7u, 60u, 150u, 0u}) {
        Time const up = long_in_packets == 0 ? kNever : down + long_in_packets * kPacket;
        std::uint32_t const avoiding = long_in_packets == 0 ? (kEach - 50) / 2 : (long_in_packets + 1) / 2;
        Network const network = with_links_down(shape, kAdaptive, {0}, {down, up});
        EngineResult const result = ran(network, flow);
        EXPECT_EQ(result.finish_fs, ways(shape) + kEach * kPacket);
        EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, kEach / 2 - avoiding);
        EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, kEach / 2 + avoiding);
    }
    // In turn, 75 of the last 150 packets wait until all others are gone.
    EXPECT_EQ(ran(with_links_down(shape, kInTurn, {0}, {down, down + 150 * kPacket}), flow).finish_fs,
              ways(shape) + (kEach + 75) * kPacket);
}

//! Of four flows into two links up, four packets come every 4 ns and two go. After 50 times four a link has
//! got 100, and 50 of them wait.
Shape crowded()
{
    return leaves_of(2, 4, 2);
}
Schedule four_flows()
{
    return messages_to({4, 5, 6, 7, kNone, kNone, kNone, kNone});
}
constexpr std::uint32_t kWait = 50;
Time fifty_in(Shape const& shape)
{
    return shape.latency_fs + kWait * kPacket;
}

// The first link is then down for j packets. Those 50 stay and wait. Of the others the first j take the
// second link, whose queue is so much shorter, and then both alike: 600 packets and j, by two, behind 100.
// Both links end at once, j/2 later than without.
TEST(AdaptiveOutage, HoldsWhatHadChosenBefore)
{
    Shape const shape = crowded();
    Time const down = fifty_in(shape);
    for (std::uint32_t const j : {2u, 100u, 400u, 600u}) {
        Network const network = with_links_down(shape, kAdaptive, {0}, {down, down + j * kPacket});
        EngineResult const result = ran(network, four_flows());
        LinkUse const& first = result.links[link_up(network, shape, 0)];
        LinkUse const& second = result.links[link_up(network, shape, 1)];
        EXPECT_EQ(first.packets, 100 + (600 - j) / 2);
        EXPECT_EQ(second.packets, 100 + (600 + j) / 2);
        Time const end = shape.latency_fs + (2 * kEach + j / 2) * kPacket;
        EXPECT_EQ(first.last_end_fs, end);
        EXPECT_EQ(second.last_end_fs, end);
    }
}

TEST(AdaptiveOutage, ShiftsWhatFollowsWhereAllLinksAreDown)
{
    Shape const shape = crowded();
    Time const down = fifty_in(shape);
    for (Time const d : {Time{1}, 3 * kFsPerNs, 100 * kPacket, 5000 * kPacket}) {
        Network const network = with_links_down(shape, kAdaptive, {0, 1}, {down, down + d});
        EngineResult const result = ran(network, four_flows());
        for (std::uint32_t const spine : {0u, 1u}) {
            EXPECT_EQ(result.links[link_up(network, shape, spine)].packets, 2 * kEach);
            EXPECT_EQ(result.links[link_up(network, shape, spine)].last_end_fs,
                      shape.latency_fs + 2 * kEach * kPacket + d);
        }
    }
}

TEST(AdaptiveOutage, ForGoodFromTheStartLeavesAllToTheOtherLink)
{
    Shape const shape = crowded();
    Network const network = with_links_down(shape, kAdaptive, {0}, {0, kNever});
    EngineResult const result = ran(network, four_flows());
    EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, 0);
    EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, 4 * kEach);
    EXPECT_EQ(result.links[link_up(network, shape, 1)].last_end_fs, shape.latency_fs + 4 * kEach * kPacket);
}

// The 50 that wait stay for good; all others come through.
TEST(AdaptiveOutage, ForGoodLeavesWhatHadChosenBefore)
{
    Shape const shape = crowded();
    std::uint32_t packets = 0;
    auto const left =
        left_over(with_links_down(shape, kAdaptive, {0}, {fifty_in(shape), kNever}), four_flows());
    for (UnfinishedTransfer const& transfer : left) packets += transfer.packets_left;
    EXPECT_EQ(packets, kWait);
}

TEST(AdaptiveOutage, ForGoodOfAllLinksLeavesTheTransfer)
{
    Shape const shape = leaves_of(2, 1, 2);
    Time const down = shape.latency_fs + 60 * kPacket;
    Network network = with_links_down(shape, kAdaptive, {0}, {down - 10 * kPacket, kNever});
    take_down(network, link_up(network, shape, 1), {{down, kNever}});
    auto const left = left_over(network, messages_to({1, kNone}));
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].packets_left, kEach - 60);
}

// The first spine's link down is away until long after all packets are gone from the leaf, which goes on
// sending it half of them. They leave one after another when it is back.
TEST(AdaptiveOutage, IsNotSeenFromOtherSwitches)
{
    Shape const shape = leaves_of(2, 1, 2);
    Network network = network_of(shape, kAdaptive);
    NodeId const spine = network.gpus + shape.leaves;
    Time const up = 10 * kFsPerUs;
    take_down(network, network.nodes[spine].first_egress + 1, {{0, up}});  // to the second leaf
    EXPECT_EQ(ran(network, messages_to({1, kNone})).finish_fs,
              up + kEach / 2 * kPacket + shape.spine_latency_fs + shape.latency_fs);
}

// The gpu's own link: half of the packets, nothing for d, then one every 8 ns, of which each is late by a
// packet at the leaf, where it waits for its tail. Queues stay empty.
TEST(AdaptiveOutage, OfAGpuMayLeaveItSlower)
{
    Shape const shape = leaves_of(2, 1, 2);
    for (Time const d : {Time{1}, kPacket, 1000 * kPacket}) {
        Network network = network_of(shape, kAdaptive);
        network.rates_Bps.push_back(kRate_Bps / 2);
        Time const down = kEach / 2 * kPacket;
        take_down(network, 0, {{down, down + d, 1}});
        EngineResult const result = ran(network, messages_to({1, kNone}));
        EXPECT_EQ(result.finish_fs, down + d + kEach / 2 * 2 * kPacket + ways(shape));
        EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, kEach / 2);
    }
}

TEST(AdaptiveOutage, AmpleBuffersChangeNothing)
{
    for (std::uint64_t seed = 1; seed != 30; ++seed) {
        Network const network =
            with_random_outages(network_of(leaves_of(3, 4, 3), kAdaptive), 3 * kFsPerUs, seed);
        Schedule const flows = messages_to({4, 8, 5, 9, 0, 8, 9, 1, 2, 3, 4, 5});
        EXPECT_TRUE(equal_runs(ran(with_slots(network, 1u << 20), flows), ran(network, flows))) << seed;
    }
}

TEST(AdaptiveOutage, LeavesNoLinkOfASetSlower)
{
    Shape const shape = leaves_of(2, 1, 2);
    Network network = network_of(shape, kAdaptive);
    network.rates_Bps.push_back(kRate_Bps / 2);
    take_down(network, link_up(network, shape, 0), {{0, kPacket, 1}});
    try {
        run({network, messages_to({1, kNone}), kPackets});
        FAIL() << "it ran";
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(error.what(),
                     "node 2: egress port 1 changes its rate, but is one of a set, all of one "
                     "rate");
    }
}

}  // namespace
}  // namespace copperwall::testing

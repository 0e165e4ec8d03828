// Routes that are planned anew when a link is down, against closed forms.
#include <gtest/gtest.h>

#include <stdexcept>

#include "cuda/check.h"
#include "cuda/unfinished.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/flows_over_spines.h"

namespace copperwall::testing {
namespace {

EngineResult ran(Network const& network, Schedule const& schedule)
{
    EngineInput const input{network, schedule, kPackets};
    EngineOptions options;
    options.hash = true;
    options.engine = Engine::reference;
    EngineResult const expected = run_everywhere(input, options);
    options.engine = Engine::windows;
    EXPECT_TRUE(equal_runs(run_everywhere(input, options), expected));
    return expected;
}

//! Two leaves and two spines; all to other leaves goes by the first spine, from `at` on by the second.
Network by_second_spine_from(Shape const& shape, Time at)
{
    Network network = network_of(shape, kByHash);
    auto const sets = network.routes;
    network.routes.clear();
    network.replanned_fs = {at};
    for (std::uint32_t const spine : {0u, 1u})
        for (std::uint16_t const route : sets) {
            bool const is_set = route != kNoRoute && route >= kFirstPortSet;
            network.routes.push_back(
                is_set ? static_cast<std::uint16_t>(network.port_of(network.ports_of(route), spine)) : route);
        }
    return network;
}

LinkId link_up(Network const& network, Shape const& shape, std::uint32_t spine)
{
    return network.nodes[network.gpus].first_egress + shape.per_leaf + spine;
}

//! When the first leaf has got `packets` packets of a flow.
Time after_packets(Shape const& shape, std::uint32_t packets)
{
    return shape.latency_fs + packets * kPacket;
}

// Nothing is down: packets go by the routes of the time at which they are at the leaf, and none is late.
TEST(Replan, HoldsForPacketsThatComeLater)
{
    Shape const shape = leaves_of(2, 1, 2);
    for (std::uint32_t const packets : {1u, 70u, 199u}) {
        for (Time const offset : {Time{-1}, Time{0}, Time{1}}) {
            Network const network = by_second_spine_from(shape, after_packets(shape, packets) + offset);
            EngineResult const result = ran(network, messages_to({1, kNone}));
            EXPECT_EQ(result.finish_fs, ways(shape) + kEach * kPacket);
            std::uint32_t const first = packets + (offset > 0 ? 1 : 0);
            EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, first);
            EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, kEach - first);
        }
    }
}

// The link is lost behind 50 packets. The next j wait for it, until they and all others go by the second
// spine, j packets' times late. Finite buffers of a round trip hold the sender back and change nothing.
TEST(Replan, TakesWhatWaitsForALostLinkByAnother)
{
    Shape const shape = leaves_of(2, 1, 2);
    for (std::uint32_t const slots : {0u, 120u, 300u})
        for (std::uint32_t const j : {0u, 1u, 40u, 150u}) {
            Time const down = after_packets(shape, 50);
            Network network = with_slots(by_second_spine_from(shape, down + j * kPacket), slots);
            take_down(network, link_up(network, shape, 0), {{down, kNever}});
            EngineResult const result = ran(network, messages_to({1, kNone}));
            EXPECT_EQ(result.finish_fs, ways(shape) + (kEach + j) * kPacket) << slots << " slots, " << j;
            EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, 50);
            EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, kEach - 50);
        }
}

// Two gpus send to two; when 100 packets have come, 50 of them wait, and the link goes down. The flow to gpu
// 3 has another way then and takes its 25 along; the other's 25 stay in their order, and go on when it is
// back.
TEST(Replan, LeavesWhatHasNoOtherWay)
{
    Shape const shape = leaves_of(2, 2, 2);
    Time const down = after_packets(shape, 50);
    Time const up = down + 1000 * kPacket;
    Network network = by_second_spine_from(shape, down);
    std::size_t const first_leaf = network.switches() * network.gpus;
    network.routes[first_leaf + 2] = network.route(network.gpus, 2);
    take_down(network, link_up(network, shape, 0), {{down, up}});
    EngineResult const result = ran(network, messages_to({2, 3, kNone, kNone}));
    EXPECT_EQ(result.links[link_up(network, shape, 0)].packets, 25 + kEach);
    EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, kEach - 25);
    EXPECT_EQ(result.links[link_up(network, shape, 1)].last_end_fs, down + (kEach - 25) * kPacket);
    EXPECT_EQ(result.finish_fs, up + (kEach - 25) * kPacket + ways(shape) - shape.latency_fs);
    EXPECT_EQ(result.messages[1].complete, down + (kEach - 25) * kPacket + ways(shape) - shape.latency_fs);
}

// Gpu 0 sends at half the rate. Its first packet might leave by the first spine at 4 ns, behind the time at
// which the second is chosen; by that, as slow as itself, it may leave at once. That link is down then, and
// holds what comes in the order of both gpus. Of gpu 1 the first has left before.
TEST(Replan, TakesPacketsThatMayLeaveBeforeByANewWay)
{
    Shape const shape = leaves_of(2, 2, 2);
    Time const at = shape.latency_fs + 3 * kFsPerNs;
    Network network = by_second_spine_from(shape, at);
    network.rates_Bps.push_back(kRate_Bps / 2);
    for (LinkId const slow : {network.nodes[0].first_egress, link_up(network, shape, 1)})
        network.links[slow].rate = 1;
    network.links[network.nodes[0].first_egress].arrival = Arrival::head;
    network.links[network.nodes[1].first_egress].arrival = Arrival::head;
    take_down(network, link_up(network, shape, 1), {{shape.latency_fs / 2, at + kFsPerUs}});
    EngineResult const result = ran(network, messages_to({2, 3, kNone, kNone}));
    EXPECT_EQ(result.links[link_up(network, shape, 1)].packets, 2 * kEach - 1);
    EXPECT_EQ(result.links[link_up(network, shape, 1)].last_end_fs,
              at + kFsPerUs + (2 * kEach - 1) * 2 * kPacket);
}

// Every way is four links, whichever plan holds where.
TEST(Replan, CountsTheLongestWayOfAllPlans)
{
    Network const network = by_second_spine_from(leaves_of(2, 1, 2), kFsPerUs);
    EXPECT_EQ(longest_route(network), 4u);
}

std::string refused(Network const& network)
{
    try {
        run({network, messages_to({1, kNone}), kPackets});
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
    return {};
}

TEST(Replan, NeedsRoutesForEveryTime)
{
    Network const good = by_second_spine_from(leaves_of(2, 1, 2), kFsPerUs);
    EXPECT_EQ(refused(good), "");
    Network network = good;
    network.replanned_fs = {0};
    EXPECT_EQ(refused(network),
              "network: routes planned anew at 0 fs, not behind the time before or past 2^61 fs");
    network = good;
    network.replanned_fs.push_back(2 * kFsPerUs);
    EXPECT_EQ(refused(network), "network: 16 routes, not 24 (switches x gpus, anew for each time)");
    network = good;
    network.routes[network.switches() * network.gpus] = kNoRoute;
    EXPECT_EQ(refused(network), "routes: node 2 to gpu 0, planned anew at 1000000000 fs by none any more");
    network = good;
    network.spreading.adaptive = true;
    EXPECT_EQ(refused(network), "network: routes planned anew beside packets that choose by queues");
    network = with_channels(with_slots(good, 8), 2, ChannelBy::receiver);
    EXPECT_EQ(refused(network), "network: routes planned anew beside channels");
}

}  // namespace
}  // namespace copperwall::testing

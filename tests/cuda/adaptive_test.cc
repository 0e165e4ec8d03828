// What choosing the shortest queue does, against closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "cuda/spread.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/flows_over_spines.h"

namespace copperwall::testing {
namespace {

// Gpus 0 and 1 of one leaf send to gpus 2 and 3 of the other. Where the hash gives both messages one of the
// two links up, these share it: twice the packets, one after another. By queues each packet finds an idle
// link.
TEST(Adaptive, SpreadsFlowsThatAHashPutsOnOneLink)
{
    Shape const shape = leaves_of(2, 2, 2);
    NodeId const leaf = 4;
    std::uint32_t row = 0;
    auto const port = [&](std::uint32_t gpu) { return spread_of_message(leaf, 4 * row + gpu) % 2; };
    while (port(0) != port(1)) ++row;
    Schedule const flows = messages_to({2, 3, kNone, kNone}, row);
    auto const finish = [&](Spreading spreading) {
        return run_everywhere({network_of(shape, spreading), flows, kPackets}).finish_fs;
    };
    EXPECT_EQ(finish(kByHash), ways(shape) + 2 * kEach * kPacket);
    EXPECT_EQ(finish(kAdaptive), ways(shape) + kEach * kPacket);
}

//! Every gpu to one of another leaf, and no two to the same.
std::vector<std::uint32_t> permutation(std::uint32_t leaves, std::uint32_t per_leaf, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::uint32_t const gpus = leaves * per_leaf;
    std::vector<std::uint32_t> to(gpus);
    std::iota(to.begin(), to.end(), 0u);
    auto const at_home = [&] {
        for (std::uint32_t g = 0; g != gpus; ++g)
            if (to[g] / per_leaf == g / per_leaf) return true;
        return false;
    };
    while (at_home())
        for (std::uint32_t i = gpus; i > 1; --i)
            std::swap(to[i - 1], to[static_cast<std::size_t>(random.between(0, i - 1))]);
    return to;
}

// All inputs of a leaf bring a packet every 4 ns. A link that has more than another is chosen only where all
// have as much, so that none is ever a packet ahead of another.
TEST(Adaptive, BalancesAPermutationWithinAPacketAndIsNoSlowerThanAHash)
{
    for (std::uint32_t const spines : {3u, 6u}) {
        Shape const shape = leaves_of(5, 6, spines);
        Network const adaptive = network_of(shape, kAdaptive);
        for (std::uint64_t seed = 1; seed != 20; ++seed) {
            Schedule const flows = messages_to(permutation(5, 6, seed));
            EngineResult const result = run_everywhere({adaptive, flows, kPackets});
            EngineResult const hashed = run_everywhere({network_of(shape, kByHash), flows, kPackets});
            EXPECT_LE(result.finish_fs, hashed.finish_fs) << seed;
            EXPECT_GE(result.finish_fs, ways(shape) + kEach * kPacket * 6 / spines) << seed;
            for (NodeId leaf = adaptive.gpus; leaf != adaptive.gpus + shape.leaves; ++leaf) {
                auto const up = result.links.begin() + adaptive.nodes[leaf].first_egress + shape.per_leaf;
                auto const [least, most] = std::minmax_element(
                    up, up + spines,
                    [](LinkUse const& a, LinkUse const& b) { return a.packets < b.packets; });
                EXPECT_LE(most->packets - least->packets, 1) << "leaf " << leaf << ", seed " << seed;
            }
        }
    }
}

// One flow finds every link idle, so that its packets take them in turn.
TEST(Adaptive, DealsOutWhereAllQueuesAreEmpty)
{
    Shape const shape = leaves_of(2, 2, 2);
    Schedule const flow = messages_to({3, kNone, kNone, kNone});
    EngineOptions options;
    options.hash = true;
    EXPECT_EQ(run_everywhere({network_of(shape, kAdaptive), flow, kPackets}, options).hop_hash,
              run_everywhere({network_of(shape, kInTurn), flow, kPackets}, options).hop_hash);
}

//! Slots behind the link from the first leaf to the first spine.
Network with_slots_to_first_spine(Shape const& shape, Spreading spreading, std::uint32_t slots)
{
    Network network = network_of(shape, spreading);
    NodeId const leaf = network.gpus;
    NodeId const spine = leaf + shape.leaves;
    for (Link& link : network.links)
        if (link.from == leaf && link.to == spine) link.slots = slots;
    return network;
}

// 4 packets wait for room behind a link of 400 ns there and back. In turn, half of the packets do. By queues
// one at most waits in the leaf, as the other link is free each time a packet comes.
TEST(Adaptive, SeesWhatCreditsHoldBack)
{
    Shape const shape = leaves_of(2, 1, 2);
    Time const round_trip = 2 * shape.spine_latency_fs;
    Schedule const flow = messages_to({1, kNone});
    auto const finish = [&](Spreading spreading) {
        return run_everywhere({with_slots_to_first_spine(shape, spreading, 4), flow, kPackets}).finish_fs;
    };
    EXPECT_GE(finish(kInTurn), ways(shape) + (kEach / 2 / 4 - 1) * round_trip);
    EXPECT_LE(finish(kAdaptive), ways(shape) + kEach * kPacket + round_trip);
}

// The first spine's link down runs at a quarter of the rate. The leaf's own queues do not show that as long
// as the spine has room: half of the packets take four times as long each.
TEST(Adaptive, DoesNotSeeTheQueuesOfOtherSwitches)
{
    Shape const shape = leaves_of(2, 1, 2);
    Network network = network_of(shape, kAdaptive);
    network.rates_Bps.push_back(kRate_Bps / 4);
    NodeId const spine = network.gpus + shape.leaves;
    network.links[network.nodes[spine].first_egress + 1].rate = 1;  // to the second leaf
    EXPECT_GE(run_everywhere({network, messages_to({1, kNone}), kPackets}).finish_fs,
              ways(shape) + kEach / 2 * 4 * kPacket);
}

}  // namespace
}  // namespace copperwall::testing

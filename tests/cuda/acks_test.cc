// Acknowledgements as packets of their own, against what is counted by hand.
#include <gtest/gtest.h>

#include "cuda/check.h"
#include "cuda/link_back.h"
#include "tests/cuda/support/exactness.h"
#include "tests/cuda/support/packet_times.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

constexpr Time kAck = kPacket / 16;  //!< 17 B
constexpr PacketFormat kAcked{256, 16, 16, 0, 17};

//! So many packets from gpu 0 to gpu 1 and from 1 to 0.
Schedule between_two(std::int64_t from_0, std::int64_t from_1)
{
    Schedule s;
    s.gpus = 2;
    Family f;
    f.count = 1;
    f.table = 0;
    s.families = {f};
    s.table = {{1, 256 * from_0, 0}, {from_1 == 0 ? kNone : 0, 256 * from_1, 0}};
    return s;
}

EngineResult run_both(EngineInput const& input)
{
    EngineResult const result = windows(input);
    EXPECT_TRUE(equal_runs(result, reference(input)));
    return result;
}

// Packet k starts at k and is there at k + 21, in packet times; its acknowledgement starts then.
TEST(Acks, OfAFlowGoTheOtherWayAndHinderNothing)
{
    Network const network = switched(2);
    EngineResult const result = run_both({network, between_two(10, 0), kAcked});
    EXPECT_EQ(result.messages[0].complete, (9 + 21) * kPacket);
    LinkUse const& back = result.links[network.nodes[1].first_egress];
    EXPECT_EQ(back.packets, 10);
    EXPECT_EQ(back.wire_bytes, 10 * 17);
    EXPECT_EQ(back.busy_fs, 10 * kAck);
    EXPECT_EQ(back.last_end_fs, (9 + 21) * kPacket + kAck);
    EXPECT_EQ(result.hops, 40);
}

// The first comes at 21, as packet 20 ends; from then on one goes before every packet, and packet k starts at
// k and k - 20 acknowledgements. Those that were sent before come at intervals of a packet, so none waits for
// two.
TEST(Acks, TakeTurnsWithPacketsTheOtherWay)
{
    EngineResult const result = run_both({switched(2), between_two(30, 30), kAcked});
    for (MessageId m : {0u, 1u}) EXPECT_EQ(result.messages[m].complete, (29 + 21) * kPacket + 9 * kAck);
}

// One slot: packets start at 0, 20 and 41, when the slot at the switch is free, and leave it at 10, 31 and
// 52, when that at the gpu is; the last is there at 63. They end as acknowledgements begin, at 21 and 42.
TEST(Acks, TakeNoSlots)
{
    Network const network = with_slots(switched(2), 1);
    for (PacketFormat const& format : {kAcked, kNvlink}) {
        EngineResult const result = run_both({network, between_two(3, 3), format});
        for (MessageId m : {0u, 1u}) EXPECT_EQ(result.messages[m].complete, 63 * kPacket);
    }
}

// One way a link carries 256 of 272 B, both ways 256 of 289.
TEST(Acks, LeaveWhatIsReservedForThem)
{
    constexpr std::int64_t kPackets = 20'000;
    double const wire_fs = static_cast<double>(kPackets) * kPacket;
    auto const finish = [&](std::int64_t from_1) {
        return static_cast<double>(run_both({switched(2), between_two(kPackets, from_1), kAcked}).finish_fs);
    };
    EXPECT_NEAR(finish(0) / wire_fs, 1.0, 2e-3);
    EXPECT_NEAR(finish(kPackets) / wire_fs, 289.0 / 272.0, 2e-3);
}

TEST(Acks, AreAsLongAsThoseOfAllFrames)
{
    PacketFormat const cells{1024, 16, 16, 256, 17};
    EXPECT_EQ(wire_bytes(cells, 64 + 64), 4 * 17);
    EXPECT_EQ(wire_bytes(cells, 64 + 17), 2 * 17);
    EXPECT_EQ(wire_bytes(cells, 64 + 1), 17);
    PacketFormat const parts{256, 58, 16, 1024, 18};
    EXPECT_EQ(wire_bytes(parts, 16 + 16), 5);  // a quarter, rounded up
    EXPECT_EQ(wire_bytes(parts, 16 + 3), 18);  // closes a frame
}

TEST(Acks, NeedAWayBack)
{
    Network network = switched(3);
    std::vector<LinkId> const back = links_back(network);
    for (LinkId link = 0; link != network.links.size(); ++link) {
        if (network.links[link].to >= network.gpus) {
            EXPECT_EQ(back[link], kNone);
            continue;
        }
        EXPECT_EQ(network.links[back[link]].from, network.links[link].to);
        EXPECT_EQ(network.links[back[link]].to, network.links[link].from);
    }
    Schedule one_way = between_two(3, 0);
    one_way.gpus = 3;
    one_way.table = {{1, 256, 0}, {}, {}};
    network.routes[0] = kNoRoute;  // to gpu 0
    EXPECT_NO_THROW(check(EngineInput{network, one_way, kNvlink}));
    EXPECT_THROW(check(EngineInput{network, one_way, kAcked}), std::invalid_argument);
}

TEST(Acks, AreNotBesideChannels)
{
    Network network = with_slots(switched(3), 4);
    EXPECT_NO_THROW(check(EngineInput{network, all_to_all(3, 1000), kAcked}));
    network.channels.count = 2;
    EXPECT_THROW(check(EngineInput{network, all_to_all(3, 1000), kAcked}), std::invalid_argument);
}

TEST(Acks, AreExactEverywhere)
{
    Network const even = leaf_spine(two_tiers(2));
    Network const uneven = with_random_links(even, 29);
    for (Network const& network : {even, uneven, with_slots(even, 6), with_random_slots(uneven, 29)}) {
        for (std::uint32_t const at_once : {1u, 3u}) {
            expect_exact({network, by_turns(all_to_all(36, 40'000), at_once), kAcked});
            expect_exact({network, by_turns(two_shot(36, 40'001), at_once), kAcked});
            expect_exact({network, by_turns(ring_all_reduce(36, 150'000, 12), at_once), kAcked});
            expect_exact(
                {network, by_turns(random_traffic(36, 12, 20'000, 300 * kFsPerNs, 29), at_once), kAcked});
        }
    }
}

}  // namespace
}  // namespace copperwall::testing

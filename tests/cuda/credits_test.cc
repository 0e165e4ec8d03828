// What finite input buffers do, against closed forms.
#include "cuda/credits.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cuda/engine.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

constexpr PacketFormat kPackets{256, 16, 16};
constexpr std::int64_t kRate_Bps = 68'000'000'000;  //!< 272 B in 4 ns, to the femtosecond
constexpr Time kPacket = 4 * kFsPerNs;

Shape switched(std::uint32_t gpus, Time latency)
{
    Shape s;
    s.per_leaf = gpus;
    s.rate_Bps = kRate_Bps;
    s.latency_fs = latency;
    return s;
}

//! One message of `packets` full packets from gpu 0 to `receiver`.
Schedule one_message(std::uint32_t gpus, std::uint32_t receiver, std::uint32_t packets)
{
    Schedule s;
    s.gpus = gpus;
    Family f;
    f.count = 1;
    f.table = 0;
    s.families = {f};
    s.table.resize(gpus);
    s.table[0] = {receiver, std::int64_t{packets} * 256, 0};
    return s;
}

//! Every slot goes round once in a round trip: packet k + slots starts a round trip after packet k.
Time last_start(std::uint32_t packets, std::uint32_t slots, Time round_trip)
{
    std::uint32_t const rounds = (packets - 1) / slots;
    return rounds * std::max(round_trip, slots * kPacket) + (packets - 1 - rounds * slots) * kPacket;
}

//! The same network with `slots` where links of the classes from `first_class` on end.
Network with_slots_from(Network network, std::uint16_t first_class, std::uint32_t slots)
{
    for (Link& link : network.links)
        if (link.link_class >= first_class) link.slots = slots;
    return network;
}

// 10 packet times there and 10 back, for the head of a packet into the switch: 16 slots carry 16 / 20 of the
// rate, 20 all of it. A gpu frees its slot with the packet's tail: 21 carry all.
TEST(Credits, CarrySlotsPerRoundTrip)
{
    Time const latency = 10 * kPacket;
    Schedule const message = one_message(2, 1, 1000);
    for (std::uint32_t const slots : {1u, 5u, 16u, 19u, 20u, 21u, 40u}) {
        Network into_gpu = with_slots_from(leaf_spine(switched(2, latency)), 1, slots);
        Network into_switch = with_slots(into_gpu, 0);
        for (NodeId gpu = 0; gpu != 2; ++gpu) into_switch.links[gpu].slots = slots;
        Time const way = 2 * latency + kPacket;
        EXPECT_EQ(run_everywhere({into_switch, message, kPackets}).finish_fs,
                  way + last_start(1000, slots, 20 * kPacket));
        EXPECT_EQ(run_everywhere({into_gpu, message, kPackets}).finish_fs,
                  way + last_start(1000, slots, 21 * kPacket));
    }
    EXPECT_NEAR(1000.0 * kPacket / static_cast<double>(last_start(1000, 16, 20 * kPacket)), 0.8, 0.01);
}

// 5 us of fibre between leaf and spine: 64 slots carry 64 x 4 ns in 10 us, 2.56 %; for all of the rate they
// would have to be 2500.
TEST(Credits, StarveALongLink)
{
    Shape shape = switched(2, 100 * kFsPerNs);
    shape.leaves = 2;
    shape.spines = 1;
    shape.spine_latency_fs = 5000 * kFsPerNs;
    for (std::uint32_t const slots : {64u, 625u, 2500u}) {
        Network const network = with_slots_from(leaf_spine(shape), 2, slots);
        Time const ways = 2 * shape.latency_fs + 2 * shape.spine_latency_fs + kPacket;
        Time const finish = run_everywhere({network, one_message(4, 2, 5000), kPackets}).finish_fs;
        EXPECT_EQ(finish, ways + last_start(5000, slots, 2 * shape.spine_latency_fs)) << slots;
    }
}

//! When the sender of a gpu's message has nothing more to send.
Time last_end(EngineResult const& result, Network const& network, std::uint32_t gpu)
{
    return result.links[network.nodes[gpu].first_egress].last_end_fs;
}

// 8 senders to one port. Buffers that hold a round trip keep the port busy, so the end is the same; but what
// was in the switch now waits at the senders, until their last packets find slots.
TEST(Credits, KeepAnIncastAtItsSenders)
{
    constexpr std::uint32_t kPacketsEach = 400;
    constexpr std::uint32_t kSlots = 24;
    Network const infinite = leaf_spine(switched(9, 10 * kPacket));
    Network const finite = with_slots(infinite, kSlots);
    Schedule const schedule = incast(9, kPacketsEach * 256);
    EngineResult const flooded = run_everywhere({infinite, schedule, kPackets});
    EngineResult const held_back = run_everywhere({finite, schedule, kPackets});
    EXPECT_EQ(flooded.finish_fs, 8 * kPacketsEach * kPacket + 20 * kPacket);
    EXPECT_EQ(held_back.finish_fs, flooded.finish_fs);
    for (std::uint32_t gpu = 1; gpu != 9; ++gpu) {
        EXPECT_EQ(last_end(flooded, infinite, gpu), kPacketsEach * kPacket);
        // Its last packet took the slot of the one 24 before it, and the port serves all senders in turn.
        EXPECT_GE(last_end(held_back, finite, gpu), (kPacketsEach - kSlots - 2) * 8 * kPacket);
    }
}

// Gpu 1 sends to gpu 0, which 7 others flood, and then to gpu 9, which nobody else does. Its packets for gpu
// 0 fill its slots in the switch, so that the way to the idle gpu 9 is closed until they drain.
TEST(Credits, LetAHotPortBlockItsNeighbours)
{
    constexpr std::uint32_t kPacketsEach = 400;
    constexpr std::uint32_t kSlots = 24;
    Schedule schedule = incast(9, kPacketsEach * 256);
    schedule.gpus = 10;
    Family f;
    f.count = 2;
    f.table = 0;
    schedule.families = {f};
    schedule.table.assign(20, {});
    for (std::uint32_t gpu = 1; gpu != 9; ++gpu) schedule.table[gpu] = {0, kPacketsEach * 256, 0};
    schedule.table[11] = {9, 256, 0};
    Network const infinite = leaf_spine(switched(10, 10 * kPacket));
    auto const arrives = [&](Network const& network) {
        return run_everywhere({network, schedule, kPackets}).messages[11].complete;
    };
    EXPECT_EQ(arrives(infinite), (kPacketsEach + 1) * kPacket + 20 * kPacket);
    EXPECT_GE(arrives(with_slots(infinite, kSlots)), (kPacketsEach - kSlots - 2) * 8 * kPacket);
}

TEST(LaterOf, IsTheMaximumOfTwoSequences)
{
    for (Time a0 = 0; a0 != 12; ++a0) {
        for (Time spacing_a = 0; spacing_a != 5; ++spacing_a) {
            for (Time spacing_c = 0; spacing_c != 5; ++spacing_c) {
                Instants a{a0, spacing_a, 7};
                Instants c{5, spacing_c, 9};
                for (std::uint32_t k = 0; a.count != 0;) {
                    Instants const piece = later_of(a, c);
                    ASSERT_GE(piece.count, 1u);
                    for (std::uint32_t i = 0; i != piece.count; ++i, ++k)
                        ASSERT_EQ(piece.time + i * piece.spacing_fs,
                                  std::max(a0 + k * spacing_a, 5 + k * spacing_c));
                    a.drop(piece.count);
                    c.drop(piece.count);
                }
            }
        }
    }
}

}  // namespace
}  // namespace copperwall::testing

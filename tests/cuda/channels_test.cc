// What channels of finite buffers do, against closed forms and, packet by packet, against their law.
#include "cuda/channels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cuda/reference.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

constexpr PacketFormat kPackets{256, 16, 16};
constexpr std::int64_t kRate_Bps = 68'000'000'000;  //!< 272 B in 4 ns, to the femtosecond
constexpr Time kPacket = 4 * kFsPerNs;

Shape switched(std::uint32_t gpus)
{
    Shape s;
    s.per_leaf = gpus;
    s.rate_Bps = kRate_Bps;
    s.latency_fs = 10 * kPacket;
    return s;
}

//! Gpus 1 .. 8 send 400 packets each to gpu 0, and gpu 1 then one to gpu 9: message 11.
Schedule flood_and_one()
{
    Schedule s;
    s.gpus = 10;
    Family f;
    f.count = 2;
    f.table = 0;
    s.families = {f};
    s.table.assign(20, {});
    for (std::uint32_t gpu = 1; gpu != 9; ++gpu) s.table[gpu] = {0, 400 * 256, 0};
    s.table[11] = {9, 256, 0};
    return s;
}

Time arrives(Network const& network, std::uint32_t message)
{
    EngineInput const input{network, flood_and_one(), kPackets};
    EngineOptions by_heap;
    by_heap.engine = Engine::reference;
    EngineResult const result = run_everywhere(input);
    EXPECT_EQ(result.messages[message].complete, run(input, by_heap).messages[message].complete);
    return result.messages[message].complete;
}

// In packet times: gpu 1 fills the 24 slots of its channel to gpu 0 by 24. Its first packet leaves the switch
// as it comes, at 10, so that its credit is back at 20 and a 25th follows at 24; its second waits for the
// first of 7 others, leaves at 18 and gives its credit back at 28. So at 25 the port has nothing to start in
// that channel, and the packet for gpu 9 goes: 10 to the switch, 10 on, and itself.
TEST(Channels, LetOthersPassWhatWaitsForAHotPort)
{
    Network const network = with_slots(leaf_spine(switched(10)), 24);
    EXPECT_EQ(arrives(with_channels(network, 2), 11), (25 + 20 + 1) * kPacket);
    EXPECT_EQ(arrives(with_channels(network, 8), 11), (25 + 20 + 1) * kPacket);
    // 0 and 9 share one of 3 channels: 400 packets go first, one in 8 of those that the hot port serves.
    EXPECT_GE(arrives(with_channels(network, 3), 11), (400 - 24 - 2) * 8 * kPacket);
    EXPECT_EQ(arrives(with_channels(network, 3), 11), arrives(network, 11));
}

// One slot and 20 packet times of a round trip, 21 into a gpu: in one channel a packet starts every 20 or 21;
// messages to gpus 1 and 2 in two channels do so side by side, half as long apart.
TEST(Channels, EachHaveTheirSlots)
{
    Schedule s;
    s.gpus = 4;
    Family f;
    f.count = 2;
    f.table = 0;
    s.families = {f};
    s.table.assign(8, {});
    s.table[0] = {1, 100 * 256, 0};
    s.table[4] = {2, 100 * 256, 0};
    Network const network = with_slots(leaf_spine(switched(4)), 1);
    auto const finish = [&](std::uint32_t channels) {
        return run_everywhere({with_channels(network, channels), s, kPackets}).finish_fs;
    };
    // The slot at the gpu is the slower: packet k + 1 leaves the switch 21 after packet k, its credit is back
    // 10 after that, and the next is there 10 later.
    EXPECT_EQ(finish(2), (1 + 20 + 99 * 21 + 1) * kPacket);
    EXPECT_GT(finish(1), 199 * 20 * kPacket);
}

// A circle of waiting links, opened by two channels; one slot in each.
TEST(Channels, RunRoundARing)
{
    for (std::uint32_t const slots : {1u, 2u, 16u}) {
        EngineInput const input{with_channels(ring_of_switches(slots), 2), all_to_all(3, 100'000), kPackets};
        EngineOptions options;
        options.hash = true;
        EngineResult const result = run_everywhere(input, options);
        EXPECT_EQ(result.hops, 3 * (3 + 4) * 131);  // of 33,328 or 33,344 B: 130 full packets, one short
        options.engine = Engine::reference;
        EXPECT_TRUE(equal_runs(run(input, options), result));
    }
}

}  // namespace
}  // namespace copperwall::testing

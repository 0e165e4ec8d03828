// The output queue of a slotted switch: N inputs, in each slot each of them sends with probability rho / N to
// the output looked at. The queue grows by A - 1 a slot, A binomial(N, rho / N), and never falls below 0:
//   mean wait = E[A (A - 1)] / (2 rho (1 - rho)) = (N - 1) / N * rho / (2 (1 - rho)) slots
// (Karol, Hluchyj, Morgan 1987; the right side by squaring the queue's recursion and Little's law).
#include <gtest/gtest.h>

#include <cmath>

#include "cuda/engine.h"
#include "tests/cuda/support/counter_random.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"

namespace copperwall::testing {
namespace {

using testing::run_everywhere;

constexpr PacketFormat kOneKilobyte{1000, 0, 1};
constexpr std::int64_t kRate = 10'000'000'000;
constexpr Time kSlot = 100 * kFsPerNs;  // 1000 B at 10 GB/s
constexpr std::uint32_t kInputs = 4;
constexpr std::uint32_t kArrivals = 100'000;  // of each input

EngineInput slotted(double load, std::uint64_t seed)
{
    Shape shape;
    shape.per_leaf = kInputs + 1;
    shape.rate_Bps = kRate;
    shape.into_switches = Arrival::tail;
    EngineInput input{leaf_spine(shape), {}, kOneKilobyte};
    CounterRandom random(seed);
    Schedule& s = input.schedule;
    s.gpus = kInputs + 1;
    Family f;
    f.count = kArrivals;
    f.table = 0;
    s.families = {f};
    std::vector<Time> slot(s.gpus, 0);
    for (std::uint32_t k = 0; k != kArrivals; ++k) {
        s.table.push_back({});
        for (std::uint32_t gpu = 1; gpu != s.gpus; ++gpu) {
            // Slots between the successes of independent trials are geometric.
            double const u = 1 - static_cast<double>(random.next() >> 11) * 0x1p-53;
            slot[gpu] += 1 + static_cast<Time>(std::log(u) / std::log1p(-load / kInputs));
            s.table.push_back({0, 1000, slot[gpu] * kSlot});
        }
    }
    return input;
}

double mean_wait_slots(EngineInput const& input)
{
    Time const empty = 2 * (input.network.links[0].latency_fs + kSlot);
    EngineResult const r = run_everywhere(input);
    double wait = 0;
    double packets = 0;
    for (MessageTimes const& m : r.messages) {
        if (m.ready == kNever) continue;
        Time const waited = m.complete - m.ready - empty;
        EXPECT_EQ(waited % kSlot, 0);
        wait += static_cast<double>(waited) / static_cast<double>(kSlot);
        packets += 1;
    }
    return wait / packets;
}

// Inputs do not queue, because no input sends twice in a slot. 400,000 arrivals: over twenty seeds the mean
// wait has a standard deviation of 0.6 % at rho = 0.5 and 1.1 % at 0.8; the bands are five of them.
TEST(SlottedOutputQueue, WaitsAsKarolHluchyjAndMorganSay)
{
    EXPECT_NEAR(mean_wait_slots(slotted(0.5, 51)), 3.0 / 4 * 0.5 / (2 * 0.5), 0.03 * 0.375);
    EXPECT_NEAR(mean_wait_slots(slotted(0.8, 52)), 3.0 / 4 * 0.8 / (2 * 0.2), 0.06 * 1.5);
}

}  // namespace
}  // namespace copperwall::testing

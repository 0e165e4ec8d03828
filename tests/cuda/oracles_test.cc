// Closed forms and other simulators' figures that the engine must give back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cuda/engine.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

constexpr double kFsPerUsD = 1e9;

//! 900 GB/s in one plane, store-and-forward, 250 ns a link (500 ns gpu to gpu), packets of 4 KiB with a
//! header of 2 B: the set-up of published runs of ns-3 and SimGrid.
constexpr PacketFormat kNs3{4096, 2, 1};
constexpr std::int64_t k64MiB = std::int64_t{64} << 20;

Shape ns3(std::uint32_t leaves)
{
    Shape s;
    s.leaves = leaves;
    s.per_leaf = 72;
    s.spines = leaves == 1 ? 0 : 72;
    s.rate_Bps = 900'000'000'000;
    s.latency_fs = s.spine_latency_fs = 250 * kFsPerNs;
    s.into_switches = Arrival::tail;
    return s;
}

double time_us(EngineInput const& input)
{
    return static_cast<double>(run_everywhere(input).finish_fs) / kFsPerUsD;
}

// 142 steps of chunk/B + alpha + p/B (one packet again at the switch) + 228 headers of 2 B:
//   142 (932067.56/900e3 + 0.5 + 4096/900e6 ...) = 218.778 us, which is ns-3's 218.78.
// Ours moves 932064 or 932080 B a step: at most 142 x 12.4 B / 900 GB/s = 2.0 ns more.
TEST(Oracle, RingOf72On64MiB)
{
    double const chunk = static_cast<double>(k64MiB) / 72;
    double const step_us = (chunk + 228 * 2) / 900e3 + 0.5 + 4098 / 900e3;
    double const closed_us = 142 * step_us;
    EXPECT_NEAR(closed_us, 218.778, 0.001);
    EXPECT_NEAR(time_us({leaf_spine(ns3(1)), ring_all_reduce(72, k64MiB, 142), kNs3}), closed_us, 0.0025);
}

// 71 messages of S/72 and their headers, one way, one packet again at the switch: 74.070 us; ns-3 74.07.
TEST(Oracle, AllToAllOf72On64MiB)
{
    double const closed_us = 71 * (static_cast<double>(k64MiB) / 72 + 228 * 2) / 900e3 + 0.5 + 4098 / 900e3;
    EXPECT_NEAR(closed_us, 74.07, 0.01);
    EXPECT_NEAR(time_us({leaf_spine(ns3(1)), all_to_all(72, k64MiB), kNs3}), closed_us, 0.0015);
}

// 8 racks: only 2 x 8 of the 1150 steps on a chunk's way leave a rack; each adds 500 ns and two more packet
// times, not every step: 737.33 us (ns-3 737.329), far from the 1299 us of a step-synchronous model.
TEST(Oracle, RingOf576InEightRacksPaysForSixteenCrossings)
{
    double const chunk = static_cast<double>(k64MiB) / 576;
    double const packets = std::ceil(chunk / 4096);
    double const packet_us = 4098 / 900e3;
    double const closed_us =
        1150 * ((chunk + packets * 2) / 900e3 + 0.5 + packet_us) + 16 * (0.5 + 2 * packet_us);
    EXPECT_NEAR(closed_us, 737.329, 0.01);
    EXPECT_NEAR(time_us({leaf_spine(ns3(8)), ring_all_reduce(576, k64MiB, 1150), kNs3}), closed_us, 0.03);
}

// Up to spine d mod 72, staggered: no two messages meet. 75.487 us in ns-3: 74.436 of bytes, 1.0 of latency,
// 0.037 of headers, four packets of up to 4.55 ns at the switches (0.01 - 0.014).
TEST(Oracle, AllToAllOf576MeetsNowhere)
{
    double const bytes_us = 575 * (static_cast<double>(k64MiB) / 576 + 29 * 2) / 900e3;
    double const simulated = time_us({leaf_spine(ns3(8)), all_to_all(576, k64MiB), kNs3});
    EXPECT_GE(simulated, bytes_us + 1.0);
    EXPECT_NEAR(simulated, 75.487, 0.01);
}

// M senders of s bytes to one: M s / B at the last port, one way, one packet time before it. Exact.
TEST(Oracle, IncastTakesTheBytesAndOneWay)
{
    Shape const shape = ns3(1);
    EngineResult const result = run_everywhere({leaf_spine(shape), incast(72, 1 << 20), kNs3});
    Time const packet = serialisation_fs(kNs3, 4096, shape.rate_Bps);
    EXPECT_EQ(result.finish_fs, 71 * 256 * packet + 2 * shape.latency_fs + packet);
}

//! Poisson arrivals of equal packets at one port: 64 senders, each on a link so fast that only the last
//! queues.
struct Queue {
    double mean_wait = 0;     //!< in service times
    double mean_waiting = 0;  //!< packets, by integrating the queue over time
    double arrivals_per_service = 0;
};

constexpr std::uint32_t kSenders = 64;
constexpr std::uint32_t kPerSender = 6000;

Network fast_in_slow_out()
{
    Shape shape;
    shape.per_leaf = kSenders + 1;
    shape.rate_Bps = 10'000'000'000;
    shape.into_switches = Arrival::tail;
    Network network = leaf_spine(shape);
    network.rates_Bps.push_back(10'000'000'000'000);
    for (Link& link : network.links)
        if (link.from < network.gpus) link.rate = 1;
    return network;
}

Schedule poisson(double load, Time service, std::uint64_t seed)
{
    CounterRandom random(seed);
    Schedule s;
    s.gpus = kSenders + 1;
    Family f;
    f.count = kPerSender;
    f.group = s.gpus;
    f.table = 0;
    std::vector<double> at(s.gpus, 0);
    double const mean_gap = static_cast<double>(service) * kSenders / load;
    for (std::uint32_t k = 0; k != kPerSender; ++k) {
        for (std::uint32_t g = 0; g != s.gpus; ++g) {
            at[g] += random.exponential(mean_gap);
            s.table.push_back({g == 0 ? kNone : 0, 256, static_cast<Time>(at[g])});
        }
    }
    s.families = {f};
    return s;
}

Queue measure_queue(double load, std::uint64_t seed)
{
    PacketFormat const format{256, 0, 16};
    EngineInput const input{fast_in_slow_out(), {}, format};
    Time const service = serialisation_fs(format, 16, 10'000'000'000);
    EngineInput const loaded{input.network, poisson(load, service, seed), format};
    EngineResult const result = run_everywhere(loaded);
    // Zero load: one packet on the fast link, two latencies, one service.
    Time const empty =
        serialisation_fs(format, 16, 10'000'000'000'000) + 2 * input.network.links[0].latency_fs + service;
    std::vector<std::pair<Time, int>> changes;
    double wait = 0;
    double packets = 0;
    for (MessageTimes const& m : result.messages) {
        if (m.ready == kNever) continue;
        Time const begin = m.complete - service;
        Time const arrival = m.ready + (empty - service);
        wait += static_cast<double>(begin - arrival);
        packets += 1;
        changes.emplace_back(arrival, 1);
        changes.emplace_back(begin, -1);
    }
    std::sort(changes.begin(), changes.end());
    double area = 0;
    int waiting = 0;
    for (std::size_t i = 1; i != changes.size(); ++i) {
        waiting += changes[i - 1].second;
        area += waiting * static_cast<double>(changes[i].first - changes[i - 1].first);
    }
    double const span = static_cast<double>(changes.back().first - changes.front().first);
    return {wait / packets / static_cast<double>(service), area / span,
            packets * static_cast<double>(service) / span};
}

// M/D/1: W = rho tau / (2 (1 - rho)) (Pollaczek-Khinchine with no variance). 384,000 arrivals; the mean of a
// busy queue over them is known to about 1 % at rho = 0.5 and 3 % at rho = 0.8.
TEST(Oracle, PoissonArrivalsWaitAsInMD1)
{
    EXPECT_NEAR(measure_queue(0.5, 11).mean_wait, 0.5, 0.015);
    EXPECT_NEAR(measure_queue(0.8, 12).mean_wait, 2.0, 0.12);
}

// Little's law: mean number waiting = arrival rate x mean wait, in any run, to rounding.
TEST(Oracle, LittlesLawHoldsInEveryRun)
{
    for (double const load : {0.3, 0.7, 0.9}) {
        Queue const q = measure_queue(load, 13);
        EXPECT_NEAR(q.mean_waiting, q.arrivals_per_service * q.mean_wait, 1e-9 * q.mean_waiting);
    }
}

// What leaves the gpus enters them: packets and bytes, in every step.
TEST(Conservation, EveryPacketSentIsReceived)
{
    Shape shape;
    shape.leaves = 3;
    shape.per_leaf = 6;
    shape.spines = 2;
    shape.planes = 3;
    Network const network = with_random_links(leaf_spine(shape), 21);
    EngineResult const result =
        run_everywhere({network, random_traffic(18, 20, 30'000, kFsPerUs, 21), {256, 16, 16}});
    for (std::size_t step = 0; step != 2; ++step) {
        StepUse const& sent = result.steps[step * 4];
        StepUse const& received = result.steps[step * 4 + 1];
        EXPECT_GT(sent.packets, 0);
        EXPECT_EQ(sent.packets, received.packets);
        EXPECT_EQ(sent.wire_bytes, received.wire_bytes);
        EXPECT_EQ(result.steps[step * 4 + 2].packets, result.steps[step * 4 + 3].packets);
    }
    for (std::size_t l = 0; l != network.links.size(); ++l)
        EXPECT_LE(result.links[l].busy_fs, result.links[l].last_end_fs)
            << "link " << l << " was busier than time allows";
}

}  // namespace
}  // namespace copperwall::testing

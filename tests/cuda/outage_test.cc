// Links that are down for a while, or for good, against closed forms.
#include "cuda/outage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "cuda/engine.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

constexpr PacketFormat kPackets{256, 16, 16};
constexpr std::int64_t kRate_Bps = 68'000'000'000;  //!< 272 B in 4 ns, to the femtosecond
constexpr Time kPacket = 4 * kFsPerNs;
constexpr Time kLatency = 10 * kPacket;
constexpr std::uint32_t kCount = 1000;  //!< packets of a message

Network one_switch(std::uint32_t gpus, std::uint32_t slots = 0)
{
    Shape s;
    s.per_leaf = gpus;
    s.rate_Bps = kRate_Bps;
    s.latency_fs = kLatency;
    return with_slots(leaf_spine(s), slots);
}

//! `messages` of `packets` full packets from gpu 0 to gpu 1, ready `spacing` apart.
Schedule flow(std::uint32_t messages, std::uint32_t packets, Time spacing)
{
    Schedule s;
    s.gpus = 2;
    Family f;
    f.count = messages;
    f.spacing_fs = spacing;
    f.table = 0;
    s.families = {f};
    s.table.resize(std::size_t{2} * messages);
    for (std::uint32_t k = 0; k != messages; ++k) s.table[2 * k] = {1, std::int64_t{packets} * 256, 0};
    return s;
}

Time finish(Network const& network, Schedule const& schedule)
{
    EngineOptions reference;
    reference.engine = Engine::reference;
    reference.hash = true;
    EngineOptions windows;
    windows.hash = true;
    EngineResult const expected = run({network, schedule, kPackets}, reference);
    EXPECT_TRUE(equal_runs(run_everywhere({network, schedule, kPackets}, windows), expected));
    return expected.finish_fs;
}

Network with_outage(Network network, LinkId link, Outage const& outage)
{
    take_down(network, link, {outage});
    return network;
}

// Packet k starts at the gpu at 4 k ns, and at the switch, cut-through, a latency later. The first that would
// start at or after the outage's beginning starts at its end, and the others behind it.
TEST(Outage, DelaysASaturatedPortByItsLength)
{
    Time const whole = finish(one_switch(2), flow(1, kCount, 0));
    EXPECT_EQ(whole, kCount * kPacket + 2 * kLatency);
    LinkId const switch_to_gpu1 = 2 + 1;
    for (std::uint32_t const slots : {0u, 40u}) {
        for (LinkId const link : {LinkId{0}, switch_to_gpu1}) {
            Time const first = link == 0 ? 0 : kLatency;
            for (Time const d : {Time{1}, 3 * kFsPerNs, kPacket, 1000 * kPacket, 77'777'777 * kFsPerNs}) {
                for (Time const into_packet : {Time{0}, Time{1}, kPacket - 1}) {
                    Time const down = first + 500 * kPacket + into_packet;
                    Time const next = first + (into_packet == 0 ? 500 : 501) * kPacket;
                    Network const broken = with_outage(one_switch(2, slots), link, {down, down + d});
                    Time const late = finish(broken, flow(1, kCount, 0)) - whole;
                    EXPECT_EQ(late, std::max(Time{0}, down + d - next)) << d << ' ' << into_packet;
                }
            }
        }
    }
}

TEST(Outage, AddsUp)
{
    Network network = one_switch(2);
    Time const whole = finish(network, flow(1, kCount, 0));
    Time const d = 100 * kPacket;  // the second begins 100 packets after the end of the first
    take_down(network, 0, {{0, d}, {2 * d, 3 * d}, {5 * d, 9 * d}});
    EXPECT_EQ(finish(network, flow(1, kCount, 0)), whole + (1 + 1 + 4) * d);
}

//! A network of row 0 at the rate, row 1 at half of it.
Network with_half_rate(Network network)
{
    network.rates_Bps.push_back(kRate_Bps / 2);
    return network;
}

// The first half at the rate, then nothing for d, then packets of 8 ns. What comes in slower than it goes out
// waits for its tail: 4 ns more at the switch, and 4 less on the way out.
TEST(Retraining, HalvesTheRateOfWhatIsLeft)
{
    LinkId const switch_to_gpu1 = 2 + 1;
    for (std::uint32_t const slots : {0u, 400u}) {
        for (LinkId const link : {LinkId{0}, switch_to_gpu1}) {
            Time const first = link == 0 ? 0 : kLatency;
            for (Time const d : {Time{1}, kPacket, 1000 * kPacket}) {
                Network network = with_half_rate(one_switch(2, slots));
                Time const down = first + 500 * kPacket;
                take_down(network, link, {{down, down + d, 1}});
                Time const slow = 500 * kPacket + d + 500 * 2 * kPacket + 2 * kLatency;
                EXPECT_EQ(finish(network, flow(1, kCount, 0)), slow);
                Time const again = down + d + 250 * 2 * kPacket;
                network.outages.clear();
                take_down(network, link, {{down, down + d, 1}, {again, again + d, 0}});
                EXPECT_EQ(finish(network, flow(1, kCount, 0)), slow + d - 250 * kPacket);
            }
        }
    }
}

TEST(Retraining, IsASlowLinkFromTheStartWhereItBeginsThere)
{
    Schedule const ring = ring_all_reduce(8, 8 * 4 * 256, 14);
    Network slow = with_half_rate(one_switch(8));
    Network trained = slow;
    slow.links[3].rate = 1;
    take_down(trained, 3, {{0, 1, 1}});
    take_down(slow, 3, {{0, 1}});
    EXPECT_EQ(finish(trained, ring), finish(slow, ring));
    // A step is as long as its longest: 4 packets of 8 ns and two latencies, in all but the first. Then all
    // wait for it, one after another.
    EXPECT_GT(finish(slow, ring), 14 * (4 * kPacket + 2 * kLatency));
}

// Messages of one packet every 10 ns: after the outage a packet in 4 ns catches up 6 ns on each.
TEST(Outage, IsMadeGoodWhereThePortHasSlack)
{
    Time const spacing = 10 * kFsPerNs;
    Schedule const messages = flow(kCount, 1, spacing);
    Time const whole = finish(one_switch(2), messages);
    EXPECT_EQ(whole, (kCount - 1) * spacing + kPacket + 2 * kLatency);
    Time const slack = (kCount - 1 - 300) * (spacing - kPacket);
    for (Time const d : {spacing / 2, 100 * spacing, slack, slack + 1, slack + 5000 * kFsPerNs}) {
        Network const broken = with_outage(one_switch(2), 0, {300 * spacing, 300 * spacing + d});
        EXPECT_EQ(finish(broken, messages), whole + std::max(Time{0}, d - slack));
    }
}

// All gpus of a ring go in step: a message of 4 packets, two latencies on the way, and the next. What one is
// late by the next one is late by, and so on to the end.
TEST(Outage, DelaysARingByWhatTheStepHasNoSlackFor)
{
    Schedule const ring = ring_all_reduce(8, 8 * 4 * 256, 14);
    Time const sends = 4 * kPacket;
    Time const step = sends + 2 * kLatency;
    EXPECT_EQ(finish(one_switch(8), ring), 14 * step);
    for (std::uint32_t const at : {0u, 5u, 13u}) {
        for (Time const d : {Time{1}, 7 * kPacket, 1000 * kPacket}) {
            Network const busy = with_outage(one_switch(8), 3, {at * step, at * step + d});
            EXPECT_EQ(finish(busy, ring), 14 * step + d);
            Time const down = at * step + sends;  // gpu 3 has sent, and waits for gpu 2
            Network const idle = with_outage(one_switch(8), 3, {down, down + d});
            Time const late = at == 13 ? 0 : std::max(Time{0}, d - (step - sends));
            EXPECT_EQ(finish(idle, ring), 14 * step + late);
        }
    }
}

TEST(Outage, ChangesNothingWhereNothingIsToBeSent)
{
    Schedule const ring = ring_all_reduce(8, 8 * 4 * 256, 14);
    EngineOptions options;
    options.hash = true;
    EngineResult const whole = run_everywhere({one_switch(8), ring, kPackets}, options);
    Network network = one_switch(8);
    Time const step = 4 * kPacket + 2 * kLatency;
    for (LinkId gpu = 0; gpu != 8; ++gpu) take_down(network, gpu, {{4 * kPacket, step}, {14 * step, kNever}});
    EXPECT_TRUE(equal_runs(run_everywhere({network, ring, kPackets}, options), whole));
}

std::string never_completed(Network const& network, Schedule const& schedule, Engine engine)
{
    EngineOptions options;
    options.engine = engine;
    try {
        run({network, schedule, kPackets}, options);
    } catch (std::runtime_error const& error) {
        return error.what();
    }
    return {};
}

TEST(Outage, ForGoodLeavesTransfersUnfinished)
{
    LinkId const switch_to_gpu2 = 4 + 2;
    for (LinkId const link : {LinkId{1}, switch_to_gpu2}) {
        Network const broken = with_outage(one_switch(4), link, {100 * kPacket, kNever});
        std::string const said = never_completed(broken, all_to_all(4, 4 * 256 * 1000), Engine::windows);
        // Gpu 1 sends its messages one after another, and the first is under way; so are all to gpu 2.
        EXPECT_EQ(said.substr(0, 39), "3 of 12 transfers never completed: gpu ") << said;
        EXPECT_EQ(said, never_completed(broken, all_to_all(4, 4 * 256 * 1000), Engine::reference));
    }
    Network const finite = with_outage(one_switch(4, 8), switch_to_gpu2, {0, kNever});
    std::string const said = never_completed(finite, all_to_all(4, 4 * 256 * 1000), Engine::windows);
    EXPECT_NE(said, "");
    EXPECT_EQ(said, never_completed(finite, all_to_all(4, 4 * 256 * 1000), Engine::reference));
}

TEST(UpFrom, IsTheFirstInstantThatIsNoOutage)
{
    Outage const list[] = {{10, 20}, {21, 30}, {40, kNever}, {}};
    Time const expected[][2] = {{0, 0},   {9, 9},   {10, 20}, {19, 20},     {20, 20},
                                {21, 30}, {30, 30}, {39, 39}, {40, kNever}, {kNever, kNever}};
    for (auto const& [time, up] : expected) EXPECT_EQ(up_from(list, time), up) << time;
    EXPECT_EQ(down_after(list, 0), 10);
    EXPECT_EQ(down_after(list, 20), 21);
    EXPECT_EQ(down_after(list, 39), 40);
    EXPECT_EQ(down_after(list + 3, 39), kNever);
}

std::string refused(Network const& network)
{
    try {
        run({network, flow(1, 1, 0), kPackets});
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
    return {};
}

TEST(Outage, RefusesListsThatAreNone)
{
    std::string const behind = " fs does not lie behind the one before it, or ends past 2^61 fs";
    EXPECT_EQ(refused(with_outage(one_switch(2), 0, {5, 5})), "network: outage 1 from 5 to 5" + behind);
    Network touching = one_switch(2);
    take_down(touching, 0, {{5, 7}, {7, 9}});
    EXPECT_EQ(refused(touching), "network: outage 2 from 7 to 9" + behind);
    Network open = with_outage(one_switch(2), 0, {5, 7});
    open.outages.pop_back();
    EXPECT_EQ(refused(open), "network: the last list of outages is not closed");
    Network astray = with_outage(one_switch(2), 0, {5, 7});
    astray.links[1].outages = 2;
    EXPECT_EQ(refused(astray), "link 1: no list of outages begins at 2");
    Network full = with_outage(one_switch(2), 0, {5, 7});
    full.outages.erase(full.outages.begin());
    EXPECT_EQ(refused(full), "network: list 0 of outages is not empty");
}

}  // namespace
}  // namespace copperwall::testing

// Gpus that send several transfers by turns, against what is counted by hand and a port on its own.
#include <gtest/gtest.h>

#include <algorithm>

#include "cuda/reference.h"
#include "tests/cuda/support/exactness.h"
#include "tests/cuda/support/packet_times.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

//! Of gpu 0: so many packets to gpu 1, 2, ..., each ready so many packet times after launch.
Schedule of_gpu_0(std::vector<std::pair<std::int64_t, Time>> const& packets_and_ready, std::uint32_t at_once)
{
    Schedule s;
    s.gpus = static_cast<std::uint32_t>(packets_and_ready.size()) + 1;
    s.at_once = at_once;
    Family f;
    f.count = s.gpus - 1;
    f.table = 0;
    s.families = {f};
    s.table.assign(std::size_t{f.count} * s.gpus, {});
    for (std::uint32_t k = 0; k != f.count; ++k)
        s.table[k * s.gpus] = {k + 1, 256 * packets_and_ready[k].first,
                               kPacket * packets_and_ready[k].second};
    return s;
}

//! In packet times from launch, when the last packet of each transfer starts at gpu 0; it takes 10 + 10 to
//! gpu k, and itself.
std::vector<Time> last_starts(Network const& network, Schedule const& schedule)
{
    EngineInput const input{network, schedule, kNvlink};
    EngineResult const result = windows(input);
    EXPECT_TRUE(equal_runs(result, reference(input)));
    std::vector<Time> starts;
    for (std::uint32_t k = 0; k + 1 != schedule.gpus; ++k) {
        Time const complete = result.messages[k * schedule.gpus].complete;
        EXPECT_EQ(complete % kPacket, 0);
        starts.push_back(complete / kPacket - 21);
    }
    return starts;
}

using Starts = std::vector<Time>;

TEST(Turns, PacketsOfTransfersAlternate)
{
    std::vector<std::pair<std::int64_t, Time>> const two = {{3, 0}, {3, 0}};
    EXPECT_EQ(last_starts(switched(3), of_gpu_0(two, 1)), (Starts{2, 5}));
    EXPECT_EQ(last_starts(switched(3), of_gpu_0(two, 2)), (Starts{4, 5}));
    // a b c a b c a b c, and a b a b a b c c c.
    std::vector<std::pair<std::int64_t, Time>> const three = {{3, 0}, {3, 0}, {3, 0}};
    EXPECT_EQ(last_starts(switched(4), of_gpu_0(three, 8)), (Starts{6, 7, 8}));
    EXPECT_EQ(last_starts(switched(4), of_gpu_0(three, 2)), (Starts{4, 5, 8}));
}

TEST(Turns, ThePlaceOfOneThatIsOverGoesToTheNextAtTheEndOfTheRow)
{
    // a | b c: b c b c b
    EXPECT_EQ(last_starts(switched(4), of_gpu_0({{1, 0}, {3, 0}, {2, 0}}, 2)), (Starts{0, 5, 4}));
    // a b c, with d behind c: a b c a d c a d
    EXPECT_EQ(last_starts(switched(5), of_gpu_0({{3, 0}, {1, 0}, {2, 0}, {2, 0}}, 3)), (Starts{6, 1, 5, 7}));
}

TEST(Turns, WhatIsNotReadyIsPassed)
{
    // a alone until b is ready at 4; from there on by turns, b before what has just sent.
    EXPECT_EQ(last_starts(switched(3), of_gpu_0({{6, 0}, {2, 4}}, 2)), (Starts{7, 6}));
    EXPECT_EQ(last_starts(switched(3), of_gpu_0({{6, 0}, {2, 4}}, 1)), (Starts{5, 7}));
    // It holds one of two places meanwhile.
    EXPECT_EQ(last_starts(switched(4), of_gpu_0({{2, 0}, {1, 100}, {1, 100}}, 2)), (Starts{1, 100, 101}));
}

// A packet of 1000 holds the port from 0 on. What is released at 500, at once, goes before what has been
// known from the start and is ready at 900.
TEST(Turns, OfRunsGoByWhenTheyAreReadyThoughThePortIsBusyLonger)
{
    Schedule s;
    s.gpus = 3;
    s.counters = 1;
    s.at_once = 4;
    auto const add = [&](std::uint32_t sender, std::uint32_t receiver, std::int64_t packets) {
        Family f;
        f.count = 1;
        f.table = static_cast<std::uint32_t>(s.table.size());
        s.families.push_back(f);
        s.table.resize(s.table.size() + s.gpus);
        s.table[f.table + sender] = {receiver, 256 * packets, 0};
    };
    add(0, 1, 40);
    add(0, 1, 2);
    s.families.back().delay_fs = 37 * kPacket;
    add(0, 2, 2);
    s.families.back().wait = 0;
    s.families.back().need_0 = 1;
    add(1, 0, 1);
    s.families.back().signal = 0;
    PacketFormat const large{40 * 256, 16, 16};
    for (PacketFormat const& format : {kNvlink, large}) {
        EngineInput const input{switched(3), s, format};
        EngineResult const expected = reference(input);
        for (double const window : {1.0, 0.5, 0.1})
            EXPECT_TRUE(equal_runs(windows(input, {window}), expected));
    }
}

// One slot and a round trip of 20 to the switch: a packet every 20, whoever's turn it is.
TEST(Turns, OneCreditIsWhoseTurnItIs)
{
    Network const network = with_slots(switched(3), 1);
    Starts const starts = last_starts(network, of_gpu_0({{3, 0}, {3, 0}}, 2));
    EXPECT_EQ(starts, (Starts{80, 100}));
}

//! A transfer at a port on its own.
struct Sent {
    Time ready = 0;
    std::int64_t packets = 0;
    MessageId message = 0;
};

//! Messages of the packets of one port in their order, by places that are asked one after another: all
//! transfers are known, those of a place that is free are taken in order.
std::vector<MessageId> turns(std::vector<Sent> waiting, std::size_t places, Time packet)
{
    std::vector<MessageId> order;
    std::vector<Sent> row;
    for (Time now = 0;; now += packet) {
        while (row.size() < places && !waiting.empty()) {
            row.push_back(waiting.front());
            waiting.erase(waiting.begin());
        }
        if (row.empty()) return order;
        auto const soonest = std::min_element(row.begin(), row.end(),
                                              [](Sent const& a, Sent const& b) { return a.ready < b.ready; });
        now = std::max(now, soonest->ready);
        std::size_t turn = 0;
        while (row[turn].ready > now) ++turn;
        std::rotate(row.begin() + static_cast<std::ptrdiff_t>(turn),
                    row.begin() + static_cast<std::ptrdiff_t>(turn) + 1, row.end());
        order.push_back(row.back().message);
        if (--row.back().packets == 0) row.pop_back();
    }
}

TEST(Turns, AreThoseOfAPortOnItsOwn)
{
    CounterRandom random(77);
    for (std::uint32_t const at_once : {2u, 3u, 7u, 64u}) {
        std::vector<std::pair<std::int64_t, Time>> transfers;
        Time ready = 0;
        for (std::uint32_t k = 0; k != 30; ++k) {
            transfers.emplace_back(random.between(1, 9), ready);
            if (random.below(3) == 0) ready += random.between(1, 40);
        }
        Schedule const schedule = of_gpu_0(transfers, at_once);
        std::vector<Hop> hops;
        run_reference({switched(schedule.gpus), schedule, kNvlink}, {}, &hops);
        std::vector<Sent> waiting;
        for (std::uint32_t k = 0; k != transfers.size(); ++k)
            waiting.push_back({transfers[k].second * kPacket, transfers[k].first, k * schedule.gpus});
        hops.erase(std::remove_if(hops.begin(), hops.end(), [](Hop const& h) { return h.link != 0; }),
                   hops.end());
        std::sort(hops.begin(), hops.end(),
                  [](Hop const& a, Hop const& b) { return a.start_fs < b.start_fs; });
        std::vector<MessageId> order;
        for (Hop const& hop : hops) order.push_back(hop.message);
        EXPECT_EQ(order, turns(waiting, at_once, kPacket)) << at_once;
    }
}

TEST(Turns, AreExactEverywhere)
{
    Network const even = leaf_spine(two_tiers(2));
    Network const uneven = with_random_links(even, 23);
    for (Network const& network : {even, with_slots(even, 6), with_random_slots(uneven, 23)}) {
        for (std::uint32_t const at_once : {2u, 5u}) {
            expect_exact({network, by_turns(all_to_all(36, 60'000), at_once), kNvlink});
            expect_exact({network, by_turns(two_shot(36, 60'001), at_once), kNvlink});
            expect_exact(
                {network, by_turns(random_traffic(36, 12, 20'000, 300 * kFsPerNs, 23), at_once), kNvlink});
        }
    }
    // All transfers of a ring wait for each other: by turns is one after another.
    EngineInput ring{even, ring_all_reduce(36, 300'000, 30), kNvlink};
    EngineResult const one = reference(ring);
    ring.schedule.at_once = 4;
    EXPECT_TRUE(equal_runs(windows(ring), one));
}

}  // namespace
}  // namespace copperwall::testing

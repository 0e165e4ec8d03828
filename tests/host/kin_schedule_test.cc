//! Reduce-scatter, all-gather, broadcast and send/recv: the right data, in the time of their closed forms.
#include <gtest/gtest.h>

#include <set>

#include "host/schedule/registry.h"
#include "tests/cuda/support/networks.h"
#include "tests/host/reduction_replay.h"

namespace copperwall {
namespace {

constexpr PacketFormat kFormat{256, 16, 16};

CollectiveCall call_of(std::uint32_t ranks, std::int64_t bytes)
{
    CollectiveCall call;
    call.gpus = call.ranks = ranks;
    call.bytes = bytes;
    call.launch_ns = 1000;
    call.step_ns = 70;
    call.per_peer_ns = 11;
    return call;
}

Schedule make(char const* op, char const* name, CollectiveCall const& call)
{
    Schedule const s = find_algorithm(op, name)->make(call);
    check(s);
    return s;
}

//! One switch, 50 GB/s, 240 ns gpu to gpu.
double excess_ns(char const* op, char const* name, CollectiveCall const& call)
{
    testing::Shape shape;
    shape.per_leaf = call.ranks;
    PathModel path;
    path.port_rate_GBps = 50;
    path.path_ns = 240;
    path.format = kFormat;
    Time const fs = run({testing::leaf_spine(shape), make(op, name, call), kFormat}).finish_fs;
    return static_cast<double>(fs) / kFsPerNs - find_algorithm(op, name)->closed_form_ns(call, path);
}

class Halves : public ::testing::TestWithParam<std::tuple<char const*, std::uint32_t>> {};

// The sum of chunk r at rank r. What is whole at its owner never moves on.
TEST_P(Halves, ReduceScatterSumsEveryChunkAtItsRank)
{
    auto const [name, ranks] = GetParam();
    Schedule const s = make("reduce_scatter", name, call_of(ranks, 100'000));
    for (unsigned seed = 0; seed != 5; ++seed) {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> held;  // (rank, chunk)
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> carried;
        for (std::uint32_t r = 0; r != ranks; ++r)
            for (std::uint32_t c = 0; c != ranks; ++c) held[{r, c}] = {r};
        Mover mover(s, seed);
        EXPECT_TRUE(mover.run(
            [&](Move const& m) {
                carried[{m.from, m.chunk}] = held[{m.from, m.chunk}];
            },
            [&](Move const& m) {
                for (std::uint32_t part : carried[{m.from, m.chunk}])
                    EXPECT_TRUE((held[{m.to, m.chunk}].insert(part).second));
            }));
        for (std::uint32_t r = 0; r != ranks; ++r) EXPECT_EQ((held[{r, r}].size()), ranks);
    }
}

TEST_P(Halves, AllGatherBringsEveryRanksChunkToAll)
{
    auto const [name, ranks] = GetParam();
    Schedule const s = make("all_gather", name, call_of(ranks, 100'000));
    for (unsigned seed = 0; seed != 5; ++seed) {
        std::set<std::pair<std::uint32_t, std::uint32_t>> held;  // (rank, chunk)
        for (std::uint32_t r = 0; r != ranks; ++r) held.insert({r, r});
        Mover mover(s, seed);
        EXPECT_TRUE(mover.run(
            [&](Move const& m) {
                EXPECT_TRUE(held.count({m.from, m.chunk}));
            },
            [&](Move const& m) {
                EXPECT_TRUE(held.insert({m.to, m.chunk}).second);
            }));
        EXPECT_EQ(held.size(), ranks * ranks);
    }
}

// N - 1 of N chunks leave every rank, S in units of 16 B together.
TEST_P(Halves, SendThePublishedNumberOfBytes)
{
    auto const [name, ranks] = GetParam();
    for (char const* op : {"reduce_scatter", "all_gather"}) {
        std::int64_t total = 0;
        for (auto const& moves : expand(make(op, name, call_of(ranks, 1'000'003))))
            for (Move const& m : moves) total += m.bytes;
        EXPECT_EQ(total, (ranks - 1) * std::int64_t{1'000'016}) << op;
    }
}

TEST_P(Halves, TakeTheirClosedForm)
{
    auto const [name, ranks] = GetParam();
    for (std::int64_t chunk : {16, 1024, 65536})
        for (char const* op : {"reduce_scatter", "all_gather"})
            EXPECT_NEAR(excess_ns(op, name, call_of(ranks, ranks * chunk)), 0, 1e-3) << op << " " << chunk;
}

INSTANTIATE_TEST_SUITE_P(Ranks, Halves,
                         ::testing::Combine(::testing::Values("ring", "direct"), ::testing::Values(2, 3, 8)));

// 7 steps of 70 ns, 8 KiB at 50 GB/s with headers (174.08 ns) and 240 ns.
TEST(RingHalves, TakeHalfOfARingAllReduce)
{
    PathModel path;
    path.port_rate_GBps = 50;
    path.path_ns = 240;
    path.format = kFormat;
    CollectiveCall const call = call_of(8, 8 * 8192);
    double const half = 7 * (70 + 8192 * 272.0 / 256 / 50 + 240);
    EXPECT_DOUBLE_EQ(find_algorithm("all_gather", "ring")->closed_form_ns(call, path), 1000 + half);
    EXPECT_DOUBLE_EQ(find_algorithm("all_reduce", "ring")->closed_form_ns(call, path), 1000 + 2 * half);
}

class ChainBroadcast : public ::testing::TestWithParam<std::pair<std::uint32_t, std::uint32_t>> {};

TEST_P(ChainBroadcast, BringsEveryChunkToEveryRankInOrder)
{
    auto const [ranks, chunks] = GetParam();
    CollectiveCall call = call_of(ranks, 100'000);
    call.chunks = chunks;
    std::vector<std::int64_t> got(ranks);
    got[0] = 100'000;
    std::vector<std::uint32_t> arrived(ranks);
    Mover mover(make("broadcast", "chain", call), 3);
    EXPECT_TRUE(mover.run([&](Move const& m) { EXPECT_TRUE(m.from == 0 || arrived[m.from] >= m.need); },
                          [&](Move const& m) {
                              EXPECT_EQ(m.to, m.from + 1);
                              got[m.to] += m.bytes;
                              ++arrived[m.to];
                          }));
    for (std::uint32_t r = 1; r != ranks; ++r) {
        EXPECT_EQ(got[r], 100'000);
        EXPECT_EQ(arrived[r], chunks);
    }
}

TEST_P(ChainBroadcast, TakesItsClosedForm)
{
    auto const [ranks, chunks] = GetParam();
    CollectiveCall call = call_of(ranks, chunks * 4096);
    call.chunks = chunks;
    EXPECT_NEAR(excess_ns("broadcast", "chain", call), 0, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Cases, ChainBroadcast,
                         ::testing::Values(std::pair{2u, 1u}, std::pair{2u, 5u}, std::pair{3u, 1u},
                                           std::pair{8u, 10u}));

TEST(SendRecv, IsAPermutation)
{
    for (auto const& [name, shift] : {std::pair{"next", 1u}, std::pair{"across", 4u}}) {
        std::set<std::uint32_t> receivers;
        for (auto const& moves : expand(make("send_recv", name, call_of(9, 1000)))) {
            ASSERT_EQ(moves.size(), 1u);
            EXPECT_EQ(moves[0].to, (moves[0].from + shift) % 9);
            EXPECT_EQ(moves[0].bytes, 1008);
            receivers.insert(moves[0].to);
        }
        EXPECT_EQ(receivers.size(), 9u);
        EXPECT_NEAR(excess_ns("send_recv", name, call_of(9, 65536)), 0, 1e-3);
    }
}

// 8 ranks in two domains of 4 and leaves of 2, uplinks an eighth, 1600 B: across goes over NICs; in one
// domain 16 x 8 + 200 ns upwards.
TEST(SendRecv, IsLimitedByNicsAndByLeaves)
{
    PathModel inside, outside;
    inside.port_rate_GBps = 100;
    inside.path_ns = 200;
    inside.format = {4096, 0, 16};
    outside = inside;
    outside.port_rate_GBps = 10;
    outside.path_ns = 2000;
    CollectiveCall call;
    call.gpus = call.ranks = 8;
    call.bytes = 1600;
    call.domain_ranks = 4;
    auto const ns = [&](char const* name, Paths const& paths) {
        return find_algorithm("send_recv", name)->closed_form_ns(call, paths);
    };
    EXPECT_DOUBLE_EQ(ns("across", {inside, outside}), 160 + 2000);
    EXPECT_DOUBLE_EQ(ns("next", {inside, outside}), 160 + 2000);
    call.domain_ranks = 0;
    inside.leaf_ranks = 2;
    inside.leaf_path_ns = 50;
    inside.up_share = 0.125;
    EXPECT_DOUBLE_EQ(ns("across", inside), 16 * 8 + 200);
    EXPECT_DOUBLE_EQ(ns("next", inside), 16 + 200);
}

TEST(Kin, HaveTheFactorsOfNcclTestsAndBounds)
{
    EXPECT_DOUBLE_EQ(busbw_factor("all_gather", 8), 0.875);
    EXPECT_DOUBLE_EQ(busbw_factor("reduce_scatter", 8), 0.875);
    EXPECT_DOUBLE_EQ(busbw_factor("broadcast", 8), 1);
    EXPECT_DOUBLE_EQ(busbw_factor("send_recv", 8), 1);
    PathModel path;
    path.port_rate_GBps = 10;
    path.path_ns = 5;
    EXPECT_DOUBLE_EQ(lower_bound_ns("all_gather", call_of(8, 800), path), 70 + 5);
    EXPECT_DOUBLE_EQ(lower_bound_ns("broadcast", call_of(8, 800), path), 80 + 5);
}

}  // namespace
}  // namespace copperwall

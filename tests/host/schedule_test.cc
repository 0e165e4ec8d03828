//! Every schedule moves the right data, without deadlock, and no byte more than published.
#include <gtest/gtest.h>

#include <bitset>
#include <set>

#include "host/schedule/registry.h"
#include "tests/host/schedule_mover.h"

namespace copperwall {
namespace {

constexpr std::uint32_t kMostRanks = 72;
using Contributions = std::bitset<kMostRanks>;

CollectiveCall call_of(std::uint32_t ranks, std::int64_t bytes)
{
    CollectiveCall call;
    call.gpus = call.ranks = ranks;
    call.bytes = bytes;
    return call;
}

//! Which ranks' contributions each rank holds of each chunk.
class Reduction {
public:
    explicit Reduction(std::uint32_t ranks) : ranks_(ranks), held_(ranks, std::vector<Contributions>(ranks))
    {
        for (std::uint32_t r = 0; r < ranks; ++r)
            for (auto& chunk : held_[r]) chunk.set(r);
    }

    void send(Move const& m) { carried_[{m.from, m.to, m.step, m.chunk}] = held_[m.from][m.chunk]; }

    //! A whole chunk replaces what was there; a part is added, and must hold nothing that is there already.
    void arrive(Move const& m)
    {
        Contributions const got = carried_.at({m.from, m.to, m.step, m.chunk});
        Contributions& mine = held_[m.to][m.chunk];
        if (got.count() == ranks_) {
            EXPECT_LT(mine.count(), ranks_) << "rank " << m.to << " gets whole chunk " << m.chunk << " twice";
            mine = got;
        } else {
            EXPECT_TRUE((mine & got).none()) << "rank " << m.to << " adds a part of chunk " << m.chunk;
            mine |= got;
        }
    }

    bool complete() const
    {
        for (auto const& chunks : held_)
            for (auto const& chunk : chunks)
                if (chunk.count() != ranks_) return false;
        return true;
    }

private:
    std::uint32_t ranks_;
    std::vector<std::vector<Contributions>> held_;
    std::map<std::array<std::uint32_t, 4>, Contributions> carried_;
};

struct AllReduceCase {
    char const* algorithm;
    std::uint32_t ranks;
    std::uint32_t steps;  //!< 2(N-1) or 2
};

class EveryAllReduce : public testing::TestWithParam<AllReduceCase> {
protected:
    Schedule make(std::int64_t bytes) const
    {
        return find_algorithm("all_reduce", GetParam().algorithm)->make(call_of(GetParam().ranks, bytes));
    }
};

TEST_P(EveryAllReduce, LeavesEveryContributionOfEveryChunkOnceAtEveryRankInAnyOrderOfArrival)
{
    unsigned const orders = GetParam().ranks > 8 ? 1 : 20;
    for (unsigned seed = 0; seed < orders; ++seed) {
        Reduction reduction(GetParam().ranks);
        Mover mover(make(1 << 20), seed);
        EXPECT_TRUE(
            mover.run([&](Move const& m) { reduction.send(m); }, [&](Move const& m) { reduction.arrive(m); }))
            << "deadlock";
        EXPECT_TRUE(reduction.complete());
    }
}

// Every chunk crosses 2(N-1) links, so all gpus together send 2(N-1) S with S in whole units of 16 B;
// where N divides S, each of them sends 2(N-1)/N S.
TEST_P(EveryAllReduce, SendsThePublishedNumberOfBytes)
{
    std::int64_t const n = GetParam().ranks;
    std::int64_t total = 0;
    for (auto const& moves : expand(make(1'000'003)))
        for (auto const& m : moves) total += m.bytes;
    EXPECT_EQ(total, 2 * (n - 1) * 1'000'016);

    std::int64_t const divisible = 16 * n * 1000;
    for (auto const& moves : expand(make(divisible))) {
        std::int64_t sent = 0;
        for (auto const& m : moves) sent += m.bytes;
        EXPECT_EQ(sent, 2 * (n - 1) * divisible / n);
    }
}

TEST_P(EveryAllReduce, LabelsAsManyStepsAsItDepends)
{
    Schedule const s = make(1 << 20);
    std::set<std::uint32_t> steps;
    for (auto const& moves : expand(s))
        for (auto const& m : moves) steps.insert(m.step);
    EXPECT_EQ(steps.size(), s.steps);
    EXPECT_EQ(*steps.rbegin(), s.steps - 1);
    EXPECT_EQ(s.steps, GetParam().steps);
}

INSTANTIATE_TEST_SUITE_P(Ranks, EveryAllReduce,
                         testing::Values(AllReduceCase{"ring", 2, 2}, AllReduceCase{"ring", 3, 4},
                                         AllReduceCase{"ring", 8, 14}, AllReduceCase{"ring", 72, 142},
                                         AllReduceCase{"two_shot", 2, 2}, AllReduceCase{"two_shot", 3, 2},
                                         AllReduceCase{"two_shot", 8, 2}, AllReduceCase{"two_shot", 72, 2}),
                         [](auto const& p) {
                             return std::string(p.param.algorithm) + std::to_string(p.param.ranks);
                         });

class DirectAllToAll : public testing::TestWithParam<std::uint32_t> {
protected:
    Schedule make(std::int64_t bytes) const
    {
        return find_algorithm("all_to_all", "direct")->make(call_of(GetParam(), bytes));
    }
};

TEST_P(DirectAllToAll, DeliversTheChunkOfEveryPairOnce)
{
    std::set<std::pair<std::uint32_t, std::uint32_t>> delivered;
    Mover mover(make(1 << 20), 1);
    EXPECT_TRUE(mover.run([](Move const&) {},
                          [&](Move const& m) {
                              EXPECT_EQ(m.chunk, m.to);
                              EXPECT_NE(m.from, m.to);
                              EXPECT_TRUE(delivered.insert({m.from, m.to}).second);
                          }));
    EXPECT_EQ(delivered.size(), GetParam() * (GetParam() - 1));
}

TEST_P(DirectAllToAll, SendsToTheNearestSuccessorFirst)
{
    for (auto const& moves : expand(make(1 << 20)))
        for (std::uint32_t k = 0; k < moves.size(); ++k)
            EXPECT_EQ(moves[k].to, (moves[k].from + 1 + k) % GetParam());
}

// Chunk d is sent by N-1 ranks, so all gpus together send (N-1) S in units of 16 B.
TEST_P(DirectAllToAll, SendsThePublishedNumberOfBytes)
{
    std::int64_t total = 0;
    for (auto const& moves : expand(make(1'000'003)))
        for (auto const& m : moves) total += m.bytes;
    EXPECT_EQ(total, (GetParam() - 1) * std::int64_t{1'000'016});
}

INSTANTIATE_TEST_SUITE_P(Ranks, DirectAllToAll, testing::Values(2, 3, 8, 72));

TEST(Schedules, CarryTheLibrarysTimesRoundedUpToAFemtosecond)
{
    CollectiveCall call = call_of(8, 1 << 20);
    call.experts = ExpertTraffic{8, 2, 16, 0, 42};
    call.launch_ns = 7600;
    call.step_ns = 0.0000001;
    call.per_peer_ns = 12.5;
    for (auto const& algorithm : algorithms()) {
        if (algorithm.in_switches()) continue;  // they have times of their own
        Schedule const s = algorithm.make(call);
        EXPECT_EQ(s.launch_fs, 7'600'000'000) << algorithm.name;
        for (auto const& f : s.families) {
            EXPECT_EQ(f.delay_fs, 1) << algorithm.name;
            bool const burst = f.count > 1 && f.need_k == 0;
            EXPECT_EQ(f.spacing_fs, burst ? 12'500'000 : 0) << algorithm.name;
        }
    }
}

TEST(Schedules, RefuseASingleRank)
{
    for (auto const& algorithm : algorithms()) {
        try {
            algorithm.make(call_of(1, 1024));
            FAIL() << algorithm.name;
        } catch (std::invalid_argument const& error) {
            EXPECT_STREQ(error.what(), "a collective needs at least 2 ranks");
        }
    }
}

TEST(Schedules, AreFoundByOperationAndName)
{
    EXPECT_STREQ(find_algorithm("all_reduce", "ring")->name, "ring");
    EXPECT_EQ(find_algorithm("all_to_all", "ring"), nullptr);
    EXPECT_EQ(find_algorithm("all_reduce", "rings"), nullptr);
}

}  // namespace
}  // namespace copperwall

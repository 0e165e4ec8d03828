// Collectives in switches that reduce, over several racks: what is sent, in any order of arrival.
#include <gtest/gtest.h>

#include <set>

#include "cuda/check.h"
#include "host/schedule/switch_reduce.h"
#include "schedule_mover.h"

namespace copperwall {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

//! Of two groups of three racks of two ranks: nothing is sent before what it is made of is there.
class Rounds {
public:
    static constexpr std::uint32_t kRack = 2, kRacks = 3, kRanks = kRack * kRacks, kGroups = 2;
    static constexpr std::uint32_t kAll = kRanks * kGroups, kRounds = 6;

    static CollectiveCall call(std::int64_t bytes)
    {
        CollectiveCall call;
        call.gpus = kAll;
        call.ranks = kRanks;
        call.groups = kGroups;
        call.leaf_ranks = kRack;
        call.chunks = kRounds;
        call.bytes = bytes;
        return call;
    }

    void send(Move const& m)
    {
        std::uint32_t const round = m.family / 6;
        std::uint32_t const me = m.from % kAll;
        switch (m.family % 6) {
            case 0:
                EXPECT_TRUE(round < kOpenRounds || summed_.contains({me, round - kOpenRounds}));
                break;
            case 1:
                EXPECT_EQ((blocks_[{me, round}].size()), kRack);
                break;
            case 2:
                EXPECT_EQ((sums_[{me, round}].size()), kRacks);
                break;
            case 3:
                EXPECT_TRUE((summed_.contains({me, round})));
                break;
            case 4:
                EXPECT_TRUE((stored_.contains({me, round})));
                break;
            default:
                EXPECT_EQ((copies_[{me, round}].size()), kRacks);
        }
    }

    void arrive(Move const& m)
    {
        static constexpr std::uint32_t kFrom[] = {0, 1, 2, 0, 1, 2}, kTo[] = {1, 2, 0, 1, 2, 0};
        std::uint32_t const round = m.family / 6, step = m.family % 6;
        std::uint32_t const from = m.from % kAll, to = m.to % kAll;
        EXPECT_EQ(m.from / kAll, kFrom[step]);
        EXPECT_EQ(m.to / kAll, kTo[step]);
        EXPECT_EQ(from / kRanks, to / kRanks);
        bool const in_rack = from / kRack == to / kRack;
        bool const same_place = from % kRack == to % kRack;
        EXPECT_TRUE(step % 3 == 0 || step == 5 ? in_rack : same_place);
        EXPECT_TRUE(from == to || (step != 2 && step != 3));
        Held* const held[] = {&blocks_, &sums_, nullptr, nullptr, &copies_, &results_};
        bool const is_new = held[step] != nullptr
                                ? (*held[step])[{to, round}].insert(from).second
                                : (step == 2 ? summed_ : stored_).insert({to, round}).second;
        EXPECT_TRUE(is_new);
        note_open();
    }

    void expect_all_have_all() const
    {
        EXPECT_EQ(results_.size(), kAll * kRounds);
        for (auto const& [where, blocks] : results_) EXPECT_EQ(blocks.size(), kRack);
    }

    std::size_t most_open() const { return most_open_; }

private:
    using At = std::pair<std::uint32_t, std::uint32_t>;  //!< rank or that of a unit, round
    using Held = std::map<At, std::set<std::uint32_t>>;

    //! Rounds of which a unit has a part and not all.
    void note_open()
    {
        std::map<std::uint32_t, std::size_t> open[3];
        Held const* const held[] = {&blocks_, &sums_, &copies_};
        for (int i = 0; i != 3; ++i)
            for (auto const& [at, parts] : *held[i])
                if (parts.size() != 0 && parts.size() < (i == 0 ? kRack : kRacks))
                    most_open_ = std::max(most_open_, ++open[i][at.first]);
    }

    Held blocks_, sums_, copies_, results_;
    std::set<At> summed_, stored_;
    std::size_t most_open_ = 0;
};

TEST(SwitchReduceRacksSchedule, ReducesEverythingOnceInAnyOrderOfArrival)
{
    for (unsigned seed = 0; seed != 20; ++seed) {
        Rounds rounds;
        Schedule const schedule = switch_all_reduce(Rounds::call(kMiB));
        EXPECT_NO_THROW(check(schedule));
        Mover mover(schedule, seed);
        EXPECT_TRUE(
            mover.run([&](Move const& m) { rounds.send(m); }, [&](Move const& m) { rounds.arrive(m); }));
        rounds.expect_all_have_all();
        EXPECT_LE(rounds.most_open(), 2 * kOpenRounds);
    }
}

//! Bytes that leave ranks, go between units of one rack and of two, and come to ranks.
struct Sent {
    std::int64_t up = 0, own = 0, across = 0, down = 0;

    Sent(Schedule const& schedule)
    {
        for (auto const& moves : expand(schedule))
            for (Move const& m : moves) {
                bool const one_rack =
                    m.from % Rounds::kAll / Rounds::kRack == m.to % Rounds::kAll / Rounds::kRack;
                (m.from < Rounds::kAll ? up
                 : m.to < Rounds::kAll ? down
                 : one_rack            ? own
                                       : across) += m.bytes;
            }
    }
};

// 1,000,001 B in 6 x 6 shares of whole 16 B: 27,792 B. Each of 12 ranks sends six and one of them in each of
// 6 rounds and gets as many; of each of 6 racks two places send two shares to others, a half of the
// collective.
TEST(SwitchReduceRacksSchedule, SendsOnceUpAndOnceDownForEachRack)
{
    std::int64_t const share = 27'792, ranks = 12, rounds = 6;
    Sent const all(switch_all_reduce(Rounds::call(1'000'001)));
    EXPECT_EQ(all.up, ranks * rounds * 7 * share);
    EXPECT_EQ(all.down, all.up);
    EXPECT_EQ(all.across, 2 * 6 * rounds * 2 * 2 * share);
    EXPECT_EQ(all.own, all.across / 2);
    Sent const half(switch_reduce_scatter(Rounds::call(1'000'001)));
    EXPECT_EQ(half.up, ranks * rounds * 6 * share);
    EXPECT_EQ(half.down, ranks * rounds * share);
    EXPECT_EQ(half.across, all.across / 2);
    Sent const other(switch_all_gather(Rounds::call(1'000'001)));
    EXPECT_EQ(other.up, half.down);
    EXPECT_EQ(other.down, half.up);
    EXPECT_EQ(other.across, half.across);
}

TEST(SwitchReduceRacksSchedule, RefusesRacksOfUnequalRanks)
{
    CollectiveCall call = Rounds::call(kMiB);
    call.leaf_ranks = 4;
    EXPECT_THROW(switch_all_reduce(call), std::invalid_argument);
}

}  // namespace
}  // namespace copperwall

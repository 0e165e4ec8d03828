//! Schedules over several domains and groups bring every byte where it belongs, in any order of arrival.
#include <gmock/gmock.h>

#include <bitset>
#include <cmath>
#include <set>

#include "cuda/engine.h"
#include "host/schedule/expert_traffic.h"
#include "host/schedule/registry.h"
#include "tests/cuda/support/networks.h"
#include "tests/host/schedule_mover.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;

struct Shape {
    std::uint32_t ranks, domain_ranks, groups;
};

constexpr Shape kShapes[] = {{12, 4, 1}, {8, 2, 2}, {6, 3, 3}, {6, 1, 2}, {8, 8, 2}};

CollectiveCall call_of(Shape const& shape, std::int64_t bytes)
{
    CollectiveCall call;
    call.ranks = shape.ranks;
    call.groups = shape.groups;
    call.gpus = shape.ranks * shape.groups;
    call.domain_ranks = shape.domain_ranks;
    call.bytes = bytes;
    return call;
}

//! 24 tokens of 48 B, to 3 of 24 experts.
CollectiveCall expert_call(Shape const& shape, double zipf)
{
    CollectiveCall call = call_of(shape, 24 * 3 * 48);
    call.experts = ExpertTraffic{24, 3, 48, zipf, 42};
    return call;
}

Schedule make(char const* op, char const* name, CollectiveCall const& call)
{
    Schedule const s = find_algorithm(op, name)->make(call);
    check(s);
    return s;
}

//! All that a schedule sends must complete in the engine too.
void expect_complete_in_engine(Schedule const& s)
{
    testing::Shape shape;
    shape.per_leaf = s.gpus;
    EngineResult const result = run({testing::leaf_spine(shape), s, {256, 16, 16}});
    std::uint64_t complete = 0, expected = 0;
    for (auto const& m : result.messages) complete += m.complete != kNever ? 1 : 0;
    for (auto const& moves : expand(s)) expected += moves.size();
    EXPECT_EQ(complete, expected);
}

// ---------------------------------------------------------------------------------------------- all-to-all

//! Follows bytes from each source to each destination, through those that forward them.
class Parcels {
public:
    Parcels(CollectiveCall const& call, Shape const& shape) : call_(call), shape_(shape) {}

    void send(Move const& m)
    {
        EXPECT_EQ(m.from / shape_.ranks, m.to / shape_.ranks) << "leaves its group";
        if (m.wait == kNone) return;
        EXPECT_TRUE(same_domain(m.from, m.to));
        EXPECT_TRUE(crossed_.count({m.from, m.wait})) << "forwards what has not arrived";
    }

    void arrive(Move const& m)
    {
        if (m.wait != kNone) return put(crossed_.at({m.from, m.wait}), m.to, m.bytes);
        if (m.signal == kNone) return put(m.from, m.to, m.bytes);
        EXPECT_FALSE(same_domain(m.from, m.to));
        EXPECT_EQ(m.from % shape_.domain_ranks, m.to % shape_.domain_ranks);
        EXPECT_TRUE(crossed_.insert({{m.to, m.signal}, m.from}).second) << "two sources on one counter";
        put(m.from, m.to, expected(m.from, m.to));
        crossing_[{m.from, m.to}] = m.bytes;
    }

    //! Every pair's bytes, but a rank's own, have come once.
    void expect_all()
    {
        for (std::uint32_t from = 0; from != shape_.ranks * shape_.groups; ++from)
            for (std::uint32_t rank = 0; rank != shape_.ranks; ++rank) {
                std::uint32_t const to = from / shape_.ranks * shape_.ranks + rank;
                if (to == from) continue;
                EXPECT_EQ((got_[{from, to}]), expected(from, to)) << from << " to " << to;
            }
    }

    //! Bytes that crossed between domains, by (sender, first to get them).
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> const& crossing() const
    {
        return crossing_;
    }

    std::int64_t expected(std::uint32_t from, std::uint32_t to) const
    {
        if (skewed(call_)) return token_counts(call_).picked_bytes(from, to);
        return (call_.bytes + 16 * shape_.ranks - 1) / (16 * shape_.ranks) * 16;
    }

private:
    bool same_domain(std::uint32_t a, std::uint32_t b) const
    {
        return a / shape_.domain_ranks == b / shape_.domain_ranks;
    }

    void put(std::uint32_t from, std::uint32_t to, std::int64_t bytes)
    {
        if (bytes == 0) return;
        EXPECT_TRUE(got_.insert({{from, to}, bytes}).second) << from << " to " << to << " twice";
    }

    CollectiveCall call_;
    Shape shape_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> crossed_;  //!< (gpu, counter): source
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> got_, crossing_;
};

class AllToAllOverDomains : public ::testing::TestWithParam<std::tuple<char const*, Shape, double>> {
protected:
    char const* name() const { return std::get<0>(GetParam()); }
    Shape shape() const { return std::get<1>(GetParam()); }
    CollectiveCall call() const { return expert_call(shape(), std::get<2>(GetParam())); }

    Parcels carried(Schedule const& s, unsigned seed) const
    {
        Parcels parcels(call(), shape());
        Mover mover(s, seed, shape().domain_ranks);
        EXPECT_TRUE(
            mover.run([&](Move const& m) { parcels.send(m); }, [&](Move const& m) { parcels.arrive(m); }))
            << "deadlock";
        return parcels;
    }
};

TEST_P(AllToAllOverDomains, BringsTheBytesOfEveryPairInAnyOrderOfArrival)
{
    Schedule const s = make("all_to_all", name(), call());
    for (unsigned seed = 0; seed != 10; ++seed) carried(s, seed).expect_all();
    expect_complete_in_engine(s);
}

TEST_P(AllToAllOverDomains, CrossesWithTheBytesOfADomain)
{
    if (name() == std::string("direct")) return;
    Parcels const parcels = carried(make("all_to_all", name(), call()), 1);
    bool const once = name() == std::string("deduplicated");
    for (auto const& [pair, bytes] : parcels.crossing()) {
        auto const [from, to] = pair;
        std::uint32_t const first = to - to % shape().domain_ranks;
        std::int64_t picked = 0;
        for (std::uint32_t i = 0; i != shape().domain_ranks; ++i) picked += parcels.expected(from, first + i);
        if (!once) {
            EXPECT_EQ(bytes, picked);
        } else if (skewed(call())) {
            std::uint32_t const domain = to % shape().ranks / shape().domain_ranks;
            EXPECT_EQ(bytes, token_counts(call()).distinct_bytes(from, domain));
            EXPECT_LE(bytes, picked);
        } else {
            EXPECT_NEAR(static_cast<double>(bytes), expected_distinct_bytes(call()), 16);
            EXPECT_EQ(bytes % 16, 0);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, AllToAllOverDomains,
                         ::testing::Combine(::testing::Values("direct", "hierarchical", "deduplicated"),
                                            ::testing::ValuesIn(kShapes), ::testing::Values(0.0, 0.6, 3.0)));

// 1000 B over 12 ranks are 83.3 B, in 16 B units 96 B for each.
TEST(AllToAllOverDomains, PadsEveryChunkAlikeWhereItForwards)
{
    Shape const shape{12, 4, 1};
    CollectiveCall const call = call_of(shape, 1000);
    Parcels parcels(call, shape);
    Mover mover(make("all_to_all", "hierarchical", call), 1, 4);
    mover.run([&](Move const& m) { parcels.send(m); }, [&](Move const& m) { parcels.arrive(m); });
    parcels.expect_all();
    EXPECT_EQ(parcels.expected(0, 11), 96);
    EXPECT_EQ((parcels.crossing().at({0, 4})), 4 * 96);
}

// 4 of 12 ranks in a domain that holds 8 of 24 experts: C(16,3) / C(24,3) = 560 / 2024 of the tokens have
// none there; 24 x 48 x (1 - 560/2024) = 833.3 B, in 16 B units 848 B. Every pick: 4 chunks of 288 B.
TEST(AllToAllOverDomains, DeduplicationSavesTheExpectedBytes)
{
    CollectiveCall const call = expert_call({12, 4, 1}, 0);
    EXPECT_EQ(make("all_to_all", "hierarchical", call).families[0].bytes, 1152);
    EXPECT_EQ(transfer_of(make("all_to_all", "deduplicated", call).families[0], nullptr, 12, 0, 0).bytes,
              848);
}

TEST(AllToAllOverDomains, BeginWithTheNearestSuccessorAndForwardLikewise)
{
    CollectiveCall call = call_of({12, 4, 1}, 12 * 1600);
    call.step_ns = 2;
    call.per_peer_ns = 3;
    Schedule const s = make("all_to_all", "hierarchical", call);
    std::vector<std::uint32_t> crossing, direct, forwarded;
    auto const moves = expand(s);
    for (Move const& m : moves[6]) {
        bool const crosses = m.to / 4 != 1;
        (crosses ? crossing : m.wait == kNone ? direct : forwarded).push_back(m.to);
        EXPECT_EQ(m.step, m.wait == kNone ? 0u : 1u);
    }
    EXPECT_THAT(crossing, ::testing::ElementsAre(10, 2));
    EXPECT_THAT(direct, ::testing::ElementsAre(7, 4, 5));
    EXPECT_THAT(forwarded, ::testing::ElementsAre(7, 4, 5, 7, 4, 5));
    EXPECT_EQ(s.families[0].delay_fs, 2'000'000);
    EXPECT_EQ(s.families[1].delay_fs, 5'000'000);
    for (Family const& f : s.families) EXPECT_EQ(f.spacing_fs, f.count > 1 ? 3'000'000 : 0);
}

TEST(AllToAllOverDomains, DirectServesEveryDomainInTurn)
{
    Schedule const s = make("all_to_all", "direct", expert_call({12, 4, 2}, 3));
    for (auto const& moves : expand(s)) {
        std::uint32_t before = 0;
        for (Move const& m : moves) {
            std::uint32_t const domains = (m.to % 12 / 4 + 3 - m.from % 12 / 4) % 3;
            std::uint32_t const places = (m.to % 4 + 4 - m.from % 4) % 4;
            EXPECT_GT(places * 3 + domains, before);
            EXPECT_GT(m.bytes, 0);
            before = places * 3 + domains;
        }
    }
}

TEST(AllToAllOverDomains, WithoutExpertsNamesWhatToAdd)
{
    try {
        make("all_to_all", "deduplicated", call_of({8, 4, 1}, 1024));
        FAIL();
    } catch (std::invalid_argument const& error) {
        EXPECT_THAT(error.what(), HasSubstr("add experts, top_k and token_bytes"));
    }
}

// ---------------------------------------------------------------------------------------------- all-reduce

constexpr std::uint32_t kMostRanks = 12;
using Contributions = std::bitset<kMostRanks>;

//! Which ranks' contributions each gpu holds of each of N chunks of S: chunk l R + d is summed at (d, l).
class HierarchicalReduction {
public:
    explicit HierarchicalReduction(Shape const& shape)
        : shape_(shape), held_(shape.ranks * shape.groups, std::vector<Contributions>(shape.ranks))
    {
        for (std::uint32_t gpu = 0; gpu != held_.size(); ++gpu)
            for (auto& chunk : held_[gpu]) chunk.set(gpu % shape.ranks);
    }

    void send(Move const& m)
    {
        for (std::uint32_t chunk : chunks(m))
            carried_[{m.family, m.from, m.to, chunk}] = held_[m.from][chunk];
    }

    void arrive(Move const& m)
    {
        EXPECT_EQ(m.from / shape_.ranks, m.to / shape_.ranks);
        for (std::uint32_t chunk : chunks(m)) {
            Contributions const got = carried_.at({m.family, m.from, m.to, chunk});
            Contributions& mine = held_[m.to][chunk];
            if (got.count() == shape_.ranks) {
                mine = got;
            } else {
                EXPECT_TRUE((mine & got).none()) << "step " << m.step << ": gpu " << m.to << " adds " << got
                                                 << " of gpu " << m.from << " to " << mine << " of " << chunk;
                mine |= got;
            }
        }
    }

    bool complete() const
    {
        for (auto const& gpu : held_)
            for (auto const& chunk : gpu)
                if (chunk.count() != shape_.ranks) return false;
        return true;
    }

    std::vector<std::uint32_t> chunks(Move const& m) const
    {
        std::uint32_t const domains = shape_.ranks / shape_.domain_ranks;
        bool const within = m.from / shape_.domain_ranks == m.to / shape_.domain_ranks;
        if (!within) return {m.from % shape_.domain_ranks * domains + m.chunk};
        std::vector<std::uint32_t> of_a_place;
        for (std::uint32_t d = 0; d != domains; ++d) of_a_place.push_back(m.chunk * domains + d);
        return of_a_place;
    }

private:
    Shape shape_;
    std::vector<std::vector<Contributions>> held_;
    std::map<std::array<std::uint32_t, 4>, Contributions> carried_;
};

class HierarchicalAllReduce : public ::testing::TestWithParam<Shape> {};

// No counter knows of both a rank's own domain and the others: the domains' own sums come first here.
TEST_P(HierarchicalAllReduce, LeavesEveryContributionOnceAtEveryRankInAnyOrderOfArrivalFromOtherDomains)
{
    Schedule const s = make("all_reduce", "hierarchical", call_of(GetParam(), 100'000));
    for (unsigned seed = 0; seed != 20; ++seed) {
        HierarchicalReduction reduction(GetParam());
        Mover mover(s, seed, GetParam().domain_ranks, 1);
        EXPECT_TRUE(mover.run([&](Move const& m) { reduction.send(m); },
                              [&](Move const& m) { reduction.arrive(m); }));
        EXPECT_TRUE(reduction.complete());
    }
    expect_complete_in_engine(s);
}

// Within the domain 2 S (L-1)/L, over the NIC 2 S/L (R-1)/R, with S up to a multiple of 16 B N; every chunk
// as long as any.
TEST_P(HierarchicalAllReduce, SendsThePublishedNumberOfBytes)
{
    std::int64_t const n = GetParam().ranks, l = GetParam().domain_ranks;
    std::int64_t const padded = (100'000 + 16 * n - 1) / (16 * n) * (16 * n);
    HierarchicalReduction const reduction(GetParam());
    for (auto const& moves : expand(make("all_reduce", "hierarchical", call_of(GetParam(), 100'000)))) {
        std::int64_t inside = 0, outside = 0;
        for (Move const& m : moves) {
            (m.from / l == m.to / l ? inside : outside) += m.bytes;
            EXPECT_EQ(m.bytes, padded / n * static_cast<std::int64_t>(reduction.chunks(m).size()));
        }
        EXPECT_EQ(inside, 2 * padded * (l - 1) / l);
        EXPECT_EQ(outside, 2 * padded / l * (n / l - 1) / (n / l));
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, HierarchicalAllReduce,
                         ::testing::Values(Shape{12, 4, 1}, Shape{8, 2, 2}, Shape{6, 3, 3}, Shape{12, 6, 1}));

TEST(HierarchicalAllReduce, OfOneDomainOrOfDomainsOfOneRankIsTwoShot)
{
    for (Shape const& shape : {Shape{8, 0, 1}, Shape{8, 8, 1}, Shape{8, 1, 1}}) {
        CollectiveCall const call = call_of(shape, 1000);
        auto const moves = expand(make("all_reduce", "hierarchical", call));
        auto const two_shot = expand(make("all_reduce", "two_shot", call));
        ASSERT_EQ(moves[3].size(), two_shot[3].size());
        for (std::size_t i = 0; i != moves[3].size(); ++i) {
            EXPECT_EQ(moves[3][i].to, two_shot[3][i].to);
            EXPECT_EQ(moves[3][i].bytes, two_shot[3][i].bytes);
        }
    }
}

// -------------------------------------------------------------------------------------------------- groups

bool alike(Move const& a, Move const& b, std::uint32_t shift)
{
    return a.from == b.from + shift && a.to == b.to + shift && a.bytes == b.bytes && a.chunk == b.chunk &&
           a.step == b.step && a.wait == b.wait && a.need == b.need && a.signal == b.signal;
}

TEST(Groups, EachDoWhatOneDoes)
{
    for (auto const& algorithm : algorithms()) {
        if (algorithm.in_switches()) continue;  // sends nothing, or to switches
        CollectiveCall call = expert_call({6, 2, 1}, 0);
        auto const one = expand(algorithm.make(call));
        call.groups = 3;
        call.gpus = 18;
        Schedule const s = algorithm.make(call);
        auto const three = expand(s);
        ASSERT_EQ(three.size(), 18u) << algorithm.name;
        for (std::uint32_t gpu = 0; gpu != 18; ++gpu) {
            ASSERT_EQ(three[gpu].size(), one[gpu % 6].size());
            for (std::size_t i = 0; i != three[gpu].size(); ++i)
                EXPECT_TRUE(alike(three[gpu][i], one[gpu % 6][i], gpu / 6 * 6)) << algorithm.name;
        }
        expect_complete_in_engine(s);
    }
}

TEST(Groups, AndDomainsThatCannotBeAreRefused)
{
    for (auto const& algorithm : algorithms()) {
        try {
            algorithm.make(call_of({8, 3, 1}, 1024));
            FAIL() << algorithm.name;
        } catch (std::invalid_argument const& error) {
            EXPECT_THAT(error.what(), HasSubstr("domains of 3 ranks do not divide a group of 8"));
        }
        EXPECT_THROW(algorithm.make(call_of({8, 4, 0}, 1024)), std::invalid_argument);
    }
}

}  // namespace
}  // namespace copperwall

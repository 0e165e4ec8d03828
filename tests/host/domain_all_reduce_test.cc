//! All-reduces over domains bring every contribution to every rank once, in the time of their closed forms.
#include <gtest/gtest.h>

#include <set>

#include "host/schedule/binary_tree.h"
#include "host/schedule/registry.h"
#include "tests/host/domain_cluster.h"
#include "tests/host/reduction_replay.h"

namespace copperwall {
namespace {

//! Parts (chunk, place, domain): a domain's share of a place's share.
PartsOf parts_of_rails(Cluster const& c, std::uint32_t counters)
{
    std::uint32_t const l = c.call.domain_ranks, r = c.call.ranks / l;
    return [=](Move const& m) {
        std::uint32_t const chunk = chunk_of(m, counters);
        if (m.from / l == m.to / l) return range((chunk * l + m.chunk) * r, r);
        return range((chunk * l + m.from % l) * r + m.chunk, 1);
    };
}

//! Parts (chunk, place, tree).
PartsOf parts_of_trees(std::uint32_t places)
{
    return [=](Move const& m) {
        std::uint32_t const counter = (m.signal != kNone ? m.signal : m.wait) % 5;
        bool const within = m.from / places == m.to / places;
        std::uint32_t const place = within ? m.chunk : m.from % places;
        std::uint32_t const first = (chunk_of(m, 5) * places + place) * 2;
        return counter == 0 ? range(first, 2) : range(first + (counter - 1) / 2, 1);
    };
}

struct RailCase {
    char const* name;
    std::uint32_t domains, places, chunks;
};

class RailAllReduce : public ::testing::TestWithParam<RailCase> {
protected:
    Cluster cluster(std::int64_t bytes = 100'000) const
    {
        return Cluster(GetParam().domains, GetParam().places, bytes, GetParam().chunks);
    }
    PartsOf parts(Cluster const& c) const
    {
        return parts_of_rails(c, GetParam().name == std::string("pipelined") ? 3 : 2);
    }
};

TEST_P(RailAllReduce, LeavesEveryContributionOnceAtEveryRank)
{
    Cluster const c = cluster();
    Schedule const s = c.schedule(GetParam().name);
    std::uint32_t const count = c.call.ranks * GetParam().chunks;
    for (unsigned seed = 0; seed != 5; ++seed) {
        ReductionReplay any(c.call.ranks, count, parts(c));
        Mover mover(s, seed, GetParam().places, 1);  // sums of the own domain come first
        EXPECT_TRUE(mover.run([&](Move const& m) { any.send(m); }, [&](Move const& m) { any.arrive(m); }));
        EXPECT_TRUE(any.complete());
    }
    ReductionReplay real(c.call.ranks, count, parts(c));
    real.replay(s, c.run(s));
    EXPECT_TRUE(real.complete());
}

// Within the domain 2 S (L-1)/L, over the NIC 2 S/L (R-1)/R, where 16 B N C divides S.
TEST_P(RailAllReduce, SendsThePublishedNumberOfBytes)
{
    std::int64_t const l = GetParam().places, r = GetParam().domains,
                       bytes = 16 * l * r * GetParam().chunks * 9;
    for (auto const& moves : expand(cluster(bytes).schedule(GetParam().name))) {
        std::int64_t inside = 0, outside = 0;
        for (Move const& m : moves) (m.from / l == m.to / l ? inside : outside) += m.bytes;
        EXPECT_EQ(inside, 2 * bytes * (l - 1) / l);
        EXPECT_EQ(outside, 2 * bytes / l * (r - 1) / r);
    }
}

TEST_P(RailAllReduce, TakesItsClosedForm)
{
    for (std::int64_t bytes : {1 << 10, 100'000, 4 << 20})
        EXPECT_NEAR(cluster(bytes).excess_ns(GetParam().name), 0, 1e-3) << bytes;
}

INSTANTIATE_TEST_SUITE_P(Cases, RailAllReduce,
                         ::testing::Values(RailCase{"pipelined", 3, 4, 1}, RailCase{"pipelined", 3, 4, 2},
                                           RailCase{"pipelined", 2, 8, 7}, RailCase{"pipelined", 6, 2, 5},
                                           RailCase{"rail_rings", 3, 4, 1}, RailCase{"rail_rings", 2, 8, 3},
                                           RailCase{"rail_rings", 5, 3, 8}));

// 4 domains of 4, 4 MiB, no software, in 1 and in 16 chunks, packets of 272 B for 256. One chunk: scatter and
// gather 3 x 1 MiB x 272/256 / 50 = 66.8 us each, NICs 2 x 3 x 256 KiB x 272/256 / 10 = 167.1 us each way
// summed. In 16 chunks the NIC never rests: a sixteenth of both and 167.1 us.
TEST(PipelinedAllReduce, OverlapsLinksAndNics)
{
    double const link_ns = 3 * 1048576.0 * 272 / 256 / 50, nic_ns = 6 * 262144.0 * 272 / 256 / 10;
    double const ways_ns = 2 * 240 + 2 * 2000;
    auto const simulated_ns = [](std::uint32_t chunks) {
        Cluster c(4, 4, 4 << 20, chunks);
        c.call.launch_ns = c.call.step_ns = 0;
        return static_cast<double>(c.run(c.schedule("pipelined")).finish_fs) / kFsPerNs;
    };
    EXPECT_NEAR(simulated_ns(1), 2 * link_ns + nic_ns + ways_ns, 1);
    EXPECT_GE(simulated_ns(16), 2 * link_ns / 16 + nic_ns);
    EXPECT_LE(simulated_ns(16), 2 * link_ns / 16 + nic_ns + 2 * ways_ns);
}

// ------------------------------------------------------------------------------------------------ one shot

TEST(OneShotAllReduce, SendsEveryBufferToEveryOther)
{
    Cluster const c(1, 6, 1000, 1);
    std::set<std::pair<std::uint32_t, std::uint32_t>> delivered;
    Mover mover(c.schedule("one_shot"), 1);
    mover.run([](Move const&) {},
              [&](Move const& m) {
                  EXPECT_EQ(m.bytes, 1008);
                  EXPECT_TRUE(delivered.insert({m.from, m.to}).second);
              });
    EXPECT_EQ(delivered.size(), 30u);
}

// Over rails a rank sends the sum of its domain, which it has when it is released.
TEST(OneShotRailsAllReduce, BringsEveryDomainsSumOnce)
{
    Cluster const c(3, 4, 100'000, 1);
    Schedule const s = c.schedule("one_shot_rails");
    ReductionReplay real(
        12, 4, [](Move const& m) { return range(m.from / 4 == m.to / 4 ? m.chunk : m.from % 4, 1); });
    real.replay(s, c.run(s));
    EXPECT_TRUE(real.complete());
}

TEST(OneShotAllReduce, TakesItsClosedForm)
{
    for (std::int64_t bytes : {64, 1 << 10, 100'000}) {
        EXPECT_NEAR(Cluster(3, 4, bytes, 1).excess_ns("one_shot_rails"), 0, 1e-3);
        Cluster flat(1, 8, bytes, 1);
        flat.call.per_peer_ns = 30;
        EXPECT_NEAR(flat.excess_ns("one_shot"), 0, 1e-3);
    }
}

// ---------------------------------------------------------------------------------------------------- trees

// NCCL's example of 14 nodes, src/graph/trees.cc: 0 above 8, 8 above 4 and 12, 12 above 10 and 13.
TEST(BinaryTree, IsNcclsOfFourteenNodes)
{
    Tree const tree = first_tree(14);
    EXPECT_EQ(tree[0].parent, kNone);
    EXPECT_EQ(tree[8].parent, 0u);
    EXPECT_EQ(tree[8].children, (std::array<std::uint32_t, 2>{4, 12}));
    EXPECT_EQ(tree[12].children, (std::array<std::uint32_t, 2>{10, 13}));
    EXPECT_EQ(tree[6].children, (std::array<std::uint32_t, 2>{5, 7}));
}

// Every node hangs below one root within ceil(log2 n) edges, and is a leaf of at least one tree unless it has
// the only child of a root.
TEST(BinaryTree, HangsEveryNodeBelowOneRootAndSharesTheInnerNodes)
{
    for (std::uint32_t n = 2; n != 150; ++n) {
        Tree const both[2] = {first_tree(n), second_tree(n)};
        for (Tree const& tree : both)
            for (std::uint32_t v = 0; v != n; ++v) {
                std::uint32_t up = 0, at = v;
                for (; tree[at].parent != kNone; at = tree[at].parent) ++up;
                EXPECT_EQ(up, tree[v].depth);
                EXPECT_LT(1u << up, 2 * n);
            }
        for (std::uint32_t v = 0; v != n; ++v)
            EXPECT_LE(both[0][v].child_count() + both[1][v].child_count(), 3u) << v << " of " << n;
    }
}

struct TreeCase {
    std::uint32_t domains, places, chunks;
};

class DoubleTree : public ::testing::TestWithParam<TreeCase> {
protected:
    //! Trees of ranks where there is one domain or one place.
    std::uint32_t tree_places() const { return GetParam().domains == 1 ? 1 : GetParam().places; }
};

TEST_P(DoubleTree, LeavesEveryContributionOnceAtEveryRank)
{
    Cluster const c(GetParam().domains, GetParam().places, 100'000, GetParam().chunks);
    Schedule const s = c.schedule("double_tree");
    std::uint32_t const count = 2 * tree_places() * GetParam().chunks;
    for (unsigned seed = 0; seed != 5; ++seed) {
        ReductionReplay any(c.call.ranks, count, parts_of_trees(tree_places()));
        Mover mover(s, seed, GetParam().places, tree_places() > 1 ? 1 : 0);
        EXPECT_TRUE(mover.run([&](Move const& m) { any.send(m); }, [&](Move const& m) { any.arrive(m); }));
        EXPECT_TRUE(any.complete());
    }
    ReductionReplay real(c.call.ranks, count, parts_of_trees(tree_places()));
    real.replay(s, c.run(s));
    EXPECT_TRUE(real.complete());
}

// Every node but the root sends each tree's half up and gets it back: 2 (n - 1) halves a tree.
TEST_P(DoubleTree, SendsTwiceTheBufferLessTheRoots)
{
    std::int64_t const places = tree_places(), nodes = GetParam().domains * GetParam().places / places;
    std::int64_t const bytes = 32 * places * GetParam().chunks * 5;
    std::int64_t trees = 0;
    Cluster const c(GetParam().domains, GetParam().places, bytes, GetParam().chunks);
    for (auto const& moves : expand(c.schedule("double_tree")))
        for (Move const& m : moves)
            if (m.from / places != m.to / places) trees += m.bytes;
    EXPECT_EQ(trees, 2 * (nodes - 1) * bytes);
}

TEST_P(DoubleTree, TakesAtLeastItsClosedForm)
{
    Cluster const c(GetParam().domains, GetParam().places, 1 << 20, GetParam().chunks);
    EXPECT_GE(c.excess_ns("double_tree"), -1e-3);
}

INSTANTIATE_TEST_SUITE_P(Cases, DoubleTree,
                         ::testing::Values(TreeCase{2, 4, 1}, TreeCase{3, 4, 2}, TreeCase{7, 2, 3},
                                           TreeCase{8, 3, 1}, TreeCase{1, 8, 4}, TreeCase{1, 13, 1},
                                           TreeCase{6, 1, 2}));

// R = 2, C = 1: scatter, up, down, gather. Of more domains a parent's second child waits for the first: one
// share of 16 B + 16 B, 3.2 ns, at each of the 2 x 4 edges of a way at most, in both trees.
TEST(DoubleTree, TakesItsClosedFormWhereNothingMeets)
{
    for (std::int64_t bytes : {64, 100'000})
        EXPECT_NEAR(Cluster(2, 4, bytes, 1).excess_ns("double_tree"), 0, 1e-3);
    EXPECT_LE(Cluster(16, 2, 64, 1).excess_ns("double_tree"), 2 * 8 * 3.2);
}

//! Families, table rows and counters of 1152 ranks in 64 chunks.
TEST(Schedules, OfManyRanksStaySmall)
{
    for (char const* name : {"pipelined", "rail_rings", "double_tree", "one_shot_rails"})
        for (std::uint32_t domain : {8u, 72u, 576u}) {
            CollectiveCall call;
            call.gpus = call.ranks = 1152;
            call.domain_ranks = domain;
            call.bytes = 1 << 30;
            call.chunks = 64;
            Schedule const s = find_algorithm("all_reduce", name)->make(call);
            std::size_t const bytes = s.families.size() * sizeof(Family) + s.table.size() * sizeof(TableRow) +
                                      std::size_t{4} * s.counters * s.gpus;
            EXPECT_LT(bytes, 8u << 20) << name << " " << domain;
        }
}

}  // namespace
}  // namespace copperwall

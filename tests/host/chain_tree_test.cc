//! Chains within domains and trees between them: the right data, bytes and time.
#include "host/schedule/chain_tree_all_reduce.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/host/domain_cluster.h"
#include "tests/host/reduction_replay.h"

namespace copperwall {
namespace {

struct ChainTreeCase {
    std::uint32_t domains, places, chunks;
    std::uint32_t nics = 0;  //!< of a domain that are used; 0: all
};

class ChainTree : public ::testing::TestWithParam<ChainTreeCase> {
protected:
    static constexpr char kName[] = "chain_tree";

    std::uint32_t places() const { return GetParam().places; }
    bool all_heads() const { return GetParam().nics == 0 || GetParam().domains == 1; }
    std::uint32_t heads() const { return all_heads() ? places() : GetParam().nics; }
    Cluster cluster(std::int64_t bytes) const
    {
        Cluster c(GetParam().domains, places(), bytes, GetParam().chunks);
        c.call.nics = GetParam().nics;
        return c;
    }

    //! Parts (chunk, head, tree): a receiver's counter says its position, L - 1 parts and then L wholes a
    //! tree.
    PartsOf parts() const
    {
        return [l = places(), m_heads = heads()](Move const& m) {
            std::uint32_t const of_tree = 2 * l - 1, counter = m.signal % (2 * of_tree);
            std::uint32_t const tree = counter / of_tree, index = counter % of_tree;
            std::uint32_t const position = index < l - 1 ? index : index - (l - 1);
            std::uint32_t const place = modulo(std::int64_t{m.to % l} - position, l);
            std::uint32_t head = 0;
            while (head * l / m_heads < place) ++head;
            EXPECT_EQ(head * l / m_heads, place) << "no head is there";
            return range((chunk_of(m, 2 * of_tree) * m_heads + head) * 2 + tree, 1);
        };
    }
};

TEST_P(ChainTree, LeavesEveryContributionOnceAtEveryRank)
{
    Cluster const c = cluster(100'000);
    Schedule const s = c.schedule(kName);
    std::uint32_t const count = 2 * heads() * GetParam().chunks;
    for (unsigned seed = 0; seed != 5; ++seed) {
        ReductionReplay any(c.call.ranks, count, parts());
        Mover mover(s, seed, places());
        EXPECT_TRUE(mover.run([&](Move const& m) { any.send(m); }, [&](Move const& m) { any.arrive(m); }));
        EXPECT_TRUE(any.complete());
    }
    ReductionReplay real(c.call.ranks, count, parts());
    real.replay(s, c.run(s));
    EXPECT_TRUE(real.complete());
}

// Every rank but the two roots' of a share's trees sends the share up once and gets it once: 2 (N - 1) S in
// all, of which NICs carry 2 (R - 1) S.
TEST_P(ChainTree, SendsThePublishedNumberOfBytes)
{
    std::int64_t const l = places(), r = GetParam().domains,
                       bytes = 32 * std::int64_t{heads()} * GetParam().chunks * 5;
    std::int64_t inside = 0, outside = 0;
    for (auto const& moves : expand(cluster(bytes).schedule(kName)))
        for (Move const& m : moves) (m.from / l == m.to / l ? inside : outside) += m.bytes;
    EXPECT_EQ(outside, 2 * (r - 1) * bytes);
    EXPECT_EQ(inside, 2 * r * (l - 1) * bytes);
}

TEST_P(ChainTree, TakesAtLeastItsClosedForm)
{
    for (std::int64_t bytes : {1 << 10, 1 << 20}) EXPECT_GE(cluster(bytes).excess_ns(kName), -1e-3) << bytes;
}

INSTANTIATE_TEST_SUITE_P(Cases, ChainTree,
                         ::testing::Values(ChainTreeCase{1, 2, 1}, ChainTreeCase{1, 8, 3},
                                           ChainTreeCase{2, 2, 1}, ChainTreeCase{2, 8, 2},
                                           ChainTreeCase{3, 4, 2}, ChainTreeCase{7, 2, 3},
                                           ChainTreeCase{8, 3, 1}, ChainTreeCase{2, 8, 2, 3},
                                           ChainTreeCase{5, 4, 1, 2}, ChainTreeCase{1, 4, 2, 3}));

// Two ranks: each sends the other two quarters of S and, as soon as they have come, the sums of its own two,
// so that links never rest: 1 MiB, packets of 272 B for 256, 1 MiB x 272/256 / 50 = 22.28 us, and a way of
// 240 ns.
TEST(ChainTreeOfTwo, TakesItsClosedForm)
{
    Cluster c(1, 2, 1 << 20, 1);
    EXPECT_NEAR(c.excess_ns("chain_tree"), 0, 1e-3);
    c.call.launch_ns = c.call.step_ns = 0;
    double const ns = static_cast<double>(c.run(c.schedule("chain_tree")).finish_fs) / kFsPerNs;
    EXPECT_NEAR(ns, 1048576.0 * 272 / 256 / 50 + 240, 1e-3);
}

// Small messages: 2 (L - 1) steps of 70 ns and 240 ns in the domain, 2 log2 R of 70 and 2000 ns over NICs.
TEST(ChainTreeOfMany, TakesItsStepsForSmallMessages)
{
    for (std::uint32_t domains : {2u, 4u, 16u}) {
        Cluster const c(domains, 8, 64, 1);
        double const ns = static_cast<double>(c.run(c.schedule("chain_tree")).finish_fs) / kFsPerNs;
        double const edges = std::log2(domains);
        double const steps_ns = 1000 + 14 * (70 + 240) + 2 * edges * (70 + 2000);
        EXPECT_GE(ns, steps_ns);
        double const packets_ns = 14 * 2 * 0.64 + 2 * edges * 4 * 3.2;  // 32 B at 50 and 10 GB/s
        EXPECT_LE(ns, steps_ns + packets_ns) << domains;
        EXPECT_LE(c.excess_ns("chain_tree"), packets_ns) << domains;
    }
}

// Large messages in many chunks: links carry 4 (L - 1) shares of S / 2L each, NICs over two domains S / L.
TEST(ChainTreeOfMany, TakesWhatItsLinksTakeForLargeMessages)
{
    Cluster c(2, 8, 64 << 20, 64);
    c.call.launch_ns = c.call.step_ns = 0;
    double const ns = static_cast<double>(c.run(c.schedule("chain_tree")).finish_fs) / kFsPerNs;
    double const links = 2.0 * (64 << 20) * 7 / 8 * 272 / 256 / 50;
    EXPECT_GE(ns, links);
    EXPECT_LE(ns, 1.2 * links);
    EXPECT_LE(c.excess_ns("chain_tree"), 0.2 * links);
}

}  // namespace
}  // namespace copperwall

//! Rings of all ranks, one for each NIC of a domain: their order, the right data, bytes and time.
#include "host/schedule/multi_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "tests/host/domain_cluster.h"

namespace copperwall {
namespace {

struct RingsCase {
    std::uint32_t domains, places;
    std::uint32_t nics = 0;  //!< of a domain that are used; 0: all
};

class MultiRing : public ::testing::TestWithParam<RingsCase> {
protected:
    static constexpr char kName[] = "multi_ring";

    std::uint32_t ranks() const { return GetParam().domains * GetParam().places; }
    std::uint32_t places() const { return GetParam().places; }
    std::uint32_t rings() const { return GetParam().nics == 0 ? places() : GetParam().nics; }
    Cluster cluster(std::int64_t bytes = 100'000) const
    {
        Cluster c(GetParam().domains, GetParam().places, bytes, 0);
        c.call.nics = GetParam().nics;
        return c;
    }
    std::uint32_t domain(std::uint32_t rank) const { return rank / places(); }

    //! [ring][rank], of the first step.
    std::vector<std::map<std::uint32_t, std::uint32_t>> successors(Schedule const& s) const
    {
        std::vector<std::map<std::uint32_t, std::uint32_t>> next(rings());
        for (auto const& moves : expand(s))
            for (Move const& m : moves)
                if (m.step == 0) next[m.signal][m.from] = m.to;
        return next;
    }

    //! [ring][rank]: how many steps it is behind rank 0.
    std::vector<std::vector<std::uint32_t>> positions(Schedule const& s) const
    {
        std::vector<std::vector<std::uint32_t>> all;
        for (auto& next : successors(s)) {
            std::vector<std::uint32_t> position(ranks(), kNone);
            std::uint32_t rank = 0;
            for (std::uint32_t i = 0; i != ranks(); ++i, rank = next[rank]) position[rank] = i;
            EXPECT_EQ(rank, 0u);
            all.push_back(position);
        }
        return all;
    }

    //! Part (ring, rank): the rank's own of what a ring carries. In step k a rank sends the part of the one k
    //! + back before it.
    std::vector<std::vector<std::uint32_t>> part_sent(Schedule const& s, std::uint32_t back) const
    {
        std::vector<std::vector<std::uint32_t>> at;  // [ring][position] -> rank
        for (auto const& position : positions(s)) {
            at.emplace_back(ranks());
            for (std::uint32_t r = 0; r != ranks(); ++r) at.back()[position[r]] = r;
        }
        auto const place_of = positions(s);
        std::vector<std::vector<std::uint32_t>> part(rings() * ranks());
        for (std::uint32_t ring = 0; ring != rings(); ++ring)
            for (std::uint32_t r = 0; r != ranks(); ++r)
                for (std::uint32_t k = 0; k != s.steps; ++k)
                    part[ring * ranks() + r].push_back(
                        at[ring][modulo(std::int64_t{place_of[ring][r]} - k - back, ranks())]);
        return part;
    }
};

TEST_P(MultiRing, VisitsAllRanksAndEveryNicOnceEachWay)
{
    auto const next = successors(cluster().schedule(kName, "all_gather"));
    std::vector<std::uint32_t> out(ranks()), in(ranks());
    for (std::uint32_t ring = 0; ring != rings(); ++ring) {
        std::uint32_t rank = 0, crossings = 0, across_places = 0;
        std::set<std::uint32_t> seen;
        do {
            std::uint32_t const to = next[ring].at(rank);
            if (domain(rank) != domain(to)) {
                EXPECT_EQ(domain(to), (domain(rank) + 1) % GetParam().domains);
                ++crossings;
                ++out[rank];
                ++in[to];
                across_places += rank % places() != to % places() ? 1 : 0;
            }
            EXPECT_TRUE(seen.insert(rank).second);
            rank = to;
        } while (rank != 0);
        EXPECT_EQ(seen.size(), ranks());
        EXPECT_EQ(crossings, GetParam().domains);
        EXPECT_EQ(across_places, GetParam().domains % 2);
    }
    EXPECT_EQ(std::accumulate(out.begin(), out.end(), 0u), rings() * GetParam().domains);
    EXPECT_EQ(std::accumulate(in.begin(), in.end(), 0u), rings() * GetParam().domains);
    EXPECT_EQ(*std::max_element(out.begin(), out.end()), 1u);
    EXPECT_EQ(*std::max_element(in.begin(), in.end()), 1u);
    for (std::uint32_t ring = 0; ring != rings(); ++ring)
        EXPECT_EQ(in[places() + (ring * places() / rings() + places() - 1) % places()], 1u)
            << "a second domain is entered at the place before the ring's, which is left in the first";
}

TEST_P(MultiRing, AllGatherBringsEveryPartToAllAndNoneTwice)
{
    Schedule const s = cluster().schedule(kName, "all_gather");
    auto const part = part_sent(s, 0);
    for (unsigned seed = 0; seed != 5; ++seed) {
        std::set<std::array<std::uint32_t, 3>> held;  // (ring, rank, part)
        for (std::uint32_t ring = 0; ring != rings(); ++ring)
            for (std::uint32_t r = 0; r != ranks(); ++r) held.insert({ring, r, r});
        auto const of = [&](Move const& m) { return part[m.signal * ranks() + m.from][m.step]; };
        auto const send = [&](Move const& m) { EXPECT_TRUE(held.count({m.signal, m.from, of(m)})); };
        auto const arrive = [&](Move const& m) { EXPECT_TRUE(held.insert({m.signal, m.to, of(m)}).second); };
        Mover mover(s, seed, places());
        EXPECT_TRUE(mover.run(send, arrive));
        EXPECT_EQ(held.size(), std::size_t{rings()} * ranks() * ranks());
    }
}

//! Sums of ranks: a reduce-scatter leaves each rank the whole sum of its own part, an all-reduce of all.
TEST_P(MultiRing, SumsEveryRankOnce)
{
    for (char const* op : {"reduce_scatter", "all_reduce"}) {
        Schedule const s = cluster().schedule(kName, op);
        auto const part = part_sent(s, 1);  // so that the last to arrive is the own
        for (unsigned seed = 0; seed != 5; ++seed) {
            std::map<std::array<std::uint32_t, 3>, std::set<std::uint32_t>> held;     // (ring, rank, part)
            std::map<std::array<std::uint32_t, 3>, std::set<std::uint32_t>> carried;  // (ring, sender, step)
            for (std::uint32_t ring = 0; ring != rings(); ++ring)
                for (std::uint32_t r = 0; r != ranks(); ++r)
                    for (std::uint32_t p = 0; p != ranks(); ++p) held[{ring, r, p}] = {r};
            auto const of = [&](Move const& m) { return part[m.signal * ranks() + m.from][m.step]; };
            auto const send = [&](Move const& m) {
                carried[{m.signal, m.from, m.step}] = held[{m.signal, m.from, of(m)}];
            };
            auto const arrive = [&](Move const& m) {
                auto const& sum = carried[{m.signal, m.from, m.step}];
                auto& mine = held[{m.signal, m.to, of(m)}];
                if (m.step >= ranks() - 1) {
                    EXPECT_EQ(sum.size(), ranks());
                } else {
                    for (std::uint32_t rank : sum) EXPECT_FALSE(mine.count(rank)) << m.from << " to " << m.to;
                }
                mine.insert(sum.begin(), sum.end());
            };
            Mover mover(s, seed, places());
            EXPECT_TRUE(mover.run(send, arrive));
            bool const all = std::string(op) == "all_reduce";
            for (auto const& [of_part, sum] : held) {
                auto const [ring, rank, p] = of_part;
                if (all || p == rank) {
                    EXPECT_EQ(sum.size(), ranks()) << op << " ring " << ring << ", rank " << rank;
                }
            }
        }
    }
}

// Steps (N - 1) of S/(N C), C - 1 of them over links and one over the NIC where that is used, else C over
// links, where 16 B N C divides S.
TEST_P(MultiRing, SendsThePublishedNumberOfBytes)
{
    std::int64_t const c = rings(), n = ranks(), bytes = 16 * n * c * 9;
    for (auto const& [op, turns] :
         std::map<std::string, std::int64_t>{{"reduce_scatter", 1}, {"all_gather", 1}, {"all_reduce", 2}}) {
        for (auto const& moves : expand(cluster(bytes).schedule(kName, op.c_str()))) {
            std::int64_t inside = 0, outside = 0;
            for (Move const& m : moves) (domain(m.from) == domain(m.to) ? inside : outside) += m.bytes;
            std::int64_t const one = turns * (n - 1) * bytes / (n * c);
            EXPECT_TRUE(outside == one || (outside == 0 && c != places())) << op;
            EXPECT_EQ(inside + outside, c * one) << op;
        }
    }
}

//! Of small messages the chain decides, of large ones the NIC: exact but for messages of several rings that a
//! gpu's links send at once, one of each other ring in every step at most. In between they take turns.
TEST_P(MultiRing, TakesItsClosedFormAndNoLess)
{
    for (std::int64_t bytes : {1 << 10, 100'000, 16 << 20}) {
        for (auto const& [op, turns] :
             std::map<std::string, double>{{"reduce_scatter", 1}, {"all_gather", 1}, {"all_reduce", 2}}) {
            Cluster const c = cluster(bytes);
            double const excess = c.excess_ns(kName, op.c_str());
            double const form = find_algorithm(op, kName)->closed_form_ns(c.call, c.paths);
            double const message_ns = (static_cast<double>(bytes) / ranks() / rings() + 272) * 272 / 256 / 50;
            double const others = turns * ranks() * (places() - 2) * message_ns;
            EXPECT_GT(excess, -1e-3) << op << " " << bytes;
            EXPECT_LT(excess, others + (bytes == 100'000 ? 0.1 * form : 1e-3)) << op << " " << bytes;
        }
    }
}

// 2 domains of 2, 16 MiB, no software: all-gather in 3 steps of 1/8 each, 2 MiB x 272/256 over a NIC of 10
// GB/s one after another, and 2000 ns.
TEST(MultiRing, LargeMessagesTakeWhatTheirNicTakes)
{
    Cluster c(2, 2, 16 << 20, 0);
    c.call.launch_ns = c.call.step_ns = 0;
    double const ns = static_cast<double>(c.run(c.schedule("multi_ring", "all_gather")).finish_fs) / kFsPerNs;
    EXPECT_NEAR(ns, 3 * 2097152.0 * 272 / 256 / 10 + 2000, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Cases, MultiRing,
                         ::testing::Values(RingsCase{2, 2}, RingsCase{3, 2}, RingsCase{2, 8}, RingsCase{3, 4},
                                           RingsCase{4, 3}, RingsCase{2, 8, 3}, RingsCase{3, 4, 2}));

}  // namespace
}  // namespace copperwall

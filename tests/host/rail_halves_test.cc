//! Reduce-scatter and all-gather over domains: the right data, in the time of their closed forms.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/host/domain_cluster.h"

namespace copperwall {
namespace {

constexpr std::uint32_t kCounters = 2;  //!< of a chunk

struct HalfCase {
    std::uint32_t domains, places, chunks;
};

class RailHalves : public ::testing::TestWithParam<HalfCase> {
protected:
    static constexpr char kName[] = "rail_rings";

    std::uint32_t ranks() const { return GetParam().domains * GetParam().places; }
    Cluster cluster(std::int64_t bytes = 100'000) const
    {
        return Cluster(GetParam().domains, GetParam().places, bytes, GetParam().chunks);
    }
    //! Part (chunk, place, domain): what the rank at that place of that domain keeps of a chunk.
    std::uint32_t part(std::uint32_t chunk, std::uint32_t place, std::uint32_t domain) const
    {
        return (chunk * GetParam().places + place) * GetParam().domains + domain;
    }
    std::vector<std::uint32_t> parts_of(Move const& m) const
    {
        std::uint32_t const l = GetParam().places, chunk = chunk_of(m, kCounters);
        if (m.from / l == m.to / l) return range(part(chunk, m.chunk, 0), GetParam().domains);
        return {part(chunk, m.from % l, m.chunk)};
    }
    //! Those of a rank, of all chunks.
    std::vector<std::uint32_t> own(std::uint32_t rank) const
    {
        std::vector<std::uint32_t> all;
        for (std::uint32_t c = 0; c != GetParam().chunks; ++c)
            all.push_back(part(c, rank % GetParam().places, rank / GetParam().places));
        return all;
    }
};

TEST_P(RailHalves, ReduceScatterSumsEveryShareAtItsRank)
{
    Schedule const s = cluster().schedule(kName, "reduce_scatter");
    for (unsigned seed = 0; seed != 5; ++seed) {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> held;  // (rank, part)
        std::map<std::array<std::uint32_t, 3>, std::set<std::uint32_t>> carried;          // (from, to, part)
        for (std::uint32_t r = 0; r != ranks(); ++r)
            for (std::uint32_t p = 0; p != ranks() * GetParam().chunks; ++p) held[{r, p}] = {r};
        auto const send = [&](Move const& m) {
            for (std::uint32_t p : parts_of(m)) carried[{m.from, m.to, p}] = held[{m.from, p}];
        };
        auto const arrive = [&](Move const& m) {
            for (std::uint32_t p : parts_of(m))
                for (std::uint32_t rank : carried[{m.from, m.to, p}])
                    EXPECT_TRUE((held[{m.to, p}].insert(rank).second)) << m.from << " to " << m.to;
        };
        Mover mover(s, seed, GetParam().places, 1);  // sums of the own domain come first
        EXPECT_TRUE(mover.run(send, arrive));
        for (std::uint32_t r = 0; r != ranks(); ++r)
            for (std::uint32_t p : own(r)) EXPECT_EQ((held[{r, p}].size()), ranks()) << r;
    }
}

TEST_P(RailHalves, AllGatherBringsEveryShareToAllAndNoneTwice)
{
    Schedule const s = cluster().schedule(kName, "all_gather");
    for (unsigned seed = 0; seed != 5; ++seed) {
        std::set<std::pair<std::uint32_t, std::uint32_t>> held;  // (rank, part)
        for (std::uint32_t r = 0; r != ranks(); ++r)
            for (std::uint32_t p : own(r)) held.insert({r, p});
        auto const send = [&](Move const& m) {
            for (std::uint32_t p : parts_of(m)) EXPECT_TRUE(held.count({m.from, p})) << m.from << " " << p;
        };
        auto const arrive = [&](Move const& m) {
            for (std::uint32_t p : parts_of(m)) EXPECT_TRUE(held.insert({m.to, p}).second);
        };
        Mover mover(s, seed, GetParam().places);
        EXPECT_TRUE(mover.run(send, arrive));
        EXPECT_EQ(held.size(), std::size_t{ranks()} * ranks() * GetParam().chunks);
    }
}

// Within the domain S (L-1)/L, over the NIC S/N, where 16 B N C divides S.
TEST_P(RailHalves, SendThePublishedNumberOfBytes)
{
    std::int64_t const l = GetParam().places, r = GetParam().domains,
                       bytes = 16 * l * r * GetParam().chunks * 9;
    for (char const* op : {"reduce_scatter", "all_gather"}) {
        for (auto const& moves : expand(cluster(bytes).schedule(kName, op))) {
            std::int64_t inside = 0, outside = 0;
            for (Move const& m : moves) (m.from / l == m.to / l ? inside : outside) += m.bytes;
            EXPECT_EQ(inside, bytes * (l - 1) / l) << op;
            EXPECT_EQ(outside, bytes / (l * r) * (r - 1)) << op;
        }
    }
}

TEST_P(RailHalves, TakeTheirClosedForm)
{
    for (std::int64_t bytes : {1 << 10, 100'000, 4 << 20})
        for (char const* op : {"reduce_scatter", "all_gather"})
            EXPECT_NEAR(cluster(bytes).excess_ns(kName, op), 0, 1e-3) << op << " " << bytes;
}

INSTANTIATE_TEST_SUITE_P(Cases, RailHalves,
                         ::testing::Values(HalfCase{3, 4, 1}, HalfCase{3, 4, 2}, HalfCase{2, 8, 7},
                                           HalfCase{6, 2, 5}, HalfCase{5, 3, 8}));

// 4 domains of 4, 4 MiB in one chunk, no software. NICs: 3 steps of 256 KiB x 272/256 / 10 GB/s and 2000 ns;
// links: 3 x 1 MiB x 272/256 / 50 GB/s and 240 ns. Neither begins before the other has ended.
TEST(RailHalves, OfOneChunkAreRailsAndDomainOneAfterTheOther)
{
    Cluster c(4, 4, 4 << 20, 1);
    c.call.launch_ns = c.call.step_ns = 0;
    double const nics = 3 * (262144.0 * 272 / 256 / 10 + 2000), links = 3 * 1048576.0 * 272 / 256 / 50 + 240;
    for (char const* op : {"reduce_scatter", "all_gather"}) {
        double const ns = static_cast<double>(c.run(c.schedule("rail_rings", op)).finish_fs) / kFsPerNs;
        EXPECT_NEAR(ns, nics + links, 1e-3) << op;
    }
}

}  // namespace
}  // namespace copperwall

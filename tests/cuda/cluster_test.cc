//! Gpus with two groups of ports: which messages take which, and the same results from every engine.
#include <gtest/gtest.h>

#include "cuda/check.h"
#include "cuda/engine.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"

namespace copperwall {
namespace {

using testing::run_everywhere;

using testing::cluster;
using testing::Shape;

Shape inside(std::uint32_t gpus, std::uint32_t planes = 1, bool folded = false)
{
    Shape s;
    s.per_leaf = gpus;
    s.planes = planes;
    s.folded = folded;
    return s;
}

Shape between(std::uint32_t leaves, std::uint32_t per_leaf, std::uint32_t spines)
{
    Shape s;
    s.leaves = leaves;
    s.per_leaf = per_leaf;
    s.spines = spines;
    s.rate_Bps = 10'000'000'000;
    s.latency_fs = 700 * kFsPerNs;
    s.spine_latency_fs = 900 * kFsPerNs;
    return s;
}

Family to_all(std::uint32_t gpus, std::int64_t bytes)
{
    Family f;
    f.count = gpus - 1;
    f.group = gpus;
    f.peer_k = 1;
    f.peer_0 = 1;
    f.bytes = bytes;
    return f;
}

EngineInput all_to_all(Network network, std::int64_t bytes)
{
    EngineInput in{std::move(network), {}, {256, 16, 16}};
    in.schedule.gpus = in.network.gpus;
    in.schedule.families = {to_all(in.network.gpus, bytes)};
    return in;
}

//! Each waits for what came before it, around all domains.
EngineInput ring(Network network, std::int64_t bytes)
{
    EngineInput in = all_to_all(std::move(network), bytes);
    Family& f = in.schedule.families.front();
    f.count = 1;
    f.peer_k = 0;
    f.signal = 0;
    Family next = f;
    next.count = 3 * in.network.gpus;
    next.wait = 0;
    next.need_0 = 1;
    next.need_k = 1;
    in.schedule.counters = 1;
    in.schedule.families.push_back(next);
    return in;
}

EngineInput one_message(Network network, std::uint32_t from, std::uint32_t to, std::int64_t bytes)
{
    EngineInput in = all_to_all(std::move(network), bytes);
    Family& f = in.schedule.families.front();
    f.count = 1;
    f.table = 0;
    in.schedule.table.resize(in.network.gpus);
    in.schedule.table[from] = {to, bytes, 0};
    return in;
}

// Domains of 4: gpu 1 to 2 is 2 x 120 ns and 272 B at 50 GB/s; 1 to 6 is 2 x 700 ns and 272 B at 10 GB/s (cut
// through: one serialisation).
TEST(Cluster, MessagesBetweenDomainsTakeTheSlowPorts)
{
    Network const network = cluster(inside(4), 2, between(1, 8, 0));
    EXPECT_EQ(run_everywhere(one_message(network, 1, 2, 256)).finish_fs, 240 * kFsPerNs + 5'440'000);
    EXPECT_EQ(run_everywhere(one_message(network, 1, 6, 256)).finish_fs, 1400 * kFsPerNs + 27'200'000);
}

// Both at once: neither waits for the other.
TEST(Cluster, PortGroupsServeTheirMessagesByThemselves)
{
    EngineInput in = one_message(cluster(inside(4), 2, between(1, 8, 0)), 1, 6, 2560);
    in.schedule.families.front().count = 2;
    in.schedule.table.resize(16);
    in.schedule.table[8 + 1] = {2, 256, 0};
    EngineResult const result = run_everywhere(in);
    EXPECT_EQ(result.messages[8 + 1].complete, 240 * kFsPerNs + 5'440'000);
    EXPECT_EQ(result.messages[1].complete, 1400 * kFsPerNs + 10 * Time{27'200'000});
}

TEST(Cluster, HeadersAreThoseOfTheRate)
{
    Network network = cluster(inside(4), 2, between(1, 8, 0));
    network.headers = {{16}, {4}};
    EngineResult const result = run_everywhere(one_message(network, 1, 6, 256));
    EXPECT_EQ(result.finish_fs, 1400 * kFsPerNs + 26'000'000);
    EXPECT_EQ(result.links[network.nodes[1].first_egress + 1].wire_bytes, 260);
}

TEST(Cluster, EnginesThreadsAndTrainsAgreeToTheBit)
{
    int compared = 0;
    for (std::uint32_t const planes : {1u, 3u})
        for (Shape const& out : {between(1, 12, 0), between(3, 4, 2), between(2, 6, 3)})
            for (std::int64_t const bytes : {64, 1000, 20'000})
                for (bool const round : {false, true}) {
                    Network const network = cluster(inside(4, planes), 3, out);
                    EngineInput const in = round ? ring(network, bytes) : all_to_all(network, bytes);
                    EngineResult const truth = run(in, {.engine = Engine::reference, .hash = true});
                    for (unsigned const threads : {1u, 2u})
                        for (std::uint32_t const train : {1u, 7u, kNone}) {
                            EngineOptions options;
                            options.threads = threads;
                            options.longest_train = train;
                            options.hash = true;
                            EngineResult const got = run_everywhere(in, options);
                            ASSERT_EQ(got.hop_hash, truth.hop_hash) << planes << ' ' << bytes;
                            ASSERT_EQ(got.hops, truth.hops);
                            for (std::size_t m = 0; m != truth.messages.size(); ++m)
                                ASSERT_EQ(got.messages[m].complete, truth.messages[m].complete);
                            ++compared;
                        }
                }
    EXPECT_EQ(compared, 216);
}

// Three planes of the domain folded into one, the NIC's as it is: 20,000 B cover all three.
TEST(Cluster, FoldedDomainsGiveTheTimesOfUnfoldedOnes)
{
    EngineResult const whole = run_everywhere(all_to_all(cluster(inside(4, 3), 3, between(3, 4, 2)), 20'000));
    EngineResult const folded =
        run_everywhere(all_to_all(cluster(inside(4, 3, true), 3, between(3, 4, 2)), 20'000));
    ASSERT_EQ(whole.messages.size(), folded.messages.size());
    for (std::size_t m = 0; m != whole.messages.size(); ++m)
        ASSERT_EQ(whole.messages[m].complete, folded.messages[m].complete);
    EXPECT_EQ(whole.hops, whole.effective_hops);
    EXPECT_EQ(folded.effective_hops, whole.effective_hops);
    EXPECT_LT(folded.hops, whole.hops);
}

TEST(Cluster, WithoutAWayBetweenDomainsIsRefused)
{
    EngineInput in = all_to_all(cluster(inside(4), 2, between(1, 8, 0)), 100);
    in.network.routes.back() = kNoRoute;
    EXPECT_THROW(run(in), std::invalid_argument);
}

}  // namespace
}  // namespace copperwall

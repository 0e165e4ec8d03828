//! Closed forms and bounds over leaves and domains: by hand, published, and against the engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "cuda/engine.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/expert_traffic.h"
#include "tests/cuda/support/networks.h"

namespace copperwall {
namespace {

CollectiveCall call_of(std::uint32_t ranks, std::uint32_t domain_ranks, std::int64_t bytes)
{
    CollectiveCall call;
    call.gpus = call.ranks = ranks;
    call.domain_ranks = domain_ranks;
    call.bytes = bytes;
    return call;
}

double closed_ns(char const* op, char const* name, CollectiveCall const& call, Paths const& paths)
{
    return find_algorithm(op, name)->closed_form_ns(call, paths);
}

//! No headers, one plane.
PathModel plain_path(double rate_GBps, double path_ns)
{
    PathModel path;
    path.port_rate_GBps = rate_GBps;
    path.path_ns = path_ns;
    path.format = {4096, 0, 16};
    return path;
}

//! 8 ranks, two domains of 4, chunks of 1600 B; 16 ns and 200 ns inside, 160 ns and 2000 ns outside. Launch
//! 100 ns, 10 ns a step.
CollectiveCall two_domains()
{
    CollectiveCall call = call_of(8, 4, 8 * 1600);
    call.launch_ns = 100;
    call.step_ns = 10;
    return call;
}

Paths two_paths()
{
    return {plain_path(100, 200), plain_path(10, 2000)};
}

// -------------------------------------------------------------------------------------------------- leaves

// 576 ranks over 8 racks of 72 under leaf switches, 64 MiB, 900 GB/s, 500 ns within a rack and 1000 ns
// between, packets of 4096 B and 2 B of header stored in every switch: ns-3 gives 737.329 us, that is
// 1150 (S / (N B) + 500 + p / B) + 16 (500 + 2 p / B). Ours rounds chunks up to 16 B: 1150 x 3.56 B / 900 =
// 4.5 ns more.
TEST(LeafClosedForm, RingOver8RacksAgreesWithPublishedPacketSimulator)
{
    PathModel path = plain_path(900, 1000);
    path.format.header_bytes = 2;
    path.hop_packet_ns = 4098.0 / 900;
    path.leaf_ranks = 72;
    path.leaf_path_ns = 500;
    EXPECT_NEAR(closed_ns("all_reduce", "ring", call_of(576, 0, 64 << 20), path), 737'329 + 4.5, 2);
}

// 8 ranks in leaves of 2, uplinks an eighth: 6 chunks of 16 ns to other leaves take 6 x 16 x 8 = 768 ns, the
// port 7 x 16; way 200 ns. Two-shot twice 768 ns and one way.
TEST(LeafClosedForm, ExchangeIsLimitedByOversubscribedLeaves)
{
    PathModel path = plain_path(100, 200);
    path.leaf_ranks = 2;
    path.leaf_path_ns = 50;
    CollectiveCall call = two_domains();
    call.domain_ranks = 0;
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "direct", call, path), 110 + 7 * 16 + 200);
    path.up_share = 0.125;
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "direct", call, path), 110 + 768 + 200);
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "two_shot", call, path), 110 + 2 * 768 + 200);
}

//! 3 leaves of 4, a spine for each gpu of a leaf: the shifts of the exchanges meet nowhere.
struct LeafSpine {
    testing::Shape shape;
    PathModel path;

    LeafSpine()
    {
        shape.leaves = 3;
        shape.per_leaf = 4;
        shape.spines = 4;
        path.port_rate_GBps = 50;
        path.path_ns = 2 * (120 + 200);
        path.leaf_ranks = 4;
        path.leaf_path_ns = 2 * 120;
        path.format = {256, 16, 16};
    }

    double engine_ns(Schedule const& schedule) const
    {
        Time const fs = run({testing::leaf_spine(shape), schedule, path.format}).finish_fs;
        return static_cast<double>(fs) / static_cast<double>(kFsPerNs);
    }
};

//! Engine less closed form, ns.
double excess_ns(char const* op, char const* name, std::int64_t chunk)
{
    LeafSpine const fabric;
    CollectiveCall call = call_of(12, 0, 12 * chunk);
    call.launch_ns = 1000;
    call.step_ns = 70;
    call.per_peer_ns = 11;
    Algorithm const& algorithm = *find_algorithm(op, name);
    return fabric.engine_ns(algorithm.make(call)) - algorithm.closed_form_ns(call, fabric.path);
}

// A chunk of 1 KiB takes 21.76 ns, one of 16 B 0.64 ns.
TEST(LeafClosedForm, IsWhatTheEngineGivesWithoutContention)
{
    for (std::int64_t chunk : {16, 1024, 64 << 10}) {
        EXPECT_NEAR(excess_ns("all_reduce", "ring", chunk), 0, 1e-3) << chunk;
        EXPECT_NEAR(excess_ns("all_to_all", "direct", chunk), 0, 1e-3) << chunk;
    }
    EXPECT_NEAR(excess_ns("all_reduce", "two_shot", 64 << 10), 0, 1e-3);
}

// In its second step ranks begin at different times, and up to three messages from a leaf meet at a port.
TEST(LeafClosedForm, OfTwoShotLeavesOutWhatMeetsInTheSecondStep)
{
    EXPECT_GE(excess_ns("all_reduce", "two_shot", 16), 0);
    EXPECT_LE(excess_ns("all_reduce", "two_shot", 16), 3 * 0.64 + 1e-3);
    EXPECT_GE(excess_ns("all_reduce", "two_shot", 1024), 0);
    EXPECT_LE(excess_ns("all_reduce", "two_shot", 1024), 3 * 21.76 + 1e-3);
}

// ------------------------------------------------------------------------------------------------- domains

// 6 edges of 216 ns inside, 2 of 2160 ns outside: twice around less two inside, 2 x 5616 - 432 = 10800 ns; 14
// steps of software.
TEST(DomainClosedForm, RingCrossesTwiceAtEveryBoundary)
{
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "ring", two_domains(), two_paths()), 100 + 14 * 10 + 10800);
}

// 21.6 ns inside, 180 ns outside: the chain is 936 + 240 ns; a NIC sends 14 chunks of 160 ns, and 20 ns more.
TEST(DomainClosedForm, RingIsHeldUpByASlowNic)
{
    Paths const paths(plain_path(1000, 20), plain_path(10, 20));
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "ring", two_domains(), paths), 110 + 14 * 160 + 20);
}

// NIC: 4 chunks, 640 + 2000 ns; inside 3 x 16 + 200. With a message every 900 ns the last goes inside, 6 x
// 900
// + 16 + 200 ns after the first; the last over the NIC at least 3 x 900 + 160 + 2000.
TEST(DomainClosedForm, DirectExchangeIsTheSlowerOfLinksAndNics)
{
    CollectiveCall call = two_domains();
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "direct", call, two_paths()), 110 + 2640);
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "two_shot", call, two_paths()), 120 + 2 * 2640);
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "direct", call, {plain_path(1, 200), plain_path(100, 20)}),
                     110 + 4800 + 200);
    call.per_peer_ns = 900;
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "direct", call, two_paths()), 110 + 5400 + 216);
}

// Over the NIC 6400 B, 640 ns; forwarded 3 x 16 ns. Without NIC to speak of the links carry 2 x 3 chunks.
TEST(DomainClosedForm, HierarchicalAllToAllIsTheNicsAndTheLastForward)
{
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "hierarchical", two_domains(), two_paths()),
                     100 + 2 * 10 + 640 + 2000 + 3 * 16 + 200);
    EXPECT_DOUBLE_EQ(
        closed_ns("all_to_all", "hierarchical", two_domains(), {plain_path(1, 200), plain_path(1000, 0)}),
        100 + 10 + 6 * 1600 + 200);
}

// Two of 8 experts, 4 in a domain: C(4,2) / C(8,2) = 6/28 of the tokens have none there. 6400 x 22/28 =
// 5028.6 B, in 16 B units 5040.
TEST(DomainClosedForm, DeduplicatedAllToAllCrossesOnceForEachToken)
{
    CollectiveCall call = two_domains();
    call.experts = ExpertTraffic{8, 2, 64, 0, 42};
    EXPECT_DOUBLE_EQ(closed_ns("all_to_all", "deduplicated", call, two_paths()),
                     100 + 2 * 10 + 504 + 2000 + 3 * 16 + 200);
}

// Shares of 3200 B to 3 others inside, 96 + 200 ns; one of 1600 B over the NIC, 160 + 2000 ns; both twice.
TEST(DomainClosedForm, HierarchicalAllReduceIsTheSumOfItsFourSteps)
{
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "hierarchical", two_domains(), two_paths()),
                     100 + 4 * 10 + 2 * 296 + 2 * 2160);
}

TEST(DomainClosedForm, NeedsThePathBetweenDomains)
{
    for (auto const& a : algorithms()) {
        CollectiveCall call = two_domains();
        call.experts = ExpertTraffic{8, 2, 64, 0, 42};
        EXPECT_THROW(a.closed_form_ns(call, plain_path(100, 200)), std::invalid_argument) << a.name;
        EXPECT_THROW(lower_bound_ns(a.op, call, plain_path(100, 200)), std::invalid_argument) << a.name;
    }
}

// -------------------------------------------------------------------------------------------------- skew

//! 60 tokens of each of 12 ranks in domains of 4.
CollectiveCall skewed_call()
{
    CollectiveCall call = call_of(12, 4, 60 * 3 * 512);
    call.experts = ExpertTraffic{24, 3, 512, 0.8, 7};
    return call;
}

//! Largest sum of bytes that leave or enter a part, picked by ranks of other parts, counted plainly.
double largest_sum(CollectiveCall const& call, std::uint32_t part, bool across_domains, bool within_domains)
{
    std::vector<double> out(call.ranks), in(call.ranks);
    for (std::uint32_t a = 0; a != call.ranks; ++a)
        for (std::uint32_t b = 0; b != call.ranks; ++b) {
            bool const across = a / call.domain_ranks != b / call.domain_ranks;
            if (a / part == b / part || (across ? !across_domains : !within_domains)) continue;
            auto const bytes = static_cast<double>(token_counts(call).picked_bytes(a, b));
            out[a / part] += bytes;
            in[b / part] += bytes;
        }
    return std::max(*std::max_element(out.begin(), out.end()), *std::max_element(in.begin(), in.end()));
}

TEST(SkewedClosedForm, DirectIsTheBusiestPort)
{
    CollectiveCall const call = skewed_call();
    double const inside = largest_sum(call, 1, false, true), outside = largest_sum(call, 1, true, false);
    EXPECT_NEAR(closed_ns("all_to_all", "direct", call, two_paths()), outside / 10 + 2000, 1e-6);
    EXPECT_NEAR(closed_ns("all_to_all", "direct", call, {plain_path(1, 200), plain_path(100, 20)}),
                inside + 200, 1e-6);
}

TEST(SkewedClosedForm, WithoutSkewIsNearThatOfAlikeExperts)
{
    CollectiveCall call = call_of(12, 4, 6000 * 3 * 64);
    for (char const* name : {"direct", "hierarchical", "deduplicated"}) {
        call.experts = ExpertTraffic{24, 3, 64, 0, 7};
        double const alike = closed_ns("all_to_all", name, call, two_paths());
        call.experts->zipf = 1e-9;
        EXPECT_NEAR(closed_ns("all_to_all", name, call, two_paths()) / alike, 1, 0.04) << name;
    }
}

// -------------------------------------------------------------------------------------------------- bounds

double bound(char const* op, CollectiveCall const& call, Paths const& paths)
{
    return lower_bound_ns(op, call, paths);
}

// S = 800 B. All-reduce: a gpu 2 x 7/8 x 800 / 110 = 12.7 ns, a domain 2 x 800 / 2 / (4 x 10) = 20 ns.
// All-to-all: a domain 4 x 800 x 4/8 / (4 x 10) = 40 ns.
TEST(LowerBound, IsTheCutThroughNics)
{
    EXPECT_DOUBLE_EQ(bound("all_reduce", call_of(8, 4, 800), two_paths()), 200 + 20);
    EXPECT_DOUBLE_EQ(bound("all_to_all", call_of(8, 4, 800), two_paths()), 200 + 40);
    Paths const wide(plain_path(1, 200), plain_path(10, 2000));
    EXPECT_DOUBLE_EQ(bound("all_reduce", call_of(8, 4, 800), wide), 200 + 1400.0 / 11);
}

// Leaves of 2, uplinks an eighth of 2 x 100 GB/s. All-to-all: 2 x 800 x 6/8 / 25 = 48 ns. All-reduce: 2 x 800
// x 3/4 / 25 = 48 ns; NICs of 2 x 10 GB/s beside: 1200 / 45 ns.
TEST(LowerBound, IsTheCutThroughLeaves)
{
    PathModel leaves = plain_path(100, 200);
    leaves.leaf_ranks = 2;
    leaves.up_share = 0.125;
    EXPECT_DOUBLE_EQ(bound("all_to_all", call_of(8, 0, 800), leaves), 248);
    EXPECT_DOUBLE_EQ(bound("all_reduce", call_of(8, 0, 800), leaves), 248);
    EXPECT_DOUBLE_EQ(bound("all_reduce", call_of(8, 4, 800), {leaves, plain_path(10, 2000)}),
                     200 + 1200.0 / 45);
}

// 16 ranks in domains of 4, NIC leaves of 8 with a quarter upwards: 8 x 800 x 8/16 / (8 x 2.5) = 160 ns.
TEST(LowerBound, IsTheCutThroughLeavesOfNics)
{
    PathModel out = plain_path(10, 2000);
    out.leaf_ranks = 8;
    out.up_share = 0.25;
    EXPECT_DOUBLE_EQ(bound("all_to_all", call_of(16, 4, 800), {plain_path(100, 200), out}), 360);
}

// Domains of one rank: what leaves a gpu leaves by its NIC.
TEST(LowerBound, OfDomainsOfOneRankTakesTheNicsWay)
{
    EXPECT_DOUBLE_EQ(bound("all_to_all", call_of(8, 1, 800), two_paths()), 2000 + 70);
}

// Of 800 B to two experts each, 400 B x 22/28 reach a domain once: 4 x 314.3 / (4 x 10) ns. Every pick: 40
// ns.
TEST(LowerBound, LetsTokensCrossOnceUnlessTheAlgorithmDoesNot)
{
    CollectiveCall call = call_of(8, 4, 800);
    call.experts = ExpertTraffic{8, 2, 16, 0, 42};
    double const once = 200 + 400.0 * 22 / 28 / 10;
    EXPECT_DOUBLE_EQ(bound("all_to_all", call, two_paths()), once);
    EXPECT_DOUBLE_EQ(lower_bound_ns(*find_algorithm("all_to_all", "deduplicated"), call, two_paths()), once);
    EXPECT_DOUBLE_EQ(lower_bound_ns(*find_algorithm("all_to_all", "hierarchical"), call, two_paths()), 240);
    EXPECT_DOUBLE_EQ(lower_bound_ns(*find_algorithm("all_to_all", "direct"), call, two_paths()), 240);
}

TEST(LowerBound, OfSkewedExpertsCountsWhatIsPicked)
{
    CollectiveCall const call = skewed_call();
    Algorithm const& direct = *find_algorithm("all_to_all", "direct");
    EXPECT_NEAR(lower_bound_ns(direct, call, two_paths()), 200 + largest_sum(call, 4, true, false) / 40,
                1e-6);
    Paths const wide(plain_path(1, 200), plain_path(1, 200));
    EXPECT_NEAR(lower_bound_ns(direct, call, wide),
                200 + std::max(largest_sum(call, 1, true, true) / 2, largest_sum(call, 4, true, false) / 4),
                1e-6);
    std::vector<double> in(3);
    for (std::uint32_t a = 0; a != 12; ++a)
        for (std::uint32_t d = 0; d != 3; ++d)
            if (d != a / 4) in[d] += static_cast<double>(token_counts(call).distinct_bytes(a, d));
    EXPECT_NEAR(bound("all_to_all", call, two_paths()), 200 + *std::max_element(in.begin(), in.end()) / 40,
                1e-6);
}

//! The engine with one port for links and NICs alike is slower than with both.
TEST(LowerBound, IsBelowTheClosedFormAndThatBelowTheEngine)
{
    LeafSpine fabric;
    fabric.shape = {};
    fabric.shape.per_leaf = 24;
    PathModel path = fabric.path;
    path.path_ns = 240;
    path.leaf_ranks = 0;
    for (auto const& a : algorithms())
        for (double zipf : {0.0, 0.6, 2.0})
            for (std::uint32_t domain : {1, 3, 4, 12}) {
                if (a.in_switches()) continue;  // in_network_test.cc, switch_reduce_test.cc
                CollectiveCall call = skewed_call();
                call.groups = 2;
                call.gpus = 24;
                call.domain_ranks = domain;
                call.experts->zipf = zipf;
                call.step_ns = 30;
                call.per_peer_ns = 3;
                double const closed = a.closed_form_ns(call, Paths(path, path));
                EXPECT_LE(bound(a.op, call, Paths(path, path)), lower_bound_ns(a, call, Paths(path, path)));
                EXPECT_LE(lower_bound_ns(a, call, Paths(path, path)), closed) << a.name << " " << domain;
                EXPECT_LE(closed, fabric.engine_ns(a.make(call)) + 0.01)
                    << a.name << " " << domain << " " << zipf;
            }
}

}  // namespace
}  // namespace copperwall

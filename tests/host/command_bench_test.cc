#include "host/command/bench_cases.h"

#include <gtest/gtest.h>

#include "host/command/bench_networks.h"
#include "host/command/measure.h"

namespace copperwall {
namespace {

class BenchCases : public testing::TestWithParam<BenchCase> {};

// A rate counts only where the work is the same.
TEST_P(BenchCases, GiveTheSameHopsOnBothEngines)
{
    EngineInput const input = GetParam().make(3);
    EngineOptions options;
    options.hash = true;
    options.longest_train = GetParam().longest_train;
    auto const windows = run(input, options);
    options.engine = Engine::reference;
    auto const reference = run(input, options);
    EXPECT_GT(windows.hops, 0);
    EXPECT_EQ(windows.hops, reference.hops);
    EXPECT_EQ(windows.hop_hash, reference.hop_hash);
    EXPECT_EQ(windows.finish_fs, reference.finish_fs);
}

INSTANTIATE_TEST_SUITE_P(All, BenchCases, testing::ValuesIn(bench_cases().begin(), bench_cases().end()),
                         [](auto const& bench) { return std::string(bench.param.name); });

// 16 groups of 72 gpus and one leaf each, 36 spines; a leaf has 72 links down and 72 up, a spine 2 to each
// leaf: 1152 gpu links up, 16 x 144 out of leaves, 36 x 32 out of spines; once for each of 4 planes.
TEST(BenchNetwork, OfTwoTiersHasAsManyLinksUpAsDown)
{
    Network const network = bench_network({.groups = 16, .planes = 4});
    EXPECT_EQ(network.gpus, 1152u);
    EXPECT_EQ(network.nodes.size(), 1152u + 4 * (16 + 36));
    EXPECT_EQ(network.links.size(), 4u * (1152 + 16 * 144 + 36 * 32));
}

// Nothing queues: gpu r to gpu r + 17 is a permutation, and destination-mod-k gives each destination its own
// path. Four links of 120 ns, the 272 B packet at 50 GB/s takes 5.44 ns once; three more packets follow on
// each plane.
TEST(BenchNetwork, OfTwoTiersCarriesAPermutationWithoutQueues)
{
    EngineInput input;
    input.network = bench_network({.groups = 8, .planes = 1});
    input.format = bench_format();
    Family shift;
    shift.count = 1;
    shift.group = 576;
    shift.peer_0 = 72;
    shift.bytes = 4 * 256;
    input.schedule.gpus = 576;
    input.schedule.families = {shift};
    EXPECT_EQ(run(input).finish_fs, 4 * 120 * kFsPerNs + 4 * 5'440'000);
}

TEST(Measure, ReportsTheChildsWorkAndItsFailure)
{
    auto const measured = measure_in_child([] { return [] { return Work{7, 9}; }; });
    EXPECT_EQ(measured.work.hops, 7);
    EXPECT_EQ(measured.work.effective_hops, 9);
    EXPECT_GT(measured.peak_rss_bytes, 0);
    try {
        measure_in_child([]() -> std::function<Work()> { throw std::runtime_error("no such network"); });
        FAIL() << "no error";
    } catch (std::runtime_error const& error) {
        EXPECT_STREQ(error.what(), "no such network");
    }
}

}  // namespace
}  // namespace copperwall

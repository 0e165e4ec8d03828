// What only a device can show; skipped at run time where there is none.
#include <cmath>
#include <cstring>
#include <thread>

#include "cuda/device.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/random_cases.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

class Device : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (std::string const why = why_no_device(); !why.empty()) GTEST_SKIP() << why;
    }

    static void expect_same_bits(EngineInput const& input)
    {
        EngineOptions options;
        options.hash = true;
        EngineResult const cpu = run(input, options);
        options.backend = Backend::cuda;
        EXPECT_TRUE(equal_runs(run(input, options), cpu));
    }
};

constexpr PacketFormat kNvlink{256, 16, 16};

Shape small()
{
    Shape s;
    s.leaves = 2;
    s.per_leaf = 4;
    s.spines = 2;
    s.planes = 2;
    return s;
}

TEST_F(Device, SmallNetworksGiveTheBitsOfTheCpu)
{
    expect_same_bits({leaf_spine(small()), all_to_all(8, 10'000), kNvlink});
    expect_same_bits({leaf_spine(small()), ring_all_reduce(8, 10'000, 14), kNvlink});
    expect_same_bits({with_random_links(leaf_spine(small()), 1), two_shot(8, 10'000), kNvlink});
    expect_same_bits({with_random_links(leaf_spine(small()), 2),
                      random_traffic(8, 12, 8'000, 300 * kFsPerNs, 2), kNvlink});
}

TEST_F(Device, SmallNetworksWithEveryFeatureGiveTheBitsOfTheCpu)
{
    expect_same_bits({with_slots(leaf_spine(small()), 5), all_to_all(8, 10'000), kNvlink});
    expect_same_bits(
        {with_random_slots(with_random_links(leaf_spine(small()), 3), 3), two_shot(8, 10'000), kNvlink});
    Shape spread = small();
    spread.spreads = true;
    expect_same_bits({leaf_spine(spread), all_to_all(8, 10'000), kNvlink});
    expect_same_bits(
        {with_slots(leaf_spine(spread), 7), random_traffic(8, 12, 8'000, 300 * kFsPerNs, 4), kNvlink});
    for (ChannelBy const by : {ChannelBy::receiver, ChannelBy::message})
        expect_same_bits({with_channels(with_random_slots(leaf_spine(spread), 7), 4, by),
                          random_traffic(8, 12, 8'000, 300 * kFsPerNs, 4), kNvlink});
    Network adaptive = leaf_spine(spread);
    adaptive.spreading.adaptive = true;
    for (std::uint32_t const slots : {0u, 7u})
        expect_same_bits(
            {with_slots(adaptive, slots), random_traffic(8, 12, 8'000, 300 * kFsPerNs, 4), kNvlink});
    for (std::uint32_t const slots : {0u, 7u})
        expect_same_bits({with_random_outages(with_slots(adaptive, slots), kFsPerUs, 4),
                          random_traffic(8, 12, 8'000, 300 * kFsPerNs, 4), kNvlink});
    expect_same_bits({with_random_outages(leaf_spine(small()), kFsPerUs, 5), all_to_all(8, 10'000), kNvlink});
    expect_same_bits(
        {with_random_outages(with_slots(leaf_spine(small()), 6), kFsPerUs, 6), two_shot(8, 10'000), kNvlink});
    expect_same_bits(
        {with_random_retraining(leaf_spine(small()), kFsPerUs, 7), all_to_all(8, 10'000), kNvlink});
    for (PacketFormat const& format : {kNvlink, PacketFormat{256, 16, 16, 0, 16}})
        expect_same_bits(
            {with_random_slots(leaf_spine(small()), 8), by_turns(two_shot(8, 10'000), 3), format});
    Shape folded = small();
    folded.folded = true;
    expect_same_bits({leaf_spine(folded), all_to_all(8, 10'000), kNvlink});
}

TEST_F(Device, Nvl72GivesTheBitsOfTheCpu)
{
    Shape shape;
    shape.per_leaf = 72;
    for (std::uint32_t const planes : {1u, 18u}) {
        shape.planes = planes;
        expect_same_bits(
            {leaf_spine(shape), all_to_all(72, 4 << 20, random_skews(72, kFsPerUs, 3)), kNvlink});
        expect_same_bits({leaf_spine(shape), ring_all_reduce(72, 4 << 20, 142), kNvlink});
    }
}

TEST_F(Device, RandomNetworksGiveTheBitsOfTheCpu)
{
    for (std::uint64_t seed = 0; seed != 30; ++seed) {
        Shape shape = small();
        shape.per_leaf = 9;
        expect_same_bits({with_random_links(leaf_spine(shape), seed),
                          random_traffic(18, 40, 30'000, 300 * kFsPerNs, seed), kNvlink});
    }
}

//! Different in everything, more than there are groups of blocks, brought by several threads at once.
TEST_F(Device, ManyScenariosSideBySideGiveTheBitsOfTheCpu)
{
    constexpr std::uint64_t kScenarios = 96;
    std::vector<EngineInput> inputs;
    for (std::uint64_t seed = 0; seed != kScenarios; ++seed) {
        EngineInput input = random_input(seed, seed % 4 != 0);
        if (seed % 3 == 0) input.network = with_random_slots(std::move(input.network), seed);
        if (seed % 6 == 0) input.network = with_random_channels(std::move(input.network), seed);
        inputs.push_back(std::move(input));
    }
    std::vector<EngineResult> results(kScenarios);
    EngineOptions options;
    options.hash = true;
    options.backend = Backend::cuda;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t i = 0; i != kScenarios; ++i)
            threads.emplace_back([&, i] { results[i] = run(inputs[i], options); });
    }
    options.backend = Backend::cpu;
    for (std::uint64_t i = 0; i != kScenarios; ++i)
        EXPECT_TRUE(equal_runs(results[i], run(inputs[i], options))) << "scenario " << i;
}

TEST_F(Device, StopsWhenTold)
{
    Shape shape;
    shape.per_leaf = 72;
    std::atomic<bool> stop = true;
    EngineOptions options;
    options.backend = Backend::cuda;
    options.stop = &stop;
    EXPECT_THROW(run({leaf_spine(shape), all_to_all(72, 256 << 20), kNvlink}, options), Interrupted);
    expect_same_bits({leaf_spine(small()), all_to_all(8, 10'000), kNvlink});
}

TEST_F(Device, LawsOfSmallTablesGiveTheBitsOfTheCpu)
{
    CounterRandom random(5);
    std::vector<LinkInput> links(1000);
    for (LinkInput& link : links) {
        link.delay.phy_ns = random.exponential(50);
        link.delay.medium_m = random.exponential(1);
        link.delay.medium_ns_per_m = 4 + random.exponential(1);
        link.power.rate_Gbps = random.exponential(400);
        for (int c = 0; c != kPowerComponents; ++c) link.power.a_pJ_per_bit[c] = random.exponential(3);
    }
    std::vector<LinkLaws> cpu(links.size());
    evaluate_links(links.data(), cpu.data(), links.size());
    std::vector<LinkLaws> const device = evaluate_links_cuda(links);
    for (std::size_t i = 0; i != links.size(); ++i)
        EXPECT_EQ(std::memcmp(&cpu[i], &device[i], sizeof cpu[i]), 0) << "link " << i;
}

//! A model of `kinds` kinds of parts, each with quantities of its own.
RiskModel random_risk(CounterRandom& random, std::uint32_t kinds)
{
    RiskModel m;
    m.domains = 1 + kinds;
    m.trays = 18;
    m.spare_trays = kinds % 3;
    auto const row = [&](double scale) {
        Uncertain q;
        q.key = random.below(1u << 30);
        q.typical = scale * (1 + random.exponential(1));
        q.low = m.quantities.size() % 7 == 3 ? 0 : q.typical / 3;
        q.high = q.typical * 5;
        if (m.quantities.size() % 11 == 4) q.low = q.high = q.typical;
        q.log_low = std::log(q.low);
        q.log_typical = std::log(q.typical);
        q.log_high = std::log(q.high);
        q.by_ratio = q.low > 0 ? random.below(2) : 0;
        m.quantities.push_back(q);
        return static_cast<std::uint32_t>(m.quantities.size() - 1);
    };
    m.checkpoint_h = row(0.5);
    m.restart_h = row(0.2);
    for (std::uint32_t k = 0; k != kinds; ++k) {
        m.faulty.push_back({.count = 1 + random.below(3000),
                            .lost = k % 2 == 0 ? 1 : 0.1,
                            .failures_fit = row(500),
                            .repair_h = row(4),
                            .stops = static_cast<std::uint16_t>(k % 3 == 0),
                            .takes_trays = static_cast<std::uint16_t>(k % 4 == 0 ? 2 : 0),
                            .gpu = k % 5 == 0});
        m.priced.push_back({random.exponential(1e5), row(1)});
    }
    return m;
}

TEST_F(Device, RisksGiveTheBitsOfTheCpu)
{
    CounterRandom random(9);
    std::vector<RiskModel> models;
    for (std::uint32_t kinds = 1; kinds != 20; ++kinds) models.push_back(random_risk(random, kinds));
    std::vector<RiskModel const*> all;
    for (RiskModel const& model : models) all.push_back(&model);
    auto const cpu = risk_bands(all, 42);
    auto const device = risk_bands_cuda(all, 42);
    ASSERT_EQ(device.size(), cpu.size());
    for (std::size_t i = 0; i != cpu.size(); ++i)
        EXPECT_EQ(std::memcmp(&cpu[i], &device[i], sizeof cpu[i]), 0) << "model " << i;
}

TEST(NoDevice, IsSaidInOneLineWithWhatToDo)
{
    std::string const why = why_no_device();
    if (why.empty()) GTEST_SKIP() << "there is a device";
    EXPECT_EQ(why.rfind("--backend cuda: ", 0), 0u) << why;
    EXPECT_NE(why.find("use --backend cpu"), std::string::npos) << why;
    EXPECT_EQ(why.find('\n'), std::string::npos);
    EngineOptions options;
    options.backend = Backend::cuda;
    EXPECT_THROW(run({leaf_spine(small()), all_to_all(8, 4096), kNvlink}, options), std::runtime_error);
}

}  // namespace
}  // namespace copperwall::testing

// Every engine, window, number of threads and limit on trains gives the bits of the heap reference.
#include "tests/cuda/support/exactness.h"
#include "tests/cuda/support/second_algorithm.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

TEST(WindowEngine, RingOnTheShippedLatencies)
{
    expect_exact({leaf_spine(nvl72(18)), ring_all_reduce(72, 65536, 142), kNvlink});
    expect_exact({leaf_spine(nvl72(2)), ring_all_reduce(72, 1 << 20, 20), kNvlink});
}

TEST(WindowEngine, AllToAllWithAllTiesAndWithSkews)
{
    expect_exact({leaf_spine(nvl72(2)), all_to_all(72, 1 << 20), kNvlink});
    expect_exact({leaf_spine(nvl72(2)), all_to_all(72, 1 << 20, random_skews(72, 2 * kFsPerUs, 1)), kNvlink});
}

TEST(WindowEngine, TwoShotWithSizesThatDoNotDivide)
{
    expect_exact({leaf_spine(nvl72(3)), two_shot(72, 1'234'567), kNvlink});
    expect_exact({leaf_spine(nvl72(18)), two_shot(72, 4001), kNvlink});
}

TEST(WindowEngine, IncastOfTiedSenders)
{
    expect_exact({leaf_spine(nvl72(4)), incast(72, 100'000), kNvlink});
}

//! Twelve ranks and twelve units, seven rounds, two of which are open at once.
TEST(WindowEngine, UnitsThatReduce)
{
    Shape shape = nvl72(3);
    shape.per_leaf = 24;
    expect_exact({leaf_spine(shape), reduced_by_units(12, 100'003, 7), kNvlink});
    expect_exact({with_random_links(leaf_spine(shape), 9), reduced_by_units(12, 20'000, 7), kNvlink});
    for (std::uint32_t const slots : {1u, 3u})
        expect_exact({with_slots(leaf_spine(shape), slots), reduced_by_units(12, 100'003, 7), kNvlink});
}

TEST(WindowEngine, StoreAndForwardSwitches)
{
    Shape shape = nvl72(2);
    shape.into_switches = Arrival::tail;
    expect_exact({leaf_spine(shape), two_shot(72, 500'000), kNvlink});
    expect_exact({leaf_spine(shape), ring_all_reduce(72, 500'000, 30), kNvlink});
}

TEST(WindowEngine, TwoTiers)
{
    expect_exact({leaf_spine(two_tiers(2)), all_to_all(36, 400'000), kNvlink});
    expect_exact({leaf_spine(two_tiers(2)), all_to_all(36, 400'000, random_skews(36, kFsPerUs, 2)), kNvlink});
    expect_exact({leaf_spine(two_tiers(3)), ring_all_reduce(36, 600'000, 70), kNvlink});
}

TEST(WindowEngine, PacketsOfOneFlitAndOfManyFlits)
{
    expect_exact({leaf_spine(two_tiers(1)), all_to_all(36, 20'000), PacketFormat{16, 16, 16}});
    expect_exact({leaf_spine(two_tiers(1)), all_to_all(36, 4'000'000), PacketFormat{4096, 2, 1}});
}

TEST(WindowEngine, SpreadsOverTheSpines)
{
    for (Spreading const spreading : kSpreadings) {
        for (std::uint32_t const slots : {0u, 6u}) {
            Network even = with_slots(with_spreading(spread(two_tiers(2)), spreading), slots);
            Network const uneven = with_random_links(with_listed_ports(even, spreading.packets), 16);
            expect_exact({even, all_to_all(36, 300'000), kNvlink});
            expect_exact({uneven, all_to_all(36, 300'000, random_skews(36, kFsPerUs, 16)), kNvlink});
            expect_exact({uneven, ring_all_reduce(36, 900'000, 20), kNvlink});
        }
    }
}

TEST(WindowEngine, ThreeTiersByDestination)
{
    Network const even = three_tiers(small_tiers(false, 2));
    Network const uneven = with_random_links(even, 17);
    for (Network const& network : {even, uneven, with_slots(uneven, 6), with_random_slots(uneven, 17)}) {
        expect_exact({network, all_to_all(24, 100'000), kNvlink});
        expect_exact({network, two_shot(24, 100'001), kNvlink});
        expect_exact({network, ring_all_reduce(24, 300'000, 12), kNvlink});
    }
}

TEST(WindowEngine, ThreeTiersSpreadOverSpinesAndCores)
{
    for (Spreading const spreading : kSpreadings) {
        Network const even = with_spreading(three_tiers(small_tiers(true)), spreading);
        Network const uneven = with_random_links(even, 18);
        for (Network const& network : {even, with_slots(even, 6), uneven, with_random_slots(uneven, 18)}) {
            expect_exact({network, all_to_all(24, 100'000), kNvlink});
            expect_exact({network, all_to_all(24, 100'000, random_skews(24, kFsPerUs, 18)), kNvlink});
            expect_exact({network, random_traffic(24, 6, 30'000, 100 * kFsPerNs, 18), kNvlink});
        }
    }
}

//! Queues that are never empty, of packets that wait for credits and of packets that do not; ports of a set
//! that other packets take without a choice.
TEST(WindowEngine, ChoosesAmongBusyQueues)
{
    Shape thin = two_tiers(2);
    thin.spreads = true;
    thin.spines = 3;
    Network const network = with_spreading(leaf_spine(thin), kAdaptive);
    Network crossed = network;
    for (std::size_t row = 0; row != crossed.routes.size(); row += crossed.gpus)
        for (NodeId gpu = 0; gpu < crossed.gpus; gpu += 4)
            if (crossed.routes[row + gpu] == kFirstPortSet)
                crossed.routes[row + gpu] = static_cast<std::uint16_t>(thin.per_leaf + gpu % thin.spines);
    for (Network const& n : {network, crossed, with_random_links(crossed, 19)}) {
        for (Network const& m : {n, with_slots(n, 3), with_random_slots(n, 19)}) {
            expect_exact({m, all_to_all(36, 200'000), kNvlink});
            expect_exact({m, incast(36, 20'000), kNvlink});
            expect_exact({m, random_traffic(36, 12, 40'000, 300 * kFsPerNs, 19), kNvlink});
        }
    }
}

//! Rates and latencies differ from link to link, so that trains meet, stretch and bunch.
class RandomNetwork : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomNetwork, GivesTheBitsOfTheReference)
{
    std::uint64_t const seed = GetParam();
    CounterRandom random(seed);
    Shape shape = two_tiers(static_cast<std::uint32_t>(random.between(1, 3)));
    shape.leaves = static_cast<std::uint32_t>(random.between(1, 3));
    shape.per_leaf = static_cast<std::uint32_t>(random.between(3, 8));
    shape.spines = shape.leaves == 1 ? 0 : static_cast<std::uint32_t>(random.between(1, 4));
    shape.latency_fs = random.between(5, 150) * kFsPerNs;
    shape.into_switches = random.below(2) == 0 ? Arrival::head : Arrival::tail;
    EngineInput const input{with_random_links(leaf_spine(shape), seed),
                            random_traffic(shape.leaves * shape.per_leaf, 12, 20'000, 300 * kFsPerNs, seed),
                            kNvlink};
    EngineResult const expected = reference(input);
    EXPECT_TRUE(equal_runs(windows(input), expected));
    EXPECT_TRUE(equal_runs(windows(input, {0.37, 2, kNone}), expected));
    EXPECT_TRUE(equal_runs(windows(input, {0.11, 1, 3}), expected));
    EngineInput const finite{with_random_slots(input.network, seed), input.schedule, kNvlink};
    EngineResult const throttled = reference(finite);
    EXPECT_TRUE(equal_runs(windows(finite), throttled));
    EXPECT_TRUE(equal_runs(windows(finite, {0.37, 2, kNone}), throttled));
    EXPECT_TRUE(equal_runs(windows(finite, {0.11, 1, 3}), throttled));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetwork, ::testing::Range(std::uint64_t{0}, std::uint64_t{200}));

TEST(SecondAlgorithm, AgreesHopByHop)
{
    std::vector<EngineInput> const inputs{
        {leaf_spine(nvl72(2)), all_to_all(72, 1 << 20, random_skews(72, 2 * kFsPerUs, 3)), kNvlink},
        {leaf_spine(nvl72(2)), all_to_all(72, 1 << 20), kNvlink},
        {leaf_spine(nvl72(4)), incast(72, 100'000), kNvlink},
        {with_random_links(leaf_spine(two_tiers(2)), 4),
         all_to_all(36, 300'000, random_skews(36, kFsPerUs, 4)), kNvlink},
        {with_random_links(leaf_spine(nvl72(1)), 5), ring_all_reduce(72, 2 << 20, 1 + 1), kNvlink}};
    for (EngineInput input : inputs) {
        std::erase_if(input.schedule.families, [](Family const& f) { return f.wait != kNone; });
        SecondResult const second = sort_and_scan(input);
        for (EngineResult const& result : {reference(input), windows(input), windows(input, {1, 1, 1})}) {
            ++comparisons;
            EXPECT_EQ(second.hop_hash, result.hop_hash);
            EXPECT_EQ(second.hops, result.hops);
            for (std::size_t m = 0; m != second.complete.size(); ++m)
                ASSERT_EQ(second.complete[m], result.messages[m].complete) << "message " << m;
        }
    }
}

TEST(WindowEngine, RefusesAWindowLongerThanTheLeastLatency)
{
    EngineInput const input{leaf_spine(nvl72(1)), all_to_all(72, 72 * 256), kNvlink};
    EngineOptions options;
    options.window_fs = largest_window_fs(input) + 1;
    EXPECT_THROW(run(input, options), std::invalid_argument);
    EXPECT_EQ(largest_window_fs(input),
              122'530'500);  // into the switch by its head: the link's latency alone
}

TEST(WindowEngine, StopsWhenAsked)
{
    std::atomic<bool> const stop = true;
    EngineOptions options;
    options.stop = &stop;
    EngineInput const input{leaf_spine(nvl72(1)), all_to_all(72, 72 * 256), kNvlink};
    EXPECT_THROW(run(input, options), Interrupted);
    options.engine = Engine::reference;
    EXPECT_THROW(run(input, options), Interrupted);
}

TEST(BothEngines, NameTransfersThatNeverComplete)
{
    Schedule schedule = ring_all_reduce(8, 4096, 3);
    schedule.families[1].need_0 = 2;  // the second arrival never comes before the third step
    EngineInput const input{leaf_spine({}), schedule, kNvlink};
    std::string expected = "16 of 24 transfers never completed: ";
    for (int step : {1, 2})
        for (int gpu = 0; gpu != 8; ++gpu)
            expected += (step + gpu == 1 ? "gpu " : ", gpu ") + std::to_string(gpu) + " to gpu " +
                        std::to_string((gpu + 1) % 8) + " in step " + std::to_string(step);
    expected += "; what they wait for does not happen within 2305 s, all that is simulated";
    for (Engine const engine : {Engine::windows, Engine::reference}) {
        EngineOptions options;
        options.engine = engine;
        try {
            run(input, options);
            FAIL() << "a run with transfers left over succeeded";
        } catch (std::runtime_error const& error) {
            EXPECT_EQ(error.what(), expected);
        }
    }
}

}  // namespace
}  // namespace copperwall::testing

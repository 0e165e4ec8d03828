// Every engine, window, number of threads and limit on trains gives the bits of the heap reference.
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/lane_grid.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"
#include "tests/cuda/support/second_algorithm.h"
#include "tests/cuda/support/three_tiers.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

constexpr PacketFormat kNvlink{256, 16, 16};

EngineOptions hashed()
{
    EngineOptions options;
    options.hash = true;
    return options;
}

EngineResult reference(EngineInput const& input)
{
    EngineOptions options = hashed();
    options.engine = Engine::reference;
    return run_everywhere(input, options);
}

struct Variant {
    double window = 1;
    unsigned threads = 1;
    std::uint32_t longest_train = kNone;
};

EngineResult windows(EngineInput const& input, Variant const& v = {})
{
    EngineOptions options = hashed();
    options.threads = v.threads;
    options.longest_train = v.longest_train;
    options.window_fs = static_cast<Time>(v.window * static_cast<double>(largest_window_fs(input)));
    return run_everywhere(input, options);
}

constexpr Variant kVariants[] = {{1, 1, kNone}, {0.37, 1, kNone}, {0.11, 1, kNone}, {1, 2, kNone},
                                 {0.37, 4, 7},  {1, 1, 1},        {1, 2, 1}};

void expect_exact(EngineInput const& input)
{
    EngineResult const expected = reference(input);
    for (Variant const& v : kVariants) {
        EXPECT_TRUE(equal_runs(windows(input, v), expected))
            << "window x " << v.window << ", " << v.threads << " threads, trains of " << v.longest_train;
    }
}

Shape nvl72(std::uint32_t planes, bool folded = false)
{
    Shape s;
    s.per_leaf = 72;
    s.planes = planes;
    s.folded = folded;
    s.latency_fs = 122'530'500;  // topologies/nvl72.toml on copper: 122.5305 ns a link
    return s;
}

Shape two_tiers(std::uint32_t planes)
{
    Shape s;
    s.leaves = 4;
    s.per_leaf = 9;
    s.spines = 9;
    s.planes = planes;
    return s;
}

//! Packet by packet.
Network spread(Shape shape)
{
    shape.spreads = true;
    return leaf_spine(shape);
}

//! How packets choose among ports: by a hash of the message, in turn, so many in a row, by queues.
constexpr Spreading kSpreadings[] = {{0, false}, {1, false}, {2, false}, {16, false}, {0, true}};
constexpr Spreading kAdaptive{0, true};

Network with_spreading(Network network, Spreading spreading)
{
    network.spreading = spreading;
    return network;
}

//! Of 24 gpus; sets of ports of two or three.
ThreeTiers small_tiers(bool spreads, std::uint32_t planes = 1)
{
    ThreeTiers shape;
    shape.pods = 3;
    shape.leaves = 2;
    shape.per_leaf = 4;
    shape.spines = 2;
    shape.cores = 3;
    shape.planes = planes;
    shape.spreads = spreads;
    return shape;
}

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

//! From far too few slots for a round trip to as many as there are packets.
class Slots : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Slots, OneTier)
{
    auto const network = [](std::uint32_t planes) {
        return with_slots(leaf_spine(nvl72(planes)), GetParam());
    };
    expect_exact({network(1), ring_all_reduce(72, 2 << 20, 10), kNvlink});
    expect_exact({network(2), all_to_all(72, 500'000), kNvlink});
    expect_exact({network(2), all_to_all(72, 500'000, random_skews(72, kFsPerUs, 11)), kNvlink});
    expect_exact({network(2), incast(72, 20'000), kNvlink});
}

TEST_P(Slots, TwoTiers)
{
    Network const network = with_slots(leaf_spine(two_tiers(2)), GetParam());
    expect_exact({network, all_to_all(36, 300'000), kNvlink});
    expect_exact({network, all_to_all(36, 300'000, random_skews(36, kFsPerUs, 12)), kNvlink});
    expect_exact({network, two_shot(36, 300'001), kNvlink});
    Network const uneven = with_slots(with_random_links(leaf_spine(two_tiers(2)), 13), GetParam());
    expect_exact({uneven, two_shot(36, 300'001), kNvlink});
    expect_exact({uneven, random_traffic(36, 12, 60'000, 300 * kFsPerNs, 13), kNvlink});
}

TEST_P(Slots, StoreAndForward)
{
    Shape shape = two_tiers(1);
    shape.into_switches = Arrival::tail;
    Network const network = with_slots(leaf_spine(shape), GetParam());
    expect_exact({network, all_to_all(36, 100'000), kNvlink});
    expect_exact({network, ring_all_reduce(36, 1'000'000, 12), kNvlink});
}

INSTANTIATE_TEST_SUITE_P(Few, Slots, ::testing::Values(1u, 2u, 5u, 16u, 24u, 50u, 64u, 250u));

//! From one packet in each channel to as many as there are.
class ChannelsOfSlots : public ::testing::TestWithParam<std::tuple<std::uint32_t, std::uint32_t>> {
protected:
    static Network finite(Network network, ChannelBy by = ChannelBy::receiver)
    {
        auto const [channels, slots] = GetParam();
        return with_channels(with_slots(std::move(network), slots), channels, by);
    }
};

TEST_P(ChannelsOfSlots, OneTier)
{
    for (ChannelBy const by : {ChannelBy::receiver, ChannelBy::message}) {
        expect_exact({finite(leaf_spine(nvl72(2)), by), all_to_all(72, 200'000), kNvlink});
        expect_exact({finite(leaf_spine(nvl72(2)), by), incast(72, 10'000), kNvlink});
    }
    expect_exact({finite(leaf_spine(nvl72(1))), ring_all_reduce(72, 1 << 20, 10), kNvlink});
    expect_exact(
        {finite(leaf_spine(nvl72(2))), all_to_all(72, 300'000, random_skews(72, kFsPerUs, 11)), kNvlink});
}

TEST_P(ChannelsOfSlots, TwoAndThreeTiers)
{
    Network const uneven = finite(with_random_links(leaf_spine(two_tiers(2)), 13), ChannelBy::message);
    expect_exact({finite(leaf_spine(two_tiers(2))), two_shot(36, 100'001), kNvlink});
    expect_exact({uneven, two_shot(36, 100'001), kNvlink});
    expect_exact({uneven, random_traffic(36, 12, 30'000, 300 * kFsPerNs, 13), kNvlink});
    expect_exact({with_random_outages(uneven, 10 * kFsPerUs, 13), two_shot(36, 100'001), kNvlink});
    Network const spreading = with_spreading(three_tiers(small_tiers(true)), {1, false});
    expect_exact({finite(spreading), all_to_all(24, 60'000), kNvlink});
}

INSTANTIATE_TEST_SUITE_P(Few, ChannelsOfSlots,
                         ::testing::Combine(::testing::Values(1u, 2u, 4u, 8u),
                                            ::testing::Values(1u, 3u, 20u, 1u << 20)));

//! Links down for parts of the run, up to many times as long as a packet and many windows.
TEST(Outages, OneAndTwoTiers)
{
    for (std::uint64_t const seed : {1u, 2u, 3u}) {
        auto const broken = [seed](Network const& n) { return with_random_outages(n, 20 * kFsPerUs, seed); };
        expect_exact({broken(leaf_spine(nvl72(2))), ring_all_reduce(72, 1 << 20, 20), kNvlink});
        expect_exact({broken(leaf_spine(nvl72(2))), all_to_all(72, 500'000), kNvlink});
        expect_exact({broken(leaf_spine(two_tiers(2))), two_shot(36, 300'001), kNvlink});
        expect_exact({broken(spread(two_tiers(2))), all_to_all(36, 300'000), kNvlink});
        expect_exact({broken(with_slots(spread(two_tiers(2)), 6)), all_to_all(36, 300'000), kNvlink});
        for (std::uint32_t const slots : {0u, 6u}) {
            Network const chosen = with_slots(with_spreading(spread(two_tiers(2)), kAdaptive), slots);
            Network const cores =
                with_slots(with_spreading(three_tiers(small_tiers(true)), kAdaptive), slots);
            expect_exact({broken(chosen), all_to_all(36, 300'000), kNvlink});
            expect_exact({broken(with_random_links(chosen, seed)), incast(36, 20'000), kNvlink});
            expect_exact({broken(cores), two_shot(24, 100'001), kNvlink});
        }
        expect_exact(
            {broken(with_slots(leaf_spine(nvl72(1)), 24)), ring_all_reduce(72, 2 << 20, 10), kNvlink});
    }
}

//! Links that come back faster or slower than they were.
TEST(Retraining, OneTwoAndThreeTiers)
{
    for (std::uint64_t const seed : {1u, 2u, 3u}) {
        auto const broken = [seed](Network const& n) {
            return with_random_retraining(n, 20 * kFsPerUs, seed);
        };
        expect_exact({broken(leaf_spine(nvl72(2))), ring_all_reduce(72, 1 << 20, 20), kNvlink});
        expect_exact({broken(leaf_spine(nvl72(2))), all_to_all(72, 500'000), kNvlink});
        expect_exact({broken(leaf_spine(two_tiers(2))), two_shot(36, 300'001), kNvlink});
        expect_exact({broken(spread(two_tiers(2))), all_to_all(36, 300'000), kNvlink});
        expect_exact({broken(with_slots(leaf_spine(two_tiers(2)), 6)), all_to_all(36, 300'000), kNvlink});
        expect_exact({broken(three_tiers(small_tiers(false))), two_shot(24, 300'000), kNvlink});
        expect_exact(
            {broken(with_spreading(spread(two_tiers(2)), kAdaptive)), all_to_all(36, 300'000), kNvlink});
    }
}

TEST(AmpleSlots, GiveTheHashOfInfiniteBuffers)
{
    Network const uneven = with_random_links(leaf_spine(two_tiers(2)), 14);
    for (Network const& network : {leaf_spine(nvl72(2)), uneven}) {
        std::uint32_t const n = network.gpus;
        Schedule const skewed = all_to_all(n, 500'000, random_skews(n, kFsPerUs, 15));
        for (Schedule const& s : {ring_all_reduce(n, 1 << 20, 20), skewed, incast(n, 20'000)}) {
            EngineResult const infinite = windows({network, s, kNvlink});
            Network const ample = with_slots(network, 1u << 20);
            EXPECT_TRUE(equal_runs(windows({ample, s, kNvlink}), infinite));
            EXPECT_TRUE(equal_runs(windows({with_channels(ample, 3), s, kNvlink}), infinite));
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

//! Completion times of the folded run are those of the unfolded one; plane 0's links carry the same.
void expect_folds(Shape shape, Schedule const& schedule)
{
    shape.folded = false;
    EngineResult const whole = windows({leaf_spine(shape), schedule, kNvlink});
    Network const unfolded = leaf_spine(shape);
    shape.folded = true;
    EngineInput const folded_input{leaf_spine(shape), schedule, kNvlink};
    EngineResult const folded = windows(folded_input);
    ++comparisons;
    EXPECT_EQ(folded.finish_fs, whole.finish_fs);
    EXPECT_EQ(folded.effective_hops, whole.hops);
    for (std::size_t m = 0; m != whole.messages.size(); ++m) {
        ASSERT_EQ(folded.messages[m].ready, whole.messages[m].ready);
        ASSERT_EQ(folded.messages[m].complete, whole.messages[m].complete);
    }
    for (NodeId gpu = 0; gpu != unfolded.gpus; ++gpu) {
        for (std::uint32_t plane = 0; plane != shape.planes; ++plane) {
            LinkUse const& one = folded.links[folded_input.network.nodes[gpu].first_egress];
            LinkUse const& each = whole.links[unfolded.nodes[gpu].first_egress + plane];
            ASSERT_EQ(one.packets, each.packets);
            ASSERT_EQ(one.busy_fs, each.busy_fs);
            ASSERT_EQ(one.last_end_fs, each.last_end_fs);
        }
    }
}

TEST(Folding, IsExactForSizesThatDoNotDivideZeroSkewAndTies)
{
    expect_folds(nvl72(18), ring_all_reduce(72, 1'000'003, 142));
    expect_folds(nvl72(18), all_to_all(72, 1'000'003));
    expect_folds(nvl72(18), two_shot(72, 777'777));
    expect_folds(nvl72(18), all_to_all(72, 1'000'003, random_skews(72, kFsPerUs, 6)));
    expect_folds(two_tiers(6), all_to_all(36, 500'001));
}

TEST(Folding, RefusesMessagesThatDoNotLoadAllPlanesAlike)
{
    EngineInput const input{leaf_spine(nvl72(18, true)), all_to_all(72, 72 * 4096), kNvlink};
    EXPECT_THROW(run(input), std::invalid_argument);
}

TEST(Folding, RefusesMessagesThatAHashSpreadsOverPorts)
{
    Shape shape = two_tiers(4);
    shape.folded = true;
    shape.spreads = true;
    EngineInput input{leaf_spine(shape), all_to_all(36, 500'000), kNvlink};
    EXPECT_NO_THROW(run(input));
    input.network.spreading = kAdaptive;
    EXPECT_NO_THROW(run(input));
    input.network.spreading = {};
    EXPECT_THROW(run(input), std::invalid_argument);
}

//! One of each feature of the engine.
std::vector<EngineInput> inputs_of_lanes()
{
    return {{leaf_spine(two_tiers(2)), all_to_all(36, 20'000, random_skews(36, kFsPerUs / 5, 7)), kNvlink},
            {leaf_spine(two_tiers(1)), ring_all_reduce(36, 30'000, 10), kNvlink},
            {with_random_links(leaf_spine(two_tiers(2)), 8), two_shot(36, 30'000), kNvlink},
            {with_random_links(leaf_spine(two_tiers(1)), 9), random_traffic(36, 6, 8000, 300 * kFsPerNs, 9),
             kNvlink},
            {with_slots(leaf_spine(two_tiers(2)), 5), all_to_all(36, 20'000), kNvlink},
            {with_channels(with_slots(leaf_spine(two_tiers(2)), 3), 4), all_to_all(36, 20'000), kNvlink},
            {with_channels(with_random_slots(with_random_links(leaf_spine(two_tiers(1)), 11), 11), 3,
                           ChannelBy::message),
             random_traffic(36, 6, 8000, 300 * kFsPerNs, 11), kNvlink},
            {spread(two_tiers(2)), all_to_all(36, 20'000), kNvlink},
            {with_spreading(spread(two_tiers(2)), kAdaptive), all_to_all(36, 20'000), kNvlink},
            {with_slots(with_spreading(three_tiers(small_tiers(true)), kAdaptive), 4), two_shot(24, 30'000),
             kNvlink},
            {three_tiers(small_tiers(false)), two_shot(24, 30'000), kNvlink},
            {with_slots(leaf_spine(two_tiers(2)), 5), reduced_by_units(18, 20'000, 4), kNvlink},
            {with_random_slots(with_random_links(leaf_spine(two_tiers(2)), 10), 10), two_shot(36, 30'000),
             kNvlink},
            {with_random_outages(leaf_spine(two_tiers(2)), 3 * kFsPerUs, 17), two_shot(36, 30'000), kNvlink},
            {with_random_outages(with_slots(leaf_spine(two_tiers(2)), 5), 3 * kFsPerUs, 18),
             all_to_all(36, 20'000), kNvlink},
            {with_random_retraining(with_slots(leaf_spine(two_tiers(2)), 5), 3 * kFsPerUs, 19),
             all_to_all(36, 20'000), kNvlink},
            {with_random_outages(with_spreading(spread(two_tiers(2)), kAdaptive), 3 * kFsPerUs, 20),
             all_to_all(36, 20'000), kNvlink},
            {with_random_retraining(with_slots(with_spreading(three_tiers(small_tiers(true)), kAdaptive), 4),
                                    3 * kFsPerUs, 21),
             two_shot(24, 30'000), kNvlink}};
}

class LaneTeams : public ::testing::TestWithParam<std::size_t> {};

TEST_P(LaneTeams, RunTheKernelBodyToTheSameBits)
{
    EngineInput const input = inputs_of_lanes().at(GetParam());
    EngineResult const expected = reference(input);
    EXPECT_TRUE(equal_runs(run_lanes(input, hashed(), 1, 1), expected));
    EXPECT_TRUE(equal_runs(run_lanes(input, hashed(), 2, 3), expected));
}

INSTANTIATE_TEST_SUITE_P(Inputs, LaneTeams, ::testing::Range(std::size_t{0}, inputs_of_lanes().size()));

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

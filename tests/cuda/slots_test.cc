//! Finite buffers and their channels give the bits of the heap reference, however small.
#include "tests/cuda/support/exactness.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

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

}  // namespace
}  // namespace copperwall::testing

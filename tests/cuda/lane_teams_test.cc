//! The kernel's body on teams of host threads gives the bits of the heap reference.
#include "tests/cuda/support/exactness.h"
#include "tests/cuda/support/lane_grid.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

//! One of each feature of the engine.
std::vector<EngineInput> inputs_of_lanes()
{
    return {
        {leaf_spine(two_tiers(2)), all_to_all(36, 20'000, random_skews(36, kFsPerUs / 5, 7)), kNvlink},
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
         two_shot(24, 30'000), kNvlink},
        {with_random_replans(with_random_outages(spread(two_tiers(2)), 3 * kFsPerUs, 22), 3 * kFsPerUs, 22),
         all_to_all(36, 20'000), kNvlink},
        {with_random_replans(
             with_random_retraining(with_slots(three_tiers(small_tiers(true)), 4), 3 * kFsPerUs, 24),
             3 * kFsPerUs, 24),
         two_shot(24, 30'000), kNvlink},
        {leaf_spine(two_tiers(2)), by_turns(all_to_all(36, 20'000), 3), kNvlink},
        {with_random_retraining(with_slots(leaf_spine(two_tiers(2)), 5), 3 * kFsPerUs, 25),
         by_turns(two_shot(36, 30'000), 2), kNvlink},
        {leaf_spine(two_tiers(2)), two_shot(36, 30'000), PacketFormat{256, 16, 16, 0, 16}},
        {with_random_outages(with_slots(leaf_spine(two_tiers(2)), 5), 3 * kFsPerUs, 26),
         by_turns(all_to_all(36, 20'000), 2), PacketFormat{256, 16, 16, 0, 16}}};
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

}  // namespace
}  // namespace copperwall::testing

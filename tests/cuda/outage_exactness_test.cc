//! Links that are down for a while, or come back at another rate, give the bits of the heap reference.
#include "tests/cuda/support/exactness.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

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

}  // namespace
}  // namespace copperwall::testing

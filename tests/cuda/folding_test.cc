//! One plane that stands for all gives the times of all.
#include "tests/cuda/support/exactness.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

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

}  // namespace
}  // namespace copperwall::testing

// Runs that last too long to be simulated end, with what is left.
#include <gtest/gtest.h>

#include "cuda/check.h"
#include "cuda/unfinished.h"
#include "tests/cuda/support/lane_grid.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

//! Three steps of a ring of eight, of which the second and third begin `delay` after what they wait for.
EngineInput delayed_ring(Time delay)
{
    Schedule schedule = ring_all_reduce(8, 4096, 3);
    schedule.families[1].delay_fs = delay;
    return {leaf_spine({}), schedule, PacketFormat{256, 16, 16}};
}

//! Of every transfer that never completes.
template <class Run>
std::vector<std::uint32_t> steps_left(Run const& run)
{
    std::vector<std::uint32_t> steps;
    try {
        run();
    } catch (Unfinished const& unfinished) {
        for (UnfinishedTransfer const& t : unfinished.transfers) steps.push_back(t.step);
    }
    return steps;
}

std::vector<std::uint32_t> steps_left(EngineInput const& input, Engine engine)
{
    EngineOptions options;
    options.engine = engine;
    return steps_left([&] { run(input, options); });
}

// Two delays of half the horizon and what packets take lie just beyond it; two of a quarter well before.
TEST(Horizon, EndsARunWithWhatLiesBeyond)
{
    std::vector<std::uint32_t> const third(8, 2);
    for (Engine const engine : {Engine::windows, Engine::reference}) {
        EXPECT_EQ(steps_left(delayed_ring(kHorizon / 2), engine), third);
        EXPECT_TRUE(steps_left(delayed_ring(kHorizon / 4), engine).empty());
    }
    EXPECT_EQ(steps_left([] { run_lanes(delayed_ring(kHorizon / 2), {}, 2, 3); }), third);
    EXPECT_TRUE(steps_left([] { run_lanes(delayed_ring(kHorizon / 4), {}, 2, 3); }).empty());
}

// 1 TiB from each of 8 gpus are 2^35 packets over two links: 374 s on wires, all together, but 2.5 hours if
// each waited at each link for a credit and none flew beside another. Nothing of it is simulated here.
TEST(Horizon, IsNoReasonToRefuseManyShortTransfersBeforehand)
{
    Network network = leaf_spine({});
    for (Link& link : network.links) link.slots = 8;
    EXPECT_NO_THROW(check({network, all_to_all(8, std::int64_t{1} << 40), PacketFormat{256, 16, 16}}));
}

}  // namespace
}  // namespace copperwall::testing

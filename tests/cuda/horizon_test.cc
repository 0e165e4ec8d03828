// Runs that last too long to be simulated end, with what is left.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

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

//! Transfers that never complete: step, sender, packets left, time of release.
using Left = std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, Time>>;

template <class Run>
Left left_by(Run const& run)
{
    Left left;
    try {
        run();
    } catch (Unfinished const& unfinished) {
        for (UnfinishedTransfer const& t : unfinished.transfers)
            left.emplace_back(t.step, t.sender, t.packets_left, t.ready_fs);
    }
    return left;
}

Left left_by(EngineInput const& input, Engine engine)
{
    EngineOptions options;
    options.engine = engine;
    return left_by([&] { run(input, options); });
}

std::vector<std::uint32_t> steps_of(Left const& left)
{
    std::vector<std::uint32_t> steps;
    for (auto const& transfer : left) steps.push_back(std::get<0>(transfer));
    return steps;
}

// Two delays of half the horizon and what packets take lie just beyond it; two of a quarter well before.
TEST(Horizon, EndsARunWithWhatLiesBeyond)
{
    std::vector<std::uint32_t> const third(8, 2);
    for (Engine const engine : {Engine::windows, Engine::reference}) {
        EXPECT_EQ(steps_of(left_by(delayed_ring(kHorizon / 2), engine)), third);
        EXPECT_TRUE(left_by(delayed_ring(kHorizon / 4), engine).empty());
    }
}

// What the third step's packets have done by the horizon, from nothing to all, the same by all engines.
TEST(Horizon, IsTheSameInstantForAllEngines)
{
    std::set<std::size_t> sizes;
    for (int early = 0; early != 60; ++early) {
        EngineInput const input = delayed_ring((kHorizon - early * 20 * kFsPerNs) / 2);
        Left const reference = left_by(input, Engine::reference);
        EXPECT_EQ(left_by(input, Engine::windows), reference) << early;
        EXPECT_EQ(left_by([&] { run_lanes(input, {}, 2, 3); }), reference) << early;
        sizes.insert(reference.size());
    }
    EXPECT_EQ(sizes, (std::set<std::size_t>{0, 8}));
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

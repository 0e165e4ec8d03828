//! Three racks whose switches reduce, small enough to count by hand.
#pragma once

#include <gtest/gtest.h>

#include "account_support.h"

namespace copperwall::account_test {

inline constexpr std::int64_t kMiB = 1 << 20;

//! Three racks of four gpus, two planes of 10 GB/s, packets of 256 + 16 B; units take 30 ns; infinite
//! buffers. A gpu's link is 109 ns, one between racks 50 + 4 + 20 + 100 = 174 ns.
inline ScenarioSpec racks(double oversubscription = 1)
{
    ScenarioSpec s = small_scenario();
    s.buffers = Buffers::infinite;
    s.fabric.gpus = 12;
    s.fabric.tiers.front().leaf_gpus = 4;
    s.fabric.tiers.front().switches.reduce_latency_ns = between(10, 30, 90);
    TierSpec row = rack_tier();
    row.name = "row";
    row.above = "rack";
    row.wiring = "spine";
    row.length_m = exactly(4);
    row.switches.chips = 0;
    row.switches.ports = 6;
    row.placement = {};
    row.oversubscription = oversubscription;
    s.fabric.tiers.push_back(row);
    s.ends["row"] = {"wire", "wire"};
    return s;
}

inline CollectiveSpec in_rounds(char const* op, std::uint32_t rounds)
{
    CollectiveSpec c = collective(op, std::string(op) == "all_gather" ? "switch_copy" : "switch_reduce");
    c.chunks = rounds;
    return c;
}

inline Cell ran(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes,
                EngineOptions const& options = {})
{
    Cell cell = run_cell(scenario, build_fabric(scenario), what, bytes, options);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9 * cell.time_us);
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return cell;
}

//! The scenario's own collective.
inline Cell ran(ScenarioSpec const& scenario, std::int64_t bytes, EngineOptions const& options = {})
{
    return ran(scenario, scenario.collectives.front(), bytes, options);
}

}  // namespace copperwall::account_test

//! The reach table of results against counting and against the published reaches that channel.toml was fitted
//! to.

#include "host/results/reach_table.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "host/input/load.h"

namespace copperwall {
namespace {

TEST(ReachTable, HoldsEveryLaneOnce)
{
    auto const channel = load_channel(CW_SOURCE_DIR "/topologies/channel.toml");
    auto const rows = reach_table(channel);
    EXPECT_EQ(rows.size(), 4 * 3 * 5 * 6u) << "lane rates, PAM4/6/8, hosts, conductors";
    std::set<std::tuple<std::string, std::string, std::string, double>> lanes;
    for (auto const& row : rows) {
        lanes.insert({row.host, row.conductor, row.modulation, row.lane_rate_Gbps});
        EXPECT_LE(row.low_m, row.typical_m);
        EXPECT_LE(row.typical_m, row.high_m);
    }
    EXPECT_EQ(lanes.size(), rows.size());
}

TEST(ReachTable, IsEmptyWithoutAChannel)
{
    EXPECT_TRUE(reach_table({}).empty());
}

}  // namespace
}  // namespace copperwall

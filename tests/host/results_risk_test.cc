//! The table of risks of results: which fabrics it holds, and which is whose baseline.
#include "host/results/risk_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/input/load.h"

namespace copperwall {
namespace {

Fabric nvl72(std::string const& technology)
{
    return build_fabric(
        load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml", {{"fabric.ends.rack", technology}}));
}

TEST(RiskTable, HoldsEveryFabricOnceBesideTheFirstOfItsQuestion)
{
    Fabric const copper = nvl72("passive_copper");
    Fabric const cpo = nvl72("cpo");
    Fabric const spared = nvl72("cpo");
    auto const rows = risk_table({{"copper", "", &copper, 42},
                                  {"CPO", "", &cpo, 42},
                                  {"copper", "packet_bytes 4096 B", &copper, 42},
                                  {"CPO", "spare", &spared, 42}});
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].interconnect, "copper");
    EXPECT_EQ(rows[1].baseline, "copper");
    EXPECT_EQ(rows[2].baseline, "CPO") << "no other has its setting";
    EXPECT_EQ(rows[1].world_size, 72u);
    for (Band const& band : rows[0].difference.of) EXPECT_EQ(band.typical, 0);
    for (int f = 0; f != kRiskFigures; ++f) {
        EXPECT_EQ(rows[1].risk.of[f].typical, cpo.risk.of[f].typical);
        EXPECT_EQ(rows[1].difference.of[f].typical, cpo.risk.of[f].typical - copper.risk.of[f].typical);
    }
    EXPECT_TRUE(std::isnan(rows[0].break_even_failures));
    EXPECT_GT(rows[1].difference.of[kCost].low, 0) << "both share the price of switches";
}

//! Copper has no cell at the first packet size, and is the baseline all the same.
TEST(RiskTable, LooksForABaselineAtEverySetting)
{
    Fabric const copper = nvl72("passive_copper");
    Fabric const cpo = nvl72("cpo");
    auto const rows = risk_table({{"copper", "packet_bytes 256 B", &copper, 42},
                                  {"CPO", "packet_bytes 64 B", &cpo, 42},
                                  {"CPO", "packet_bytes 256 B", &cpo, 42}});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].setting, "packet_bytes 64 B");
    EXPECT_EQ(rows[1].baseline, "copper");
}

//! Pluggables instead of copper: by hand, 324 modules that take 4 of 18 links and 324 that take one, 1 h
//! each, against 2,592 ends of copper whose cartridge takes the rack for 8 h.
TEST(RiskTable, SaysHowOftenPartsMayFailForTheSameGoodput)
{
    Fabric const copper = nvl72("passive_copper");
    Fabric const pluggable = nvl72("dsp_pluggable");
    auto const rows = risk_table({{"copper", "", &copper, 42}, {"DSP", "", &pluggable, 42}});
    double const copper_h = 2592 * 5e-9 * (8 + 0.1667 + 0.25);  // out, and back from a checkpoint
    double const pluggable_h = 324 * 550e-9 * (4 + 1) / 18;
    EXPECT_NEAR(rows[1].break_even_failures, copper_h / pluggable_h, 0.001 * copper_h / pluggable_h);
}

}  // namespace
}  // namespace copperwall

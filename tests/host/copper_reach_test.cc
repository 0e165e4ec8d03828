// Reach of copper by the loss budget, against published reaches and figures solved by hand.
#include "host/fabric/copper_reach.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/account/run_cell.h"
#include "host/command/fabric_cache.h"
#include "host/fabric/fabric.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

ChannelSpec const& channel()
{
    static ChannelSpec const spec = load_channel(CW_SOURCE_DIR "/topologies/channel.toml");
    return spec;
}

CopperReach reach(double rate, char const* modulation, char const* host, char const* conductor,
                  double length = 0)
{
    return copper_reach(channel(), {rate, modulation, host, conductor, 0}, length);
}

// Published: 3, 2 and 1 m of front-panel cable at 50G, 100G and 200G (OIF CEI-448G framework, table 2); 2 m
// on a spine at 200G.
TEST(CopperReach, GivesThePublishedReachesBack)
{
    EXPECT_NEAR(reach(50, "PAM4", "front_panel", "AWG26").typical_m, 3.3, 0.05);
    EXPECT_NEAR(reach(100, "PAM4", "front_panel", "AWG26").typical_m, 2.0, 0.05);
    EXPECT_NEAR(reach(200, "PAM4", "front_panel", "AWG26").typical_m, 1.0, 0.05);
    EXPECT_NEAR(reach(200, "PAM4", "spine", "AWG26").typical_m, 2.0, 0.05);
}

// f = 1.0625 x 200 / 4 = 53.125 GHz. Budget 32 + 0.15 x 53.125 = 39.96875 (below the knee of 53.2); spine
// 14 + 0.19 x 53.125 = 24.09375; left 15.875 dB. AWG30: 1.336 x 7.28869 + 0.0368 x 53.125 = 11.6927 dB/m.
TEST(CopperReach, SolvesTheSpineOfAnNvl72ByHand)
{
    EXPECT_NEAR(reach(200, "PAM4", "spine", "AWG30").typical_m, 15.875 / 11.6927, 1e-4);
    EXPECT_NEAR(reach(200, "PAM4", "spine", "AWG30", 1.0201).margin_dB, 15.875 - 1.0201 * 11.6927, 1e-3);
}

// dB/m at 13.28, 26.56, 53.1 and 85 GHz, from the geometry of the wire.
TEST(CopperReach, AttenuatesByGaugeAsTheGeometrySays)
{
    struct Row {
        char const* gauge;
        double dB_per_m[4];
    };
    constexpr double frequencies[] = {13.28, 26.56, 53.1, 85};
    for (Row const& row : {Row{"AWG26", {3.6, 5.3, 8.1, 10.9}}, Row{"AWG28", {4.4, 6.5, 9.7, 12.9}},
                           Row{"AWG30", {5.4, 7.9, 11.7, 15.4}}, Row{"AWG32", {6.6, 9.7, 14.2, 18.7}}}) {
        ReachInput const in = reach_input(channel(), {200, "PAM4", "spine", row.gauge, 0}, Bound::typical);
        for (int i = 0; i != 4; ++i)
            EXPECT_NEAR(attenuation_dB_per_m(in, frequencies[i]), row.dB_per_m[i], 0.07) << row.gauge;
    }
}

struct Cell {
    double rate;
    char const* modulation;
    char const* host;
    char const* conductor;
    double typical_m;
};

// At 200G and below PAM4 beats PAM6 and PAM8; at 400G the front panel is dead and co-packaged copper keeps
// one to two metres. The ceiling is 90 GHz with 6 dB per 10 % beyond, not a cliff at 85.5: 400G PAM4 on a
// spine (106.25 GHz) then fails by its budget, 40 - 34.2 - 10.8 < 0, and PAM6 (85 GHz) is as it was.
TEST(CopperReach, MatchesTheTableByLaneRateHostAndModulation)
{
    for (Cell const& c :
         {Cell{50, "PAM6", "front_panel", "AWG26", 2.3}, Cell{50, "PAM8", "front_panel", "AWG26", 1.5},
          Cell{100, "PAM6", "front_panel", "AWG26", 1.4}, Cell{100, "PAM8", "front_panel", "AWG26", 0.8},
          Cell{200, "PAM6", "front_panel", "AWG26", 0.62}, Cell{200, "PAM8", "front_panel", "AWG26", 0.29},
          Cell{200, "PAM6", "spine", "AWG26", 1.7}, Cell{200, "PAM8", "spine", "AWG26", 1.4},
          Cell{400, "PAM4", "front_panel", "AWG26", 0}, Cell{400, "PAM6", "front_panel", "AWG26", 0},
          Cell{400, "PAM4", "spine", "AWG26", 0}, Cell{400, "PAM6", "spine", "AWG26", 0.47},
          Cell{400, "PAM8", "spine", "AWG26", 0.48}, Cell{400, "PAM4", "co_packaged_copper", "AWG26", 1.8},
          Cell{400, "PAM6", "co_packaged_copper", "AWG26", 1.7},
          Cell{400, "PAM8", "co_packaged_copper", "AWG26", 1.65},
          Cell{400, "PAM4", "co_packaged_copper", "AWG30", 1.3},
          Cell{200, "PAM4", "co_packaged_copper", "AWG26", 3.0},
          Cell{200, "PAM4", "retimed_plug", "AWG30", 2.6}}) {
        EXPECT_NEAR(reach(c.rate, c.modulation, c.host, c.conductor).typical_m, c.typical_m, 0.06)
            << c.rate << " " << c.modulation << " " << c.host << " " << c.conductor;
    }
}

TEST(CopperReach, BandHoldsTheTypicalValue)
{
    for (double const rate : {50.0, 100.0, 200.0, 400.0})
        for (auto const& [modulation, m] : channel().modulations)
            for (auto const& [host, h] : channel().hosts)
                for (auto const& [conductor, c] : channel().conductors) {
                    CopperReach const r = reach(rate, modulation.c_str(), host.c_str(), conductor.c_str());
                    EXPECT_LE(r.low_m, r.typical_m);
                    EXPECT_GE(r.high_m, r.typical_m);
                }
}

// 200G on a spine of AWG26: low is the budget with no new silicon, which at 53.125 GHz costs nothing; high
// has 6 dB more: (15.875 + 6) / 8.0847 = 2.7 m. Table: 2.0 [2.0 - 2.7].
TEST(CopperReach, BandOfTheSpineIsTheTables)
{
    CopperReach const r = reach(200, "PAM4", "spine", "AWG26");
    EXPECT_NEAR(r.low_m, 2.0, 0.05);
    EXPECT_NEAR(r.high_m, 2.7, 0.05);
}

TEST(CopperReach, IsMarginalWithinAQuarterMetreOrOneDecibel)
{
    double const limit = reach(200, "PAM4", "spine", "AWG30").typical_m;
    EXPECT_TRUE(reach(200, "PAM4", "spine", "AWG30", limit - 0.2).marginal);
    EXPECT_TRUE(reach(200, "PAM4", "spine", "AWG30", limit + 0.2).marginal);
    EXPECT_FALSE(reach(200, "PAM4", "spine", "AWG30", limit + 0.2).closes);
    EXPECT_FALSE(reach(200, "PAM4", "spine", "AWG30", limit - 0.3).marginal);
}

// A redriver's 8 dB in the plug: (15.875 + 8) / 8.0847 = 2.95 m of AWG26 at 200G; published about 3 m.
TEST(CopperReach, RedriverAddsItsGain)
{
    EXPECT_NEAR(copper_reach(channel(), {200, "PAM4", "spine", "AWG26", 8}, 0).typical_m, 2.95, 0.02);
}

ScenarioSpec nvl72(double lane_rate)
{
    return load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml",
                         {{"fabric.lane_rate_Gbps", std::to_string(lane_rate)}});
}

TEST(LaneRate, FindsWhereCopperStopsReachingTheFarTray)
{
    for (double const rate : {50.0, 100.0, 200.0}) {
        Fabric const fabric = build_fabric(nvl72(rate));
        EXPECT_TRUE(fabric.classes[0].reaches) << rate;
        EXPECT_EQ(fabric.classes[0].lanes * rate, 400);  // the link's 50 GB/s stay
    }
    Fabric const wall = build_fabric(nvl72(400));
    EXPECT_FALSE(wall.classes[0].reaches);
    EXPECT_LT(wall.classes[0].margin_dB, 0);
}

TEST(LaneRate, IsTooFastForLinearOpticsOfALongHostTrace)
{
    for (auto const& [technology, reaches] :
         {std::pair{"lpo", false}, {"obo_linear", false}, {"npo", true}, {"cpo", true}}) {
        ScenarioSpec const scenario =
            load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml",
                          {{"fabric.lane_rate_Gbps", "400"}, {"fabric.ends.rack", technology}});
        Fabric const fabric = build_fabric(scenario);
        EXPECT_EQ(fabric.classes[0].reaches, reaches) << technology;
        if (reaches) continue;
        EXPECT_EQ(run_cell(scenario, fabric, scenario.collectives[0], 65536).reason,
                  std::string("links 'rack up' have lanes of 400 Gb/s, and ") + technology +
                      " carries 200 at most; links 'rack down' have lanes of 400 Gb/s, and " + technology +
                      " carries 200 at most");
    }
}

TEST(LaneRate, MakesAnotherFabricInAStudy)
{
    FabricCache cache;
    EXPECT_TRUE(cache.get(nvl72(200))->classes[0].reaches);
    EXPECT_FALSE(cache.get(nvl72(400))->classes[0].reaches);
    EXPECT_TRUE(cache.get(nvl72(200))->classes[0].reaches);
}

TEST(LaneRate, SaysWhatItLeavesAsItWas)
{
    std::string const note =
        "lanes of 400 Gb/s instead of 200: link rate held, reach of copper computed; PHY latency "
        "and energies stay those of 200 Gb/s lanes";
    auto const says = [&](double rate) {
        auto const notes = build_fabric(nvl72(rate)).notes;
        return std::count(notes.begin(), notes.end(), note);
    };
    EXPECT_EQ(says(400), 1);
    EXPECT_EQ(says(200), 0);
}

TEST(LaneRate, TakesTheSynonymsOf112224And448)
{
    EXPECT_EQ(build_fabric(nvl72(224)).classes[0].lane_rate_Gbps, 200);
    EXPECT_EQ(build_fabric(nvl72(448)).classes[0].lane_rate_Gbps, 400);
}

TEST(LaneRate, RefusesHalfALane)
{
    ScenarioSpec const scenario = load_scenario(CW_SOURCE_DIR "/workloads/all_reduce_ring_hgx_h100.toml",
                                                {{"fabric.lane_rate_Gbps", "400"}});
    try {
        build_fabric(scenario);
        FAIL() << "links of 25 GB/s were made of 400 Gb/s lanes";
    } catch (InputError const& error) {
        EXPECT_STREQ(
            error.what(),
            "error: fabric.lane_rate_Gbps = 400: links of 25 GB/s on tier 'rack' are no whole number of such "
            "lanes; take a lower lane rate");
    }
}

TEST(Reach, OfAShippedProductThatDoesNotCloseIsSaidAndCounted)
{
    ScenarioSpec scenario = nvl72(0);
    scenario.fabric.tiers[0].conductor = "AWG34";  // 15.875 dB over 17.5 dB/m: 0.91 m, short of 1.02 m
    Fabric const fabric = build_fabric(scenario);
    EXPECT_TRUE(fabric.classes[0].reaches);
    EXPECT_LT(fabric.classes[0].margin_dB, 0);
    int said = 0;
    for (auto const& note : fabric.notes)
        said += note.rfind("formula says no, product ships: links 'rack", 0) == 0;
    EXPECT_EQ(said, 2);  // up and down
    scenario.fabric.tiers[0].ships_at_Gbps = 0;
    EXPECT_FALSE(build_fabric(scenario).classes[0].reaches);
}

}  // namespace
}  // namespace copperwall

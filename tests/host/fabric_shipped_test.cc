#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include "engine_view.h"

#include "host/fabric/fabric.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

Fabric shipped(std::string const& fabric, std::string const& technology, Settings settings = {})
{
    settings.emplace_back("fabric.file", fabric + ".toml");
    settings.emplace_back("fabric.ends.rack", technology);
    return build_fabric(
        load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings));
}

TechnologySpec technology(std::string const& name)
{
    return load_technology(std::string(CW_SOURCE_DIR) + "/topologies/technologies/" + name + ".toml");
}

double mean_length_m(Fabric const& fabric)
{
    return std::accumulate(fabric.lengths_m.begin(), fabric.lengths_m.end(), 0.0) /
           static_cast<double>(fabric.lengths_m.size());
}

//! Watts of one module end's optics, host SerDes aside, with every component at `part`.
double module_W(TechnologySpec const& t, double Quantity::*part)
{
    double pJ = 0;
    for (std::size_t c = 1; c < t.energy_pJ_per_bit.size(); ++c) pJ += t.energy_pJ_per_bit[c].*part;
    return pJ * t.module_rate_Gbps.value * 1e-3;
}

//! Module ends of an all-optical fabric, from its own ports.
double module_ends(Fabric const& fabric, TechnologySpec const& t)
{
    double ends = 0;
    for (LinkClass const& c : fabric.classes)
        ends += static_cast<double>(c.count);  // two ends share two directions
    return ends * 8 * fabric.classes[0].link_rate_GBps / t.module_rate_Gbps.value;
}

// 72 gpus x 18 links x 2 lanes x 2 directions; each lane has a pair of its own.
TEST(Nvl72, HasThePublishedNumberOfCablePairs)
{
    Fabric const fabric = shipped("nvl72", "passive_copper");
    std::uint64_t pairs = 0;
    for (LinkClass const& c : fabric.classes) pairs += c.count * c.lanes;
    EXPECT_EQ(pairs, 5184u);
}

// "More than 2 miles" over 5,184 pairs: 3,218.7 m / 5,184 = 0.621 m.
TEST(Nvl72, CablesMeasureThePublishedTwoMiles)
{
    Fabric const fabric = shipped("nvl72", "passive_copper");
    double const published_m = 2 * 1609.344 / 5184;
    EXPECT_NEAR(mean_length_m(fabric), published_m, 0.005);
    EXPECT_GT(mean_length_m(fabric), published_m);
}

// Trays next to each other: 44.45 mm + 0.22 m = 0.26 m. Eighteen units (26 to 8): 0.8 + 0.22 = 1.02 m.
TEST(Nvl72, CablesSpanOneToEighteenUnits)
{
    LinkClass const c = shipped("nvl72", "passive_copper").classes[0];
    EXPECT_NEAR(c.shortest_m, 0.26445, 1e-9);
    EXPECT_NEAR(c.longest_m, 1.0201, 1e-9);
    EXPECT_TRUE(c.reaches);
}

// One link: PHY 50 + board 0.15 x 6.2 + flyover 0.3 x 5 + cable 1.0201 x 5 + half a core 65 = 122.5305 ns.
TEST(Nvl72, PathOverCopperAddsUpByHand)
{
    EXPECT_NEAR(shipped("nvl72", "passive_copper").path_ns, 2 * 122.5305, 1e-9);
}

// One link: 50 + 2 + board 0.02 x 6.2 + fibre (0.14 + 0.29 + 1.0201) x 4.9 + 65 = 124.229 ns.
TEST(Nvl72, PathOverCoPackagedOpticsAddsUpByHand)
{
    EXPECT_NEAR(shipped("nvl72", "cpo").path_ns, 2 * (50 + 2 + 0.124 + 1.4501 * 4.9 + 65), 1e-9);
}

TEST(Nvl72, AddsPlanesToThePublishedRates)
{
    Fabric const fabric = shipped("nvl72", "passive_copper");
    EXPECT_DOUBLE_EQ(fabric.port_rate_GBps, 900);
    EXPECT_NEAR(fabric.port_rate_GBps * 2 * 72 / 1000, 129.6, 1e-9);  // "130 TB/s", both directions
}

// 72 x 7.2 Tb/s over 1.6 Tb/s modules, at gpus and at switches.
TEST(Nvl72, AllOpticalNeedsThePublishedModules)
{
    EXPECT_DOUBLE_EQ(module_ends(shipped("nvl72", "dsp_pluggable"), technology("dsp_pluggable")), 648);
}

// 648 modules: 24 W typical, 15.6 kW; 30 W (NVIDIA's figure, the high) 19.4 kW, the published "+20 kW"; 9 W
// for CPO.
TEST(Nvl72, AllOpticalDrawsThePublishedKilowatts)
{
    TechnologySpec const dsp = technology("dsp_pluggable");
    TechnologySpec const cpo = technology("cpo");
    double const ends = module_ends(shipped("nvl72", "dsp_pluggable"), dsp);
    EXPECT_NEAR(module_W(dsp, &Quantity::value), 24, 1e-9);
    EXPECT_NEAR(module_W(dsp, &Quantity::high), 30, 1e-9);
    EXPECT_NEAR(module_W(dsp, &Quantity::low), 21, 0.05);
    EXPECT_NEAR(ends * module_W(dsp, &Quantity::value) / 1000, 15.55, 0.01);
    EXPECT_NEAR(ends * module_W(dsp, &Quantity::high) / 1000, 19.44, 0.01);
    EXPECT_NEAR(ends * module_W(cpo, &Quantity::value) / 1000, 5.8, 0.03);
}

// The same kilowatts from the laws: full power of every directed link, host SerDes aside.
TEST(Nvl72, PowerOfItsLinksIsThatOfItsModules)
{
    Fabric const fabric = shipped("nvl72", "dsp_pluggable");
    double watts = 0;
    for (LinkClass const& c : fabric.classes)
        for (int part = 1; part < kPowerComponents; ++part)
            watts += static_cast<double>(c.count) * c.power.full_W[part];
    EXPECT_NEAR(watts, 648 * 24, 1e-6);
}

// 36 modules for each tray of two 28.8 Tb/s chips: as many OSFP cages as fit one unit.
TEST(Nvl72, ASwitchTrayWouldNeedThirtySixModules)
{
    Fabric const fabric = shipped("nvl72", "dsp_pluggable");
    double const tray_Gbps = 8 * fabric.port_rate_GBps * fabric.spec.gpus / 9;
    EXPECT_DOUBLE_EQ(tray_Gbps / technology("dsp_pluggable").module_rate_Gbps.value, 36);
}

class EveryShippedFabric : public ::testing::TestWithParam<char const*> {};

TEST_P(EveryShippedFabric, BuildsASoundNetworkOnEveryTechnology)
{
    for (char const* t : {"passive_copper", "dsp_pluggable", "cpo"}) {
        Fabric const fabric = shipped(GetParam(), t);
        EXPECT_NO_THROW(check(fabric.network));
        EXPECT_NO_THROW(check(engine_network(fabric, view_of(1, true))));
        EXPECT_TRUE(planes_equal(fabric));
        for (LinkClass const& c : fabric.classes) EXPECT_TRUE(c.reaches) << c.name << " on " << t;
    }
}

TEST_P(EveryShippedFabric, IsNeverSlowerOnCopperThanOnCoPackagedOptics)
{
    for (char const* lengths : {"class", "exact"}) {
        Settings const settings{{"fabric.lengths", lengths}};
        Fabric const copper = shipped(GetParam(), "passive_copper", settings);
        Fabric const cpo = shipped(GetParam(), "cpo", settings);
        ASSERT_EQ(copper.network.links.size(), cpo.network.links.size());
        for (std::size_t l = 0; l < copper.network.links.size(); ++l)
            ASSERT_LE(copper.network.links[l].latency_fs, cpo.network.links[l].latency_fs);
    }
}

// 150 to 200 ns a link, more than 90 % of it the DSP, against the same port on co-packaged optics or copper.
TEST_P(EveryShippedFabric, PaysADspTheLargestPartOfWhatPluggablesAdd)
{
    LinkDelay const dsp = shipped(GetParam(), "dsp_pluggable").classes[0].delay;
    LinkDelay const copper = shipped(GetParam(), "passive_copper").classes[0].delay;
    double const added = dsp.added_a_ns + dsp.added_b_ns;
    EXPECT_DOUBLE_EQ(added, 175);
    EXPECT_EQ(dsp.phy_ns, copper.phy_ns);
    EXPECT_GT(added / (dsp.total_ns() - copper.total_ns()), 0.9);
}

TEST_P(EveryShippedFabric, LeavesAPositivePartOfEveryMeasuredLatencyToTheGpus)
{
    Fabric const fabric = shipped(GetParam(), "passive_copper");
    for (LatencyCheckSpec const& check : fabric.spec.latency_checks) {
        int const ways = check.round_trip ? 2 : 1;
        EXPECT_LT(ways * fabric.path_ns, check.measured_ns.value) << check.what;
        EXPECT_LT(ways * fabric.path_high_ns, check.measured_ns.high) << check.what;
    }
}

INSTANTIATE_TEST_SUITE_P(Fabrics, EveryShippedFabric, ::testing::Values("hgx_h100", "hgx_b200", "nvl72"));

// 2 x (40 + 0.45 x 6.2 + 130 + 0.45 x 6.2 + 40) = 431.16 ns of the measured 826.
TEST(HgxH100, RoundTripLeavesTheGpusLessThanHalfOfWhatWasMeasured)
{
    Fabric const fabric = shipped("hgx_h100", "passive_copper");
    EXPECT_NEAR(2 * fabric.path_ns, 431.16, 1e-9);
    ASSERT_EQ(fabric.spec.latency_checks.size(), 1u);
    EXPECT_EQ(fabric.spec.latency_checks[0].measured_ns.value, 826);
}

TEST(HgxH100, SpreadsEighteenLinksOverFourChips)
{
    Fabric const fabric = shipped("hgx_h100", "passive_copper");
    std::vector<int> planes(4, 0);
    for (PlacedNode const& node : fabric.nodes)
        if (node.kind == NodeKind::switch_chip) ++planes[node.chip];
    EXPECT_EQ(planes, (std::vector<int>{5, 4, 4, 5}));
    EXPECT_DOUBLE_EQ(fabric.port_rate_GBps, 450);
}

// DSP about 60 % and laser about 15 % of a module's power; CPO has no DSP at all.
TEST(Technologies, GiveTheDirectionalSharesOfModulePower)
{
    TechnologySpec const dsp = technology("dsp_pluggable");
    double const total = module_W(dsp, &Quantity::value) / (dsp.module_rate_Gbps.value * 1e-3);
    EXPECT_NEAR(dsp.energy_pJ_per_bit[1].value / total, 0.60, 0.01);
    EXPECT_NEAR(dsp.energy_pJ_per_bit[2].value / total, 0.15, 0.01);
    EXPECT_EQ(technology("cpo").energy_pJ_per_bit[1].value, 0);
}

// NVIDIA's announced pair, 30 W to 9 W a 1.6T port: 64 ports save 1.34 kW, as its two switch boxes differ.
TEST(Technologies, ReproduceTheDifferenceOfTwoSwitchBoxes)
{
    double const saved = module_W(technology("dsp_pluggable"), &Quantity::high) -
                         module_W(technology("cpo"), &Quantity::value);
    EXPECT_NEAR(64 * saved, 3300 - 1960, 15);
}

TEST(Technologies, MakeCopperCheapestAndSteadiest)
{
    TechnologySpec const copper = technology("passive_copper");
    for (char const* other : {"dsp_pluggable", "cpo"}) {
        EXPECT_LT(copper.cost_usd_per_Gbps.value, technology(other).cost_usd_per_Gbps.value);
        EXPECT_LT(copper.failures_fit.value, technology(other).failures_fit.value);
        EXPECT_LT(copper.reach_m.value, technology(other).reach_m.value);
    }
    EXPECT_FALSE(technology("cpo").field_swappable);
    EXPECT_TRUE(technology("dsp_pluggable").field_swappable);
}

}  // namespace
}  // namespace copperwall

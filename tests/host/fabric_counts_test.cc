//! Every tier counted by hand, and alike in explain, in the results file and in the report.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "host/command/explain.h"
#include "host/fabric/counts.h"
#include "host/input/load.h"
#include "host/report/power.h"
#include "tests/host/command_support.h"

namespace copperwall {
namespace {

//! Two domains of eight racks of 72, a link up for four gpus in each plane, and NICs.
ScenarioSpec two_domains()
{
    return load_scenario(
        CW_SOURCE_DIR "/workloads/world_size.toml",
        {{"fabric.domain_gpus", "576"}, {"fabric.domains", "2"}, {"fabric.oversubscription", "4.0"}});
}

void expect(TierCount const& n, char const* tier, std::uint64_t chips, std::uint64_t links, double lanes,
            std::uint64_t optical_ends)
{
    EXPECT_EQ(n.tier, tier);
    EXPECT_EQ(n.chips, chips) << tier;
    EXPECT_EQ(n.links, links) << tier;
    EXPECT_EQ(n.lanes, lanes) << tier;
    EXPECT_EQ(n.optical_ends, optical_ends) << tier;
    EXPECT_LE(n.shortest_m, n.mean_m()) << tier;
    EXPECT_LE(n.mean_m(), n.longest_m) << tier;
}

// Racks: 1152 x 18 links of two lanes into 16 x 18 chips. Spines: 16 leaves x 18 planes x 72/4 links, 144 a
// chip, so 18 a domain. NICs: a link of four lanes each into 16 leaves of 72; as many up, 144 a spine. Front
// end: a link for four gpus. A lane each way; two ends a cable, of light but in the rack.
TEST(FabricCounts, AreThoseOfEveryTier)
{
    auto const counts = count_by_tier(build_fabric(two_domains()));
    ASSERT_EQ(counts.size(), 5u);
    expect(counts[0], "rack", 288, 20736, 82944, 0);
    expect(counts[1], "between", 36, 5184, 20736, 10368);
    expect(counts[2], "nic", 16, 1152, 9216, 2304);
    expect(counts[3], "nic_spine", 8, 1152, 9216, 2304);
    expect(counts[4], "front_end", 0, 288, 2304, 576);
    EXPECT_NEAR(counts[0].mean_m(), 0.62, 0.005);
    EXPECT_DOUBLE_EQ(counts[2].all_lanes_m, 9216 * 30);
    EXPECT_DOUBLE_EQ(counts[4].all_lanes_m, 2304 * 30);
}

// 18 chips a rack that lead to those of the other rack, and to no chips above.
TEST(FabricCounts, OfAMeshHaveNoChipsOfTheLinksAcross)
{
    ScenarioSpec const s =
        load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml",
                      {{"fabric.file", "nvl36x2.toml"},
                       {"fabric.ends", "{ rack = \"passive_copper\", across = \"acc\" }"}});
    auto const counts = count_by_tier(build_fabric(s));
    ASSERT_EQ(counts.size(), 2u);
    expect(counts[0], "rack", 36, 72 * 18, 72 * 18 * 4, 0);
    expect(counts[1], "across", 0, 18 * 36, 18 * 36 * 4, 0);
}

// Leaves' trays: 9 x 16, of 36 links of 400 Gb/s: nine modules of 1.6T. Trays of spines: four chips of 144
// ports, five a domain, the last half full, 207.36 Tb/s in the mean: 130. NICs: one a module, half of its 24
// W. Prices: 1152 x 800 Gb/s x 2 x 0.95 USD.
TEST(FabricCounts, AreExplainedWithModulesAndPrices)
{
    ScenarioSpec const s = two_domains();
    auto const tiers = nlohmann::json::parse(explain_json(s, build_fabric(s)))["tiers"];
    ASSERT_EQ(tiers.size(), 5u);
    EXPECT_EQ(tiers[0]["lower_module_ends"], 0);
    EXPECT_EQ(tiers[1]["lower_module_ends"], 144 * 9);
    EXPECT_EQ(tiers[1]["upper_module_ends"], 10 * 130);
    EXPECT_EQ(tiers[2]["lower_module_ends"], 1152);
    EXPECT_EQ(tiers[2]["upper_module_ends"], 16 * 36);
    EXPECT_NEAR(tiers[2]["link_ends_usd"].get<double>(), 1152 * 800 * 2 * 0.95, 1e-3);
    EXPECT_EQ(tiers[4]["switch_chips"], 3);  // 288 links, 128 a switch
    EXPECT_EQ(tiers[4]["lower_module_ends"], 288);
    EXPECT_THAT(explain_text(s, build_fabric(s)),
                ::testing::HasSubstr("gpu side: 1152 optical module ends, 1 a NIC, 12.0 W"));
}

double sum(double const (&watts)[kPowerParts])
{
    return std::accumulate(std::begin(watts), std::end(watts), 0.0);
}

using FabricCountsOfCommands = CommandTest;

TEST_F(FabricCountsOfCommands, AreAlikeInExplainTheFileAndTheReport)
{
    std::vector<std::string> arguments = {"explain", "workloads/world_size.toml", "--format", "json"};
    for (char const* set : {"fabric.domain_gpus=576", "fabric.domains=2", "fabric.oversubscription=4.0"}) {
        arguments.push_back("--set");
        arguments.push_back(set);
    }
    auto const tiers = nlohmann::json::parse(copperwall(arguments).out)["tiers"];
    arguments[0] = "run";
    arguments.insert(arguments.end(), {"-o", file("x.h5")});
    ASSERT_EQ(copperwall(arguments).code, 0);
    Results const read = read_hdf5(file("x.h5"));
    ASSERT_EQ(read.fabrics.size(), 1u);
    auto const counts = count_by_tier(read.fabrics[0]);
    auto const power = power_per_gpu(read.fabrics[0]);
    ASSERT_EQ(counts.size(), tiers.size());
    ASSERT_EQ(power.size(), tiers.size());
    std::uint64_t optical = 0;
    for (std::size_t t = 0; t != tiers.size(); ++t) {
        EXPECT_EQ(tiers[t]["tier"], counts[t].tier);
        EXPECT_EQ(power[t].tier, counts[t].tier);
        EXPECT_EQ(tiers[t]["links"], counts[t].links);
        std::uint64_t const chips = counts[t].tier == kFrontEnd ? 3 : counts[t].chips;
        EXPECT_EQ(tiers[t]["switch_chips"], chips);
        EXPECT_EQ(tiers[t]["optical_ends"], counts[t].optical_ends);
        EXPECT_NEAR(tiers[t]["all_lanes_m"].get<double>(), counts[t].all_lanes_m, 1e-6);
        EXPECT_NEAR(tiers[t]["full_W"].get<double>(), 1152 * sum(power[t].full_W), 1e-6);
        EXPECT_NEAR(tiers[t]["idle_W"].get<double>(), 1152 * sum(power[t].idle_W), 1e-6);
        optical += counts[t].optical_ends;
    }
    EXPECT_EQ(optical, optical_ends(read.fabrics[0]));
    EXPECT_NE(power_svg(read).find("tier front_end"), std::string::npos);
}

}  // namespace
}  // namespace copperwall

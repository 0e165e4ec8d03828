//! The two measured paths beside the network's share of them, and a source for every figure that was used.
#include "host/command/explain.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "host/input/load.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ScenarioSpec scenario(std::string const& fabric, std::string const& ends)
{
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml",
                         {{"fabric.file", fabric + ".toml"}, {"fabric.ends.rack", ends}});
}

nlohmann::json json(ScenarioSpec const& s)
{
    return nlohmann::json::parse(explain_json(s, build_fabric(s)));
}

// 2 x 122.5305 = 245.061 ns one way; 792 - 245.061 = 546.939.
TEST(ExplainedPath, OfNvl72StandsBesideTheMeasuredStore)
{
    ScenarioSpec const s = scenario("nvl72", "passive_copper");
    EXPECT_THAT(explain_text(s, build_fabric(s)),
                HasSubstr("  measured 792 ns: gpu to NVSwitch to gpu, one store, SM and L2 of both gpus "
                          "included\n"
                          "    network, one way 245.06 ns; left for the gpus 546.94 ns\n"
                          "    source: arXiv:2607.16100, GB200 store to store\n"));
    auto const checks = json(s)["latency_checks"];
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0]["measured_ns"], 792);
    EXPECT_NEAR(checks[0]["network_ns"].get<double>(), 245.061, 1e-6);
    EXPECT_NEAR(checks[0]["rest_ns"].get<double>(), 546.939, 1e-6);
}

// 2 x (40 + 0.45 x 6.2 + 130 + 0.45 x 6.2 + 40) = 431.16 ns; 826 - 431.16 = 394.84.
TEST(ExplainedPath, OfHgxH100StandsBesideTheMeasuredLoad)
{
    auto const checks = json(scenario("hgx_h100", "passive_copper"))["latency_checks"];
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0]["measured_ns"], 826);
    EXPECT_NEAR(checks[0]["network_ns"].get<double>(), 431.16, 1e-6);
    EXPECT_NEAR(checks[0]["rest_ns"].get<double>(), 394.84, 1e-6);
}

TEST(ExplainedPath, SaysWhereTheNetworkAloneIsTooSlow)
{
    ScenarioSpec s = scenario("nvl72", "passive_copper");
    s.fabric.tiers[0].phy_latency_ns.value = 400;  // 2 x (122.5305 + 350) = 945.061 ns
    EXPECT_THAT(explain_text(s, build_fabric(s)),
                HasSubstr("network, one way 945.06 ns; left for the gpus -153.06 ns (NOT POSITIVE: the "
                          "network alone is too slow)"));
}

TEST(ExplainedJson, CountsNvl72)
{
    auto const j = json(scenario("nvl72", "passive_copper"));
    auto const fabric = j["fabric"], tier = j["tiers"][0];
    EXPECT_EQ(j["tiers"].size(), 1u);
    EXPECT_EQ(fabric["gpus"], 72);
    EXPECT_EQ(tier["switch_chips"], 18);
    EXPECT_EQ(fabric["planes"], 18);
    EXPECT_EQ(fabric["port_rate_GBps"], 900);
    EXPECT_EQ(tier["lanes"], 5184);
    EXPECT_NEAR(tier["mean_m"].get<double>(), 0.62, 0.005);
    EXPECT_EQ(tier["lower_module_ends"], 0);
}

// One link each: 87.5 ns at the gpu's module and 1 ns at the switch's engine; 648 / 2 ends on either side.
TEST(ExplainedJson, TellsTheTwoEndsOfALinkApart)
{
    ScenarioSpec const s = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_to_all_nvl72.toml");
    auto const j = json(s);
    for (auto const& c : j["link_classes"]) {
        EXPECT_EQ(c["technology_a"], "dsp_pluggable");
        EXPECT_EQ(c["technology_b"], "cpo");
        EXPECT_EQ(c["delay"]["added_a_ns"], 87.5);
        EXPECT_EQ(c["delay"]["added_b_ns"], 1);
        EXPECT_EQ(c["energy"]["host_serdes"]["a_pJ_per_bit"], 3);
        EXPECT_EQ(c["energy"]["host_serdes"]["b_pJ_per_bit"], 0);
        EXPECT_EQ(c["energy"]["dsp"]["a_pJ_per_bit"], 9);
        EXPECT_EQ(c["energy"]["dsp"]["b_pJ_per_bit"], 0);
    }
    EXPECT_EQ(j["tiers"][0]["lower_module_ends"], 324);
    EXPECT_EQ(j["tiers"][0]["upper_module_ends"], 324);
}

//! A line of its own that begins with the figure's name and ends in its source.
void expect_cited(std::string const& text, std::string const& name, Quantity const& q)
{
    ASSERT_NE(q.source, "") << name;
    std::istringstream lines(text);
    bool found = false;
    for (std::string line; !found && std::getline(lines, line);)
        found = line.starts_with("    " + name + " ") && line.ends_with(": " + q.source);
    EXPECT_TRUE(found) << name << " is not cited with: " << q.source;
}

TEST(ExplainedSources, CoverEveryFigureOfTheTier)
{
    ScenarioSpec const s = scenario("nvl72", "passive_copper");
    std::string const text = explain_text(s, build_fabric(s));
    TierSpec const& tier = s.fabric.tiers[0];
    expect_cited(text, "lane_rate_Gbps", tier.lane_rate_Gbps);
    expect_cited(text, "link_rate_GBps", tier.link_rate_GBps);
    expect_cited(text, "phy_latency_ns", tier.phy_latency_ns);
    expect_cited(text, "core_latency_ns", tier.switches.core_latency_ns);
    expect_cited(text, "core_energy_pJ_per_bit", tier.switches.core_energy_pJ_per_bit);
    expect_cited(text, "payload_bytes", tier.wire.payload_bytes);
    expect_cited(text, "header_bytes", tier.wire.header_bytes);
    expect_cited(text, "flit_bytes", tier.wire.flit_bytes);
    expect_cited(text, "unit_m", tier.placement.unit_m);
    expect_cited(text, "slack_m", tier.placement.slack_m);
    expect_cited(text, "gpu_trace_m", tier.placement.gpu_trace_m);
    expect_cited(text, "switch_trace_m", tier.placement.switch_trace_m);
}

TEST(ExplainedSources, CoverBothEndsAndEveryComponent)
{
    ScenarioSpec const s = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_to_all_nvl72.toml");
    std::string const text = explain_text(s, build_fabric(s));
    for (char const* end : {"dsp_pluggable", "cpo"}) {
        TechnologySpec const& t = s.technologies.at(end);
        expect_cited(text, "added_latency_ns", t.added_latency_ns);
        expect_cited(text, "host_trace_m", t.host_trace_m);
        expect_cited(text, "reach_m", t.reach_m);
        expect_cited(text, "static_fraction", t.static_fraction);
        expect_cited(text, "module_rate_Gbps", t.module_rate_Gbps);
        expect_cited(text, "cost_usd_per_Gbps", t.cost_usd_per_Gbps);
        expect_cited(text, "failures_fit", t.failures_fit);
        expect_cited(text, "repair_h", t.repair_h);
        for (int c = 0; c < kPowerComponents; ++c)
            expect_cited(text, kComponents[c], t.energy_pJ_per_bit[static_cast<std::size_t>(c)]);
    }
}

TEST(ExplainedSources, CoverWhatFails)
{
    ScenarioSpec const s = scenario("nvl72", "cpo");
    std::string const text = explain_text(s, build_fabric(s));
    ReliabilitySpec const& r = s.reliability;
    expect_cited(text, "cost_usd_per_Gbps", r.switch_cost_usd_per_Gbps);
    expect_cited(text, "failures_fit", r.switch_failures_fit);
    expect_cited(text, "repair_h", r.switch_repair_h);
    expect_cited(text, "failures_fit", r.gpu_failures_fit);
    expect_cited(text, "repair_h", r.gpu_repair_h);
    expect_cited(text, "checkpoint_h", r.checkpoint_h);
    expect_cited(text, "restart_h", r.restart_h);
    EXPECT_THAT(text, HasSubstr("switch chassis; takes its tray out of service meanwhile"));
}

// Copper's reach follows from the loss budget; its technology's own reach is then not used.
TEST(ExplainedSources, OfCopperReachAreThoseOfTheLossBudget)
{
    ScenarioSpec const s = scenario("nvl72", "passive_copper");
    std::string const text = explain_text(s, build_fabric(s));
    LossBudgetSpec const& budget = s.channel.budget;
    expect_cited(text, "fixed_dB", budget.fixed_dB);
    expect_cited(text, "better_silicon_dB", budget.better_silicon_dB);
    expect_cited(text, "bandwidth_dB_per_decade", budget.bandwidth_dB_per_decade);
    expect_cited(text, "excess_dB_per_10_percent", budget.excess_dB_per_10_percent);
    expect_cited(text, "penalty_dB", s.channel.modulations.at("PAM4").penalty_dB);
    HostSpec const& host = s.channel.hosts.at("spine");
    expect_cited(text, "fixed_dB", host.fixed_dB);
    expect_cited(text, "slope_dB_per_GHz", host.slope_dB_per_GHz);
    expect_cited(text, "ceiling_GHz", host.ceiling_GHz);
    expect_cited(text, "skin_dB_per_m", s.channel.conductors.at("AWG30").skin_dB_per_m);
    EXPECT_THAT(text, Not(HasSubstr(s.technologies.at("passive_copper").reach_m.source)));
    EXPECT_THAT(text, Not(HasSubstr(s.channel.conductors.at("AWG26").skin_dB_per_m.source)));
}

TEST(ExplainedSources, OfLightSayNothingOfTheLossBudget)
{
    ScenarioSpec const s = scenario("nvl72", "cpo");
    EXPECT_THAT(explain_text(s, build_fabric(s)), Not(HasSubstr(s.channel.budget.fixed_dB.source)));
}

}  // namespace
}  // namespace copperwall

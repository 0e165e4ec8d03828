#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "host/command/explain.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ScenarioSpec scenario(std::string const& fabric, std::string const& technology, Settings settings = {})
{
    settings.emplace_back("fabric.file", fabric + ".toml");
    settings.emplace_back("fabric.ends.rack", technology);
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

std::string text(std::string const& fabric, std::string const& technology)
{
    ScenarioSpec const s = scenario(fabric, technology);
    return explain_text(s, build_fabric(s));
}

nlohmann::json json(std::string const& fabric, std::string const& technology)
{
    ScenarioSpec const s = scenario(fabric, technology);
    return nlohmann::json::parse(explain_json(s, build_fabric(s)));
}

// 2 x (40 + 0.45 x 6.2 + 130 + 0.45 x 6.2 + 40) = 431.16; 826 - 431.16 = 394.84.
TEST(Explain, ShowsTheRoundTripBesideTheMeasuredOne)
{
    std::string const t = text("hgx_h100", "passive_copper");
    EXPECT_THAT(t, HasSubstr("gpu to switch to gpu without load: 215.58 ns one way"));
    EXPECT_THAT(
        t, HasSubstr("  measured 826 ns: gpu to NVSwitch to gpu and back, dependent loads\n"
                     "    network, round trip 431.16 ns; left for the gpus 394.84 ns\n"
                     "    source: nvbandwidth 0.10.0, device_to_device_latency_sm, all pairs of 8 H100\n"));
}

TEST(Explain, SaysWhereAMeasurementBelongsToOtherLinks)
{
    EXPECT_THAT(text("nvl72", "cpo"), HasSubstr("    measured over twinax, explained here over fibre\n"));
    EXPECT_THAT(text("nvl72", "passive_copper"), Not(HasSubstr("explained here")));
}

// 2 x 122.53 ns x 50 GB/s = 12.25 kB, and four of them.
TEST(Explain, CountsTheBuffersOfChannels)
{
    ScenarioSpec s = scenario("nvl72", "passive_copper");
    Fabric const fabric = build_fabric(s);
    EXPECT_THAT(explain_text(s, fabric), HasSubstr("    input buffer for a round trip, kB  12.25  ("));
    EXPECT_THAT(explain_text(s, fabric), Not(HasSubstr("of every channel")));
    s.buffers = Buffers::round_trip;
    s.channels.count = 4;
    EXPECT_THAT(explain_text(s, fabric), HasSubstr("    and for that of every channel, kB  49.01  ("));
    EXPECT_EQ(nlohmann::json::parse(explain_json(s, fabric))["fabric"]["channels"], 4);
}

TEST(Explain, CountsTheFabric)
{
    std::string const t = text("nvl72", "passive_copper");
    EXPECT_THAT(t, HasSubstr("72 gpus in 18 trays, 18 switch chips in 9 trays"));
    EXPECT_THAT(t, HasSubstr("18 planes of 50 GB/s: 900 GB/s per gpu and direction"));
    EXPECT_THAT(t, HasSubstr("5184 lanes with a cable pair or fibre each"));
    EXPECT_THAT(t, HasSubstr("mean 0.623 m; all lanes together 3227 m (2.01 miles)"));
    EXPECT_THAT(t, HasSubstr("no optical modules"));
}

// 64 KiB over 72 ranks are chunks of 896 and 912 B: 3 x 272 + 128 + 16 = 960 and 976 B on the wire, of which
// acknowledgements make 288 / 272: 1016.5 and 1033.4 B of the raw rate. A full packet is 256 of 288 B.
TEST(Explain, SaysWhatPacketsLeaveOfEachTiersRate)
{
    std::string const t = text("nvl72", "passive_copper");
    EXPECT_THAT(t,
                HasSubstr("  tier 'rack': nvlink, packets of 256 B + 16 B of header, 16 B of acknowledgement "
                          "reserved the other way\n"
                          "    payload of full packets 88.9 %: 800.0 of 900 GB/s per gpu and direction\n"));
    EXPECT_THAT(t, HasSubstr("        65536  rack              896          1016.5      88.15\n"));
    EXPECT_THAT(t, HasSubstr("        65536  rack              912          1033.4      88.25\n"));
    EXPECT_THAT(t, HasSubstr("    ack_bytes                16 (0 .. 16) B, assumed: "));
    auto const j = json("nvl72", "passive_copper");
    EXPECT_EQ(j["wire"][0]["format"], "nvlink");
    EXPECT_NEAR(j["wire"][0]["full_packet_efficiency"].get<double>(), 256 / 288., 1e-12);
    EXPECT_EQ(j["messages"][0]["message_bytes"], 896);
    EXPECT_NEAR(j["messages"][0]["efficiency"].get<double>(), 896 / (960 * 18 / 17.), 1e-12);
}

// Messages within and between domains are told apart.
TEST(Explain, SaysWhatPacketsAreBetweenDomains)
{
    ScenarioSpec const s = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/world_size.toml");
    std::string const t = explain_text(s, build_fabric(s));
    EXPECT_THAT(t, HasSubstr("  tier 'nic': infiniband, packets of 4096 B + 26 B of header, 30 B of"));
    EXPECT_THAT(t, HasSubstr("payload of full packets 98.7 %: 98.7 of 100 GB/s per gpu and direction\n"));
    EXPECT_THAT(t, HasSubstr("1048576  nic "));
}

// 18 compute trays of 4 x 7.2 Tb/s need 18 modules of 1.6 Tb/s each, 9 switch trays of 57.6 Tb/s need 36.
TEST(Explain, CountsModulesByTray)
{
    std::string const t = text("nvl72", "dsp_pluggable");
    EXPECT_THAT(
        t, HasSubstr("gpu side: 324 optical module ends, 18 a tray, 24.0 W (21.0 .. 30.0) each: 7.78 kW"));
    EXPECT_THAT(t, HasSubstr("switch side: 324 optical module ends, 36 a tray"));
}

TEST(Explain, FillsTheLastModuleOfATrayAlone)
{
    // Eight H100 of 3.6 Tb/s: 18 modules of 1.6 Tb/s; the four chips share one tray.
    nlohmann::json const j = json("hgx_h100", "dsp_pluggable");
    EXPECT_EQ(j["tiers"][0]["lower_module_ends"], 18);
    EXPECT_EQ(j["tiers"][0]["upper_module_ends"], 18);
}

TEST(Explain, NamesEverySourceOfWhatItUsesAndNothingElse)
{
    ScenarioSpec const s = scenario("nvl72", "cpo");
    std::string const t = explain_text(s, build_fabric(s));
    TechnologySpec const& cpo = s.technologies.at("cpo");
    for (Quantity const* q : {&cpo.added_latency_ns, &cpo.reach_m, &cpo.failures_fit, &cpo.cost_usd_per_Gbps,
                              &s.fabric.tiers[0].phy_latency_ns, &s.fabric.tiers[0].placement.slack_m,
                              &s.media.at("fibre").delay_ns_per_m, &s.media.at("board").delay_ns_per_m})
        EXPECT_THAT(t, HasSubstr(q->source));
    EXPECT_THAT(t, Not(HasSubstr(s.media.at("twinax").delay_ns_per_m.source)));
}

// Eighteen units of 44.45 mm and 5 m of slack: past any copper of 200 Gb/s lanes, on a fabric nobody ships.
TEST(Explain, SaysLoudlyThatALinkIsTooLong)
{
    ScenarioSpec s = scenario("nvl72", "passive_copper");
    s.fabric.tiers[0].placement.slack_m.value = 5;
    s.fabric.tiers[0].ships_at_Gbps = 0;
    EXPECT_THAT(explain_text(s, build_fabric(s)), HasSubstr("longest link 5.800 m: DOES NOT REACH"));
}

// Ring of 64 KiB over 72: 142 steps, each at least one path.
TEST(Explain, GivesEveryCollectiveItsClosedFormAndBound)
{
    auto const forms = json("nvl72", "passive_copper")["closed_forms"];
    ASSERT_EQ(forms.size(), 1u);
    // 2 x 71/72 x 65,536 B at 900 GB/s and one path of 2 x 122.53 ns: 143.61 + 245.06 ns.
    EXPECT_NEAR(forms[0]["lower_bound_us"].get<double>(), 0.38867, 1e-5);
    EXPECT_GT(forms[0]["closed_form_us"].get<double>(), 142 * 0.24506);
}

// Optics: 648 ends x 24 W. Switch core: 72 x 7.2 Tb/s x 13.5 pJ/bit = 6,998.4 W. SerDes: 72 x 7.2 Tb/s x 3
// pJ/bit.
TEST(Explain, AddsUpTheAccountingSheet)
{
    auto const power = json("nvl72", "dsp_pluggable")["power"];
    double optics = 0;
    for (char const* part : {"dsp", "laser", "driver_modulator", "tia", "tuning_control", "other"})
        optics += power[part]["full_W"].get<double>();
    EXPECT_NEAR(optics, 648 * 24, 1e-6);
    EXPECT_NEAR(power["switch_core"]["full_W"].get<double>(), 6998.4, 1e-6);
    EXPECT_NEAR(power["host_serdes"]["full_W"].get<double>(), 1555.2, 1e-6);
    EXPECT_NEAR(power["dsp"]["idle_W"].get<double>(), 0.98 * power["dsp"]["full_W"].get<double>(), 1e-6);
}

TEST(Explain, GivesTheSameDelaysInJsonAsTheFabricHas)
{
    ScenarioSpec const s = scenario("nvl72", "cpo");
    Fabric const fabric = build_fabric(s);
    auto const j = nlohmann::json::parse(explain_json(s, fabric));
    ASSERT_EQ(j["link_classes"].size(), fabric.classes.size());
    for (std::size_t c = 0; c < fabric.classes.size(); ++c)
        EXPECT_EQ(j["link_classes"][c]["delay"]["total_ns"], fabric.classes[c].delay.total_ns());
    EXPECT_GT(j["latency_checks"][0]["rest_ns"].get<double>(), 0);
}

TEST(Explained, SaysWhatFailsAndWhatIsOutMeanwhile)
{
    ScenarioSpec s = scenario("nvl72", "dsp_pluggable");
    s.job.spare_trays = 2;
    s.job.lost_port_stops = true;
    Fabric const fabric = build_fabric(s);
    std::string const text = explain_text(s, fabric);
    EXPECT_THAT(
        text, HasSubstr("rack, gpu end: dsp_pluggable                     324      550       1.56        1  "
                        "its links, 22.2 % of the rate"));
    EXPECT_THAT(text, HasSubstr("2 of 18 gpu trays of a domain are spare;\n    a lost link stops it"));
    auto const risk = nlohmann::json::parse(explain_json(s, fabric))["risk"];
    EXPECT_EQ(risk["kinds"].size(), 4u) << "both ends, switch chips, gpus";
    EXPECT_EQ(risk["kinds"][0]["parts"], 324);
    EXPECT_EQ(risk["kinds"][0]["stops_job"], true);
    EXPECT_EQ(risk["kinds"][0]["gpu_trays"], 0);
    EXPECT_EQ(risk["kinds"][3]["gpu_trays"], 1);
    EXPECT_EQ(risk["cost_usd"]["typical"], fabric.risk.of[kCost].typical);
    EXPECT_EQ(risk["goodput_with_gpus"]["high_95_percent"], fabric.risk.of[kGoodputWithGpus].high);
}

}  // namespace
}  // namespace copperwall

// Fabrics, technologies, media and libraries: what they become, and how their mistakes are reported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

using testing::ElementsAre;

class InputTopology : public testing::Test {
protected:
    std::string check_technology(std::string const& text) const
    {
        tree.write("topologies/technologies/t.toml", text);
        return complaint([] { load_technology("topologies/technologies/t.toml"); });
    }
    std::string check_fabric(std::string const& text) const
    {
        tree.write("topologies/f.toml", text);
        return complaint([] { load_fabric("topologies/f.toml"); });
    }
    InputTree tree;
};

TEST_F(InputTopology, TechnologyKeepsRangeSourceStatusAndPlace)
{
    auto const t = load_technology("topologies/technologies/copper.toml");
    EXPECT_EQ(t.name, "copper");
    EXPECT_EQ(t.title, "copper");
    EXPECT_EQ(t.carrier, Carrier::electrical);
    EXPECT_THAT(t.media, ElementsAre("twinax"));
    EXPECT_FALSE(t.field_swappable);
    EXPECT_FALSE(t.phy_latency_ns.has_value());
    EXPECT_EQ(t.reach_m.value, 2);
    EXPECT_EQ(t.reach_m.low, 1.5);
    EXPECT_EQ(t.reach_m.high, 2.5);
    EXPECT_EQ(t.reach_m.source, "c");
    EXPECT_EQ(t.reach_m.status, Status::measured);
    EXPECT_EQ(t.reach_m.place.file, "topologies/technologies/copper.toml");
    EXPECT_EQ(t.reach_m.place.line, 13u);
    EXPECT_EQ(t.reach_m.place.column, 11u);
}

TEST_F(InputTopology, PlainNumbersTakeTheTablesSource)
{
    auto const t = load_technology("topologies/technologies/copper.toml");
    EXPECT_EQ(t.host_trace_m.low, 0.1);
    EXPECT_EQ(t.host_trace_m.high, 0.1);
    EXPECT_EQ(t.host_trace_m.source, "b");
    EXPECT_EQ(t.host_trace_m.status, Status::assumed);
    ASSERT_EQ(t.energy_pJ_per_bit.size(), std::size(kComponents));
    EXPECT_EQ(t.energy_pJ_per_bit[0].value, 4);    // host_serdes
    EXPECT_EQ(t.energy_pJ_per_bit[6].value, 0.5);  // other
    EXPECT_EQ(t.energy_pJ_per_bit[6].source, "d");
    EXPECT_EQ(t.energy_pJ_per_bit[6].status, Status::published);
}

TEST_F(InputTopology, FabricIsReadWhole)
{
    auto const f = load_fabric("topologies/tiny.toml");
    EXPECT_EQ(f.name, "tiny");
    EXPECT_EQ(f.gpus, 4u);
    ASSERT_EQ(f.tiers.size(), 1u);
    auto const& tier = f.tiers[0];
    EXPECT_EQ(tier.name, "rack");
    EXPECT_EQ(tier.wiring, "single_tier");
    EXPECT_EQ(tier.links_per_gpu, 2u);
    EXPECT_EQ(tier.lanes, 2u);
    EXPECT_EQ(tier.link_rate_GBps.value, 50);
    EXPECT_EQ(tier.wire.payload_bytes.value, 256);
    EXPECT_EQ(tier.wire.flit_bytes.source, "f");
    EXPECT_EQ(tier.switches.chips, 2u);
    EXPECT_TRUE(tier.switches.cut_through);
    EXPECT_THAT(tier.placement.gpu_trays_u, ElementsAre(0, 2));
    EXPECT_THAT(tier.placement.switch_trays_u, ElementsAre(1));
    EXPECT_EQ(tier.placement.unit_m.value, 0.04445);
}

TEST_F(InputTopology, ForwardingAndLatencyChecksAreOptional)
{
    tree.write(
        "topologies/f.toml",
        with(kTinyFabric, "chips = 2\n", "chips = 2\nforwarding = \"store_and_forward\"\n") +
            "[[latency_check]]\nwhat = \"load\"\nmeasured_ns = { value = 826, source = \"x\", status = "
            "\"measured\" }\n[[latency_check]]\nwhat = \"store\"\nround_trip = false\nmeasured_ns = 792\n"
            "source = \"y\"\nstatus = \"published\"\n");
    auto const f = load_fabric("topologies/f.toml");
    EXPECT_FALSE(f.tiers[0].switches.cut_through);
    ASSERT_EQ(f.latency_checks.size(), 2u);
    EXPECT_TRUE(f.latency_checks[0].round_trip);
    EXPECT_FALSE(f.latency_checks[1].round_trip);
    EXPECT_EQ(f.latency_checks[1].measured_ns.value, 792);
}

TEST_F(InputTopology, ProtocolsKeepTheirOrder)
{
    tree.write(
        "workloads/libraries/two.toml",
        std::string(kTinyLibrary) +
            "[[library.protocol]]\nname = \"LL\"\nlaunch_us = { value = 7.6, low = 6.6, high = 8.3, source = "
            "\"x\", status = \"measured\" }\nstep_us = { value = 1.3, source = \"x\", status = \"measured\" "
            "}\n"
            "efficiency = { value = 0.5, source = \"x\", status = \"published\" }\n");
    auto const library = load_library("workloads/libraries/two.toml");
    ASSERT_EQ(library.protocols.size(), 2u);
    EXPECT_EQ(library.protocols[0].name, "direct");
    EXPECT_EQ(library.protocols[1].name, "LL");
    EXPECT_EQ(library.protocols[1].launch_us.low, 6.6);
}

TEST_F(InputTopology, ManyMistakesAreReportedAtOnce)
{
    EXPECT_EQ(
        check_technology(R"([technology]
title = 5
carrier = "optic"
media = ["fibre", 3]
repair_unit = " "
field_swappable = 1
added_latency_us = 0.001
host_trace_m = { value = 0.01, low = 0.05, high = 0.02 }
static_fraction = 1.98
module_rate_Gbps = "1600 Gb/s"
reach = 500
cost_usd_per_Gbps = { value = 1.3, lwo = 0.8, status = "guess", source = "x" }
failures_fit = { value = nan, source = "x", status = "assumed" }
repair_h = 12
host_serdes = 3
repair_takes = "rack"
)"),
        R"(topologies/technologies/t.toml:1:1: error: missing table [technology.energy_pJ_per_bit] (energy at one end, by component); add it
  [technology]
  ^
topologies/technologies/t.toml:2:9: error: 'title' is a whole number (a string is wanted); put it in quotes
  title = 5
          ^
topologies/technologies/t.toml:3:11: error: 'carrier' cannot be 'optic' (the choices are electrical, optical); take one of them
  carrier = "optic"
            ^ did you mean 'optical'?
topologies/technologies/t.toml:4:19: error: 'media[1]' is a whole number (a string is wanted); put it in quotes
  media = ["fibre", 3]
                    ^
topologies/technologies/t.toml:5:15: error: 'repair_unit' is empty (what is swapped: module, switch chassis); fill it in
  repair_unit = " "
                ^
topologies/technologies/t.toml:6:19: error: 'field_swappable' is a whole number (true or false is wanted); give true or false
  field_swappable = 1
                    ^
topologies/technologies/t.toml:7:1: error: unknown key 'added_latency_us' in [technology] (the unit is part of the name, and this number is in ns); convert the value to ns
  added_latency_us = 0.001
  ^ did you mean 'added_latency_ns'?
topologies/technologies/t.toml:8:38: error: 'host_trace_m' has low = 0.05 above value = 0.01 (low <= value <= high must hold); correct one of the two
  host_trace_m = { value = 0.01, low = 0.05, high = 0.02 }
                                       ^
topologies/technologies/t.toml:9:19: error: 'static_fraction' = 1.98 is out of range (0 to 1); correct the value
  static_fraction = 1.98
                    ^
topologies/technologies/t.toml:10:20: error: 'module_rate_Gbps' is a string (a number, or { value, low, high, source, status } is wanted); write the bare number, the unit is in the key's name
  module_rate_Gbps = "1600 Gb/s"
                     ^
topologies/technologies/t.toml:11:1: error: unknown key 'reach' in [technology] (the unit is part of the name, and this number is in m); convert the value to m
  reach = 500
  ^ did you mean 'reach_m'?
topologies/technologies/t.toml:12:36: error: unknown key 'lwo' in the table of 'cost_usd_per_Gbps'; rename or remove it
  cost_usd_per_Gbps = { value = 1.3, lwo = 0.8, status = "guess", source = "x" }
                                     ^ did you mean 'low'?
topologies/technologies/t.toml:12:56: error: 'status' cannot be 'guess' (the choices are measured, published, assumed); take one of them
  cost_usd_per_Gbps = { value = 1.3, lwo = 0.8, status = "guess", source = "x" }
                                                         ^
topologies/technologies/t.toml:13:26: error: 'failures_fit' = nan is out of range (0 to 10000000 fit); correct the value or its unit
  failures_fit = { value = nan, source = "x", status = "assumed" }
                           ^
topologies/technologies/t.toml:14:12: error: [technology] gives no source for repair_h (a number without a source and a status does not load); add source = "who, where, year"
  repair_h = 12
             ^
topologies/technologies/t.toml:14:12: error: [technology] gives no status for repair_h (a number without a source and a status does not load); add status = "measured", "published" or "assumed"
  repair_h = 12
             ^
topologies/technologies/t.toml:15:1: error: unknown key 'host_serdes' in [technology] (it belongs to [technology.energy_pJ_per_bit]); move it there
  host_serdes = 3
  ^)");
}

TEST_F(InputTopology, MissingKeysPointAtTheirTable)
{
    EXPECT_EQ(
        check_technology(with(kTinyTechnology, "repair_h = 24\n", "")),
        "topologies/technologies/t.toml:1:1: error: missing key 'repair_h' in [technology] (time to repair); "
        "give a number, or { value, low, high, source, status }\n  [technology]\n  ^");
    EXPECT_EQ(
        check_technology(with(kTinyTechnology, "tia = 0\n", "")),
        "topologies/technologies/t.toml:18:1: error: missing key 'tia' in [technology.energy_pJ_per_bit] "
        "(photodiode and transimpedance amplifier); give a number, or { value, low, high, source, status }\n"
        "  [technology.energy_pJ_per_bit]\n  ^");
}

TEST_F(InputTopology, WhatIsSwappedIsPartOfATray)
{
    EXPECT_EQ(check_fabric(with(kTinyFabric, "gpus_per_tray = 2\n", "gpus_per_tray = 2\nswapped_gpus = 3\n")),
              "topologies/f.toml:25:16: error: 'swapped_gpus' = 3 is more than 'gpus_per_tray' = 2 (what is "
              "swapped is part of a tray); make it smaller\n  swapped_gpus = 3\n                 ^");
}

TEST_F(InputTopology, HighBelowValueIsAnError)
{
    EXPECT_EQ(check_technology(with(kTinyTechnology, "high = 2.5", "high = 1.9")),
              "topologies/technologies/t.toml:13:42: error: 'reach_m' has high = 1.9 below value = 2 (low <= "
              "value <= "
              "high must hold); correct one of the two\n"
              "  reach_m = { value = 2, low = 1.5, high = 1.9, source = \"c\", status = \"measured\" }\n" +
                  std::string(43, ' ') + "^");
}

TEST_F(InputTopology, AFabricThatCannotBeIsReportedAtOnce)
{
    std::string text = kTinyFabric;
    text = with(text, "gpus = 4", "gpus = 9");
    text = with(text, "twinax", "twinex");
    text = with(text, "links_per_gpu = 2", "links_per_gpu = 1");
    text = with(text, "lanes = 2", "lanes = 1");
    text = with(text, "chips = 2", "chips = 3");
    text = with(text, "[0, 2]", "[0, 0]");
    EXPECT_EQ(
        check_fabric(text),
        R"(topologies/f.toml:3:8: error: 'gpus' = 9 but [tier.rack.placement] has 2 trays of 2 gpus = 4 (every gpu needs a place); correct gpus, gpu_trays_u or gpus_per_tray
  gpus = 9
         ^
topologies/f.toml:6:10: error: unknown medium 'twinex' (topologies/media.toml holds twinax); take one of them or add a table
  medium = "twinex"
           ^ did you mean 'twinax'?
topologies/f.toml:7:17: error: 'links_per_gpu' = 1 but there are 3 chips (a gpu needs a link to each); correct links_per_gpu or chips
  links_per_gpu = 1
                  ^
topologies/f.toml:14:18: error: 'link_rate_GBps' = 50 but 1 lanes of 200 Gb/s carry 25 GB/s (a link is no faster than its lanes); correct lanes, lane_rate_Gbps or link_rate_GBps
  link_rate_GBps = 50
                   ^
topologies/f.toml:17:9: error: 'chips' = 3 but [tier.rack.placement] has 1 trays of 2 chips = 2 (every chip needs a place); correct chips, switch_trays_u or chips_per_tray
  chips = 3
          ^
topologies/f.toml:23:19: error: 'gpu_trays_u' has rack unit 0 twice (one tray fills a unit); correct it
  gpu_trays_u = [0, 0]
                    ^)");
}

TEST_F(InputTopology, LinksNeedNotDivideByChips)
{
    EXPECT_EQ(check_fabric(with(kTinyFabric, "links_per_gpu = 2", "links_per_gpu = 3")), "");
}

TEST_F(InputTopology, ATierNeedsAName)
{
    EXPECT_EQ(
        check_fabric("[fabric]\ntitle = \"x\"\ngpus = 4\n[tier]\nlanes = 2\n\"a b\" = {}\n"),
        "topologies/f.toml:5:9: error: 'lanes' holds a value (a table is wanted); write it as [tier.lanes]\n"
        "  lanes = 2\n          ^\n"
        "topologies/f.toml:6:1: error: 'a b' is no name for a tier (letters, digits, _ and - make one); "
        "rename "
        "it\n  \"a b\" = {}\n  ^");
}

}  // namespace
}  // namespace copperwall

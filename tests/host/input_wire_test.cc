// Wire formats: their own files, what tiers and scenarios name, and what is said where that cannot be.
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

class InputWire : public testing::Test {
protected:
    std::string check_wire(std::string const& text) const
    {
        tree_.write("topologies/wire/w.toml", text);
        return complaint([] { load_wire("topologies/wire/w.toml"); });
    }
    std::string set(std::string const& key, std::string const& value) const
    {
        return complaint([&] { load_scenario("workloads/ring.toml", {{key, value}}); });
    }

    InputTree tree_;
};

TEST_F(InputWire, AFormatIsReadWithItsSources)
{
    WireSpec const wire = load_wire("topologies/wire/flits.toml");
    EXPECT_EQ(wire.name, "flits");
    EXPECT_EQ(wire.payload_bytes.value, 256);
    EXPECT_EQ(wire.ack_bytes.value, 16);
    EXPECT_EQ(wire.mtu_bytes.value, 512);
    EXPECT_EQ(wire.header_bytes.source, "f");
    EXPECT_EQ(wire.header_bytes.status, Status::published);
}

TEST_F(InputWire, PayloadMustBeFlitsAndFit)
{
    EXPECT_EQ(
        check_wire(with(kTinyWire, "payload_bytes = 256", "payload_bytes = 250")),
        "topologies/wire/w.toml:5:17: error: 'payload_bytes' = 250 is no multiple of 'flit_bytes' = 16 "
        "(packets are whole flits); correct one of the two\n  payload_bytes = 250\n                  ^");
    EXPECT_EQ(check_wire(with(kTinyWire, "payload_bytes = 256", "payload_bytes = 1024")),
              "topologies/wire/w.toml:5:17: error: 'payload_bytes' = 1024 is more than 'mtu_bytes' = 512 "
              "(the format allows no larger packet); correct one of the two\n"
              "  payload_bytes = 1024\n                  ^");
    std::string const single = with(with(kTinyWire, "flit_bytes = 16", "flit_bytes = 1"), "512", "65536");
    EXPECT_EQ(check_wire(with(single, "payload_bytes = 256", "payload_bytes = 65536")),
              "topologies/wire/w.toml:5:17: error: 'payload_bytes' = 65536 is 65536 flits (at most 65535); "
              "make it smaller\n  payload_bytes = 65536\n                  ^");
}

TEST_F(InputWire, AWholeQuantityHasNoFraction)
{
    EXPECT_EQ(check_wire(with(kTinyWire, "header_bytes = 16", "header_bytes = 16.5")),
              "topologies/wire/w.toml:6:16: error: 'header_bytes' = 16.5 is not whole (it is counted, not "
              "measured); give a whole number\n  header_bytes = 16.5\n                 ^");
}

TEST_F(InputWire, WhatIsMissingOrImpossibleIsSaidWhereItStands)
{
    EXPECT_NE(check_wire(with(kTinyWire, "ack_bytes = 16\n", ""))
                  .find("w.toml:1:1: error: missing key 'ack_bytes'"),
              std::string::npos);
    EXPECT_NE(check_wire(with(kTinyWire, "ack_bytes = 16", "ack_bytes = -1")).find("w.toml:8:13: error:"),
              std::string::npos);
    EXPECT_NE(check_wire(with(kTinyWire, "source = \"f\"\n", "")).find("gives no source for"),
              std::string::npos);
}

TEST_F(InputWire, ATierNamesAFileThatIsThere)
{
    tree_.write("topologies/tiny.toml", with(kTinyFabric, "wire = \"flits\"", "wire = \"flit\""));
    EXPECT_EQ(
        complaint([] { load_scenario("workloads/ring.toml"); }),
        "topologies/tiny.toml:10:8: error: unknown wire format 'flit' (topologies/wire holds flits); take "
        "one of them or add a file\n  wire = \"flit\"\n         ^ did you mean 'flits'?");
}

TEST_F(InputWire, AScenarioReplacesTheFormatOfATierOrOfAll)
{
    tree_.write("topologies/wire/bare.toml", with(kTinyWire, "header_bytes = 16", "header_bytes = 0"));
    auto const name = [](Settings const& settings) {
        return load_scenario("workloads/ring.toml", settings).fabric.tiers.front().wire.name;
    };
    EXPECT_EQ(name({}), "flits");
    EXPECT_EQ(name({{"fabric.wire.rack", "bare"}}), "bare");
    EXPECT_EQ(name({{"fabric.wire.all", "bare"}}), "bare");
    EXPECT_EQ(name({{"fabric.wire.all", "bare"}, {"fabric.wire.rack", "flits"}}), "flits");
    ScenarioSpec const bare = load_scenario("workloads/ring.toml", {{"fabric.wire.all", "bare"}});
    EXPECT_EQ(bare.fabric.tiers.front().wire.header_bytes.value, 0);
    EXPECT_EQ(bare.files.count("topologies/wire/bare.toml"), 1u);
}

TEST_F(InputWire, AScenarioNamesTiersAndFilesThatAreThere)
{
    EXPECT_EQ(set("fabric.wire.rack", "bar"),
              "command line: --set fabric.wire.rack=bar: error: unknown wire format 'bar' (topologies/wire "
              "holds flits); take one of them or add a file");
    EXPECT_EQ(set("fabric.wire.rock", "flits"),
              "command line: --set fabric.wire.rock=flits: error: unknown tier 'rock' in [fabric.wire] (tiny "
              "has rack, and spines have what is below them); rename or remove it; did you mean 'rack'?");
    tree_.write("workloads/ring.toml",
                with(kTinyScenario, "[library]", "[fabric.wire]\nrack = 3\n[library]"));
    EXPECT_NE(complaint([] { load_scenario("workloads/ring.toml"); }).find("workloads/ring.toml:6:8: error:"),
              std::string::npos);
}

}  // namespace
}  // namespace copperwall

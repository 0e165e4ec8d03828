#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

using testing::ElementsAre;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

class InputScenario : public testing::Test {
protected:
    ScenarioSpec load(std::string const& text, Settings const& settings = {}) const
    {
        tree.write("workloads/x.toml", text);
        return load_scenario("workloads/x.toml", settings);
    }
    std::string check(std::string const& text, Settings const& settings = {}) const
    {
        return complaint([&] { load(text, settings); });
    }
    std::string set(std::string const& key, std::string const& value) const
    {
        return check(kTinyScenario, {{key, value}});
    }
    InputTree tree;
};

TEST_F(InputScenario, IsResolvedWithAllItNames)
{
    auto const s = load_scenario("workloads/ring.toml");
    EXPECT_EQ(s.name, "ring");
    EXPECT_EQ(s.title, "ring");
    EXPECT_EQ(s.fabric.name, "tiny");
    EXPECT_EQ(s.ends.at("rack").a, "copper");
    EXPECT_EQ(s.ends.at("rack").b, "copper");
    EXPECT_THAT(s.technologies, UnorderedElementsAre(Key("copper")));
    EXPECT_EQ(s.media.at("twinax").delay_ns_per_m.low, 4.3);
    EXPECT_EQ(s.library.name, "ideal");
    ASSERT_EQ(s.collectives.size(), 1u);
    EXPECT_THAT(s.collectives[0].bytes, ElementsAre(65536));
    EXPECT_EQ(s.collectives[0].place.line, 7u);
}

TEST_F(InputScenario, HasDefaults)
{
    auto const s = load_scenario("workloads/ring.toml");
    EXPECT_EQ(s.lengths, Lengths::per_class);
    EXPECT_EQ(s.collectives[0].group, 0u);
    EXPECT_EQ(s.simulation.packet_bytes, 0u);
    EXPECT_TRUE(s.simulation.fold);
    EXPECT_EQ(s.simulation.seed, 42u);
}

TEST_F(InputScenario, CarriesEveryFileItReadWordForWord)
{
    auto const files = load_scenario("workloads/ring.toml").files;
    EXPECT_THAT(files, UnorderedElementsAre(Pair("workloads/ring.toml", kTinyScenario),
                                            Pair("topologies/tiny.toml", kTinyFabric),
                                            Pair("topologies/wire/flits.toml", kTinyWire),
                                            Pair("topologies/media.toml", kTinyMedia),
                                            Pair("topologies/reliability.toml", kTinyReliability),
                                            Pair("topologies/technologies/copper.toml", kTinyTechnology),
                                            Pair("workloads/libraries/ideal.toml", kTinyLibrary)));
}

TEST_F(InputScenario, NamesItsFilesTheSameFromAnywhere)
{
    auto const here = load_scenario("workloads/ring.toml").files;
    EXPECT_EQ(load_scenario(tree.root() / "workloads/ring.toml").files, here);
    std::filesystem::current_path("workloads");
    EXPECT_EQ(load_scenario("ring.toml").files, here);
    std::filesystem::current_path("libraries");
    EXPECT_EQ(load_scenario("../ring.toml").files, here);
}

TEST_F(InputScenario, PrefersAFabricBesideIt)
{
    tree.write("workloads/tiny.toml", with(kTinyFabric, "four gpus", "mine"));
    EXPECT_EQ(load_scenario("workloads/ring.toml").fabric.title, "mine");
}

TEST_F(InputScenario, FindsTheTreeFromTheCurrentDirectoryToo)
{
    InputTree const elsewhere;
    std::filesystem::remove_all(elsewhere.root() / "topologies");
    std::filesystem::current_path(tree.root());
    EXPECT_EQ(load_scenario(elsewhere.root() / "workloads/ring.toml").fabric.name, "tiny");
    std::filesystem::current_path(elsewhere.root());
    EXPECT_EQ(complaint([] { load_scenario("workloads/ring.toml"); }),
              "workloads/ring.toml: error: no directory above holds topologies/ (technologies, media and "
              "libraries lie "
              "there and in workloads/); move the file into such a tree, or run from inside one");
}

TEST_F(InputScenario, EndsMayDiffer)
{
    tree.write("topologies/technologies/other.toml", kTinyTechnology);
    auto const s = load(with(kTinyScenario, "\"copper\"", "{ a = \"copper\", b = \"other\" }"));
    EXPECT_EQ(s.ends.at("rack").a, "copper");
    EXPECT_EQ(s.ends.at("rack").b, "other");
    EXPECT_THAT(s.technologies, UnorderedElementsAre(Key("copper"), Key("other")));
}

TEST_F(InputScenario, SizesComeInFourForms)
{
    auto const bytes = [&](std::string const& written) {
        return load(with(kTinyScenario, "\"64KiB\"", written)).collectives[0].bytes;
    };
    EXPECT_THAT(bytes("300"), ElementsAre(300));
    EXPECT_THAT(bytes("[\"1KiB\", 5, \"2MB\"]"), ElementsAre(1024, 5, 2'000'000));
    EXPECT_THAT(bytes("{ from = \"256B\", to = \"64KiB\", factor = 16 }"), ElementsAre(256, 4096, 65536));
    EXPECT_THAT(bytes("{ from = 3, to = 10, factor = 3 }"), ElementsAre(3, 9));
    EXPECT_THAT(bytes("{ from = \"1024GiB\", to = \"1024GiB\", factor = 2 }"),
                ElementsAre(std::int64_t{1} << 40));
}

TEST_F(InputScenario, SettingsChangeWhatTheFileSays)
{
    tree.write("topologies/technologies/other.toml", kTinyTechnology);
    auto const s = load(kTinyScenario, {{"fabric.ends.rack", "other"},
                                        {"collective.bytes", "[\"1KiB\", \"1MiB\"]"},
                                        {"collective.group", "2"},
                                        {"simulation.fold", "false"},
                                        {"simulation.packet_bytes", "4KiB"},
                                        {"fabric.lengths", "\"exact\""},
                                        {"title", "say \"hi\""}});
    EXPECT_EQ(s.ends.at("rack").a, "other");
    EXPECT_THAT(s.technologies, UnorderedElementsAre(Key("other")));
    EXPECT_THAT(s.collectives[0].bytes, ElementsAre(1024, 1 << 20));
    EXPECT_EQ(s.collectives[0].group, 2u);
    EXPECT_FALSE(s.simulation.fold);
    EXPECT_EQ(s.simulation.packet_bytes, 4096u);
    EXPECT_EQ(s.lengths, Lengths::exact);
    EXPECT_EQ(s.title, "say \"hi\"");
    ASSERT_EQ(s.settings.size(), 7u);
    EXPECT_THAT(s.settings[0], Pair("fabric.ends.rack", "other"));
}

TEST_F(InputScenario, TheLastSettingOfAKeyHolds)
{
    EXPECT_EQ(load(kTinyScenario, {{"simulation.seed", "1"}, {"simulation.seed", "2"}}).simulation.seed, 2u);
}

TEST_F(InputScenario, WrongSettingsAreReportedAsWritten)
{
    EXPECT_EQ(set("fabrc.lengths", "exact"),
              "command line: --set fabrc.lengths=exact: error: unknown table 'fabrc' in the top-level table; "
              "rename or "
              "remove it; did you mean 'fabric'?");
    EXPECT_EQ(set("simulation.sed", "1"),
              "command line: --set simulation.sed=1: error: unknown key 'sed' in [simulation]; rename or "
              "remove it; did "
              "you mean 'seed'?");
    EXPECT_EQ(set("fabric.ends.rack", "coper"),
              "command line: --set fabric.ends.rack=coper: error: unknown technology 'coper' "
              "(topologies/technologies "
              "holds copper); take one of them or add a file; did you mean 'copper'?");
    EXPECT_EQ(set("collective.group", "5"),
              "command line: --set collective.group=5: error: 'group' = 5 but tiny has 4 gpus (a rank is a "
              "gpu); make "
              "the group smaller or take a larger fabric");
    EXPECT_EQ(set("collective.bytes", "64Mib"),
              "command line: --set collective.bytes=64Mib: error: 'bytes': '64Mib' is not a size (unknown "
              "unit 'Mib'); "
              "use B, kB, KiB, MB, MiB, GB, GiB; did you mean '64MiB'?");
    EXPECT_EQ(set("title.x", "1"),
              "command line: --set title.x=1: error: 'title' in 'title.x' is no table (it holds a value); "
              "set 'title' "
              "itself");
    EXPECT_EQ(set("", "1"),
              "command line: --set =1: error: unknown key '' in the top-level table (it holds title, fabric, "
              "library, "
              "collective, simulation, job); rename or remove it");
    EXPECT_EQ(set("simulation.seed", "1\nfold = 2"),
              "command line: --set simulation.seed=1\nfold = 2: error: 'seed' is a string (a whole number is "
              "wanted); "
              "write it without quotes");
}

TEST_F(InputScenario, ManyMistakesAreReportedAtOnce)
{
    EXPECT_EQ(check(R"(titel = "x"
[fabric]
file = "tinny.toml"
ends = { rack = "coper", shelf = 3 }
lengths = "clas"
speed = 5
[libary]
name = "ideal"
[[collective]]
op = "all_reduce"
algorithm = ""
bytes = "64 MB/s"
gpus = 3
[simulation]
packet_bytes = -16
fold = "yes"
seed = 1.5
)"),
              R"(workloads/x.toml:1:1: error: unknown key 'titel' in the top-level table; rename or remove it
  titel = "x"
  ^ did you mean 'title'?
workloads/x.toml:3:8: error: no fabric file 'tinny.toml' (neither beside this file nor in topologies, which holds tiny.toml); name an existing file
  file = "tinny.toml"
         ^ did you mean 'tiny.toml'?
workloads/x.toml:4:17: error: unknown technology 'coper' (topologies/technologies holds copper); take one of them or add a file
  ends = { rack = "coper", shelf = 3 }
                  ^ did you mean 'copper'?
workloads/x.toml:4:34: error: 'shelf' is a whole number (a string, or { a, b } is wanted); give a string, or { a, b }
  ends = { rack = "coper", shelf = 3 }
                                   ^
workloads/x.toml:5:11: error: 'lengths' cannot be 'clas' (the choices are class, exact); take one of them
  lengths = "clas"
            ^ did you mean 'class'?
workloads/x.toml:6:1: error: unknown key 'speed' in [fabric] (it holds file, domain_gpus, domains, scale_out, oversubscription, scale_out_oversubscription, scale_out_leaves, fallback, lane_rate_Gbps, dead_planes, reroute, reroute_after_us, lengths, routing, routing_packets, buffers, buffer_bytes, channels, channel_by, acks, ends, slowed, outage, dead, wire); rename or remove it
  speed = 5
  ^
workloads/x.toml:7:2: error: unknown table 'libary' in the top-level table; rename or remove it
  [libary]
   ^ did you mean 'library'?
workloads/x.toml:11:13: error: 'algorithm' is empty (see 'copperwall list algorithms'; best: the fastest of them); fill it in
  algorithm = ""
              ^
workloads/x.toml:12:9: error: 'bytes': '64 MB/s' is not a size (a size, not a rate, is wanted); use B, kB, KiB, MB, MiB, GB, GiB
  bytes = "64 MB/s"
          ^ did you mean '64MB'?
workloads/x.toml:13:1: error: unknown key 'gpus' in [[collective]] (it holds op, label, algorithm, chunks, group, groups, experts, top_k, token_bytes, zipf, bytes); rename or remove it
  gpus = 3
  ^
workloads/x.toml:15:16: error: 'packet_bytes' = -16 is out of range (0B to 1GiB); correct the value or its unit
  packet_bytes = -16
                 ^
workloads/x.toml:16:8: error: 'fold' is a string (true or false is wanted); give true or false
  fold = "yes"
         ^
workloads/x.toml:17:8: error: 'seed' is a decimal number (a whole number is wanted); write it without a decimal point
  seed = 1.5
         ^)");
}

TEST_F(InputScenario, EndsFitTheTiersOfTheFabric)
{
    EXPECT_EQ(check(with(kTinyScenario, "rack =", "rck =")),
              "workloads/x.toml:4:8: error: no ends for tier 'rack' of tiny (every tier's links need a "
              "technology); add "
              "rack = \"passive_copper\" or another\n  ends = { rck = \"copper\" }\n         ^\n"
              "workloads/x.toml:4:10: error: unknown tier 'rck' in [fabric.ends] (tiny has rack); rename or "
              "remove it\n"
              "  ends = { rck = \"copper\" }\n           ^ did you mean 'rack'?");
}

TEST_F(InputScenario, PacketsAreWholeFlitsAndNotTooMany)
{
    EXPECT_EQ(set("simulation.packet_bytes", "100"),
              "command line: --set simulation.packet_bytes=100: error: 'packet_bytes' = 100 is no multiple "
              "of the flit "
              "of 16 bytes on tier 'rack' (packets are whole flits); take a multiple of 16");
    EXPECT_EQ(set("simulation.packet_bytes", "1MiB"),
              "command line: --set simulation.packet_bytes=1MiB: error: 'packet_bytes' = 1048576 is 65536 "
              "flits of 16 "
              "bytes (at most 65535); make it smaller");
    EXPECT_EQ(set("simulation.packet_bytes", "1048560"), "");  // 65535 flits
}

TEST_F(InputScenario, GroupsHaveTwoRanksAtLeast)
{
    EXPECT_EQ(set("collective.group", "1"),
              "command line: --set collective.group=1: error: 'group' = 1 is one rank (a collective has at "
              "least 2); "
              "give 2 or more");
}

TEST_F(InputScenario, MistakesInTheFilesItNamesAreReportedWithItsOwn)
{
    tree.write("topologies/technologies/copper.toml",
               with(kTinyTechnology, "repair_h = 24", "repair_h = -1"));
    tree.write("topologies/media.toml", "[medium.twinax\n");
    EXPECT_EQ(
        check(with(kTinyScenario, "\"64KiB\"", "0")),
        R"(workloads/x.toml:10:9: error: 'bytes' = 0 is out of range (1B to 1024GiB); correct the value or its unit
  bytes = 0
          ^
topologies/media.toml:1:15: error: not valid TOML (expected ']', saw '\n'); correct the syntax
  [medium.twinax
                ^
topologies/technologies/copper.toml:16:12: error: 'repair_h' = -1 is out of range (0 to 10000 h); correct the value or its unit
  repair_h = -1
             ^)");
}

}  // namespace
}  // namespace copperwall

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr char const* kHead = "title = \"s\"\n[base]\nscenario = \"../ring.toml\"\n[axes]\n";

class InputStudy : public testing::Test {
protected:
    InputStudy() { tree.write("topologies/technologies/other.toml", kTinyTechnology); }
    StudySpec load(std::string const& axes) const
    {
        tree.write("workloads/studies/s.toml", kHead + axes);
        return load_study("workloads/studies/s.toml");
    }
    std::string check(std::string const& axes) const
    {
        return complaint([&] { load(axes); });
    }
    InputTree tree;
};

TEST_F(InputStudy, AxesKeepTheOrderOfTheFile)
{
    auto const s = load(R"("fabric.ends.rack" = ["other", "copper"]
algorithm = { key = "collective.algorithm", values = ["ring", "two_shot"] }
"collective.bytes" = { from = "1KiB", to = "16KiB", factor = 4 }
)");
    EXPECT_EQ(s.name, "s");
    EXPECT_EQ(s.scenario, "workloads/ring.toml");
    ASSERT_EQ(s.axes.size(), 3u);
    EXPECT_EQ(s.axes[0].name, "fabric.ends.rack");
    EXPECT_THAT(s.axes[0].labels, ElementsAre("other", "copper"));
    EXPECT_THAT(s.axes[0].settings[0], ElementsAre(Pair("fabric.ends.rack", "\"other\"")));
    EXPECT_EQ(s.axes[1].name, "algorithm");
    EXPECT_THAT(s.axes[1].settings[1], ElementsAre(Pair("collective.algorithm", "\"two_shot\"")));
    EXPECT_THAT(s.axes[2].labels, ElementsAre("1KiB", "4KiB", "16KiB"));
    EXPECT_THAT(s.axes[2].settings[2], ElementsAre(Pair("collective.bytes", "16384")));
    EXPECT_EQ(s.axes[2].place.line, 7u);
}

TEST_F(InputStudy, AnAxisMaySetSeveralKeys)
{
    auto const s = load(
        "c = [{ label = \"a\", set = { \"collective.op\" = \"all_reduce\", \"collective.group\" = 4 } },\n"
        "     { label = \"b\", set = { \"collective.op\" = \"all_to_all\", \"collective.group\" = 2 } }]\n");
    EXPECT_THAT(s.axes[0].labels, ElementsAre("a", "b"));
    EXPECT_THAT(s.axes[0].settings[1],
                ElementsAre(Pair("collective.op", "\"all_to_all\""), Pair("collective.group", "2")));
}

TEST_F(InputStudy, LabelsAreShort)
{
    tree.write("topologies/two.toml", kTinyFabric);
    auto const s = load(
        "\"fabric.file\" = [\"tiny.toml\", \"two.toml\"]\n"
        "\"fabric.ends.rack\" = [\"copper\", { a = \"copper\", b = \"other\" }]\n\"simulation.seed\" = [1, "
        "2]\n");
    EXPECT_THAT(s.axes[0].labels, ElementsAre("tiny", "two"));
    EXPECT_THAT(s.axes[1].labels, ElementsAre("copper", "copper/other"));
    EXPECT_THAT(s.axes[2].labels, ElementsAre("1", "2"));
}

TEST_F(InputStudy, EveryCellsSettingsLoad)
{
    auto const s = load(
        "\"fabric.ends.rack\" = [\"copper\", { a = \"copper\", b = \"other\" }]\n"
        "\"collective.bytes\" = [\"1KiB\", 5]\n");
    for (auto const& ends : s.axes[0].settings) {
        for (auto const& bytes : s.axes[1].settings) {
            Settings settings = ends;
            settings.insert(settings.end(), bytes.begin(), bytes.end());
            EXPECT_NO_THROW(load_scenario(s.scenario, settings));
        }
    }
    EXPECT_EQ(load_scenario(s.scenario, s.axes[0].settings[1]).ends.at("rack").b, "other");
}

TEST_F(InputStudy, ManyMistakesAreReportedAtOnceWhereTheValueStands)
{
    EXPECT_EQ(
        check(R"("fabric.ends.rack" = ["copper", "coper"]
lib = { key = "library.name", values = ["ideal", "nope"] }
t = { key = "title", values = ["a"] }
again = { key = "title", values = ["b"] }
c = [{ label = "a", set = { "collective.opp" = "x" } }]
"simulation.seed" = [1, 2, 1]
n = []
"collective.bytes" = { from = "1GiB", to = "1KiB", factor = 2 }
k = { kee = "x", values = [1] }
)"),
        R"(workloads/studies/s.toml:5:33: error: unknown technology 'coper' (topologies/technologies holds copper, other); take one of them or add a file
  "fabric.ends.rack" = ["copper", "coper"]
                                  ^ did you mean 'copper'?
workloads/studies/s.toml:6:50: error: unknown library 'nope' (workloads/libraries holds ideal); take one of them or add a file
  lib = { key = "library.name", values = ["ideal", "nope"] }
                                                   ^
workloads/studies/s.toml:8:36: error: the axes 't' and 'again' both set 'title' (the later would undo the earlier); remove one
  again = { key = "title", values = ["b"] }
                                     ^
workloads/studies/s.toml:9:48: error: unknown key 'opp' in [[collective]]; rename or remove it
  c = [{ label = "a", set = { "collective.opp" = "x" } }]
                                                 ^ did you mean 'op'?
workloads/studies/s.toml:10:28: error: the axis 'simulation.seed' has '1' twice (its values must differ); remove one
  "simulation.seed" = [1, 2, 1]
                             ^
workloads/studies/s.toml:11:5: error: 'n' is an empty array (an array of values, { key, values }, or an array of { label, set } is wanted); give an array of values, { key, values }, or an array of { label, set }
  n = []
      ^
workloads/studies/s.toml:12:31: error: 'collective.bytes' goes from 1GiB to 1KiB (no size lies between); exchange the two
  "collective.bytes" = { from = "1GiB", to = "1KiB", factor = 2 }
                                ^
workloads/studies/s.toml:13:7: error: unknown key 'kee' in the axis 'k'; rename or remove it
  k = { kee = "x", values = [1] }
        ^ did you mean 'key'?)");
}

TEST_F(InputStudy, ADottedKeyNeedsQuotes)
{
    EXPECT_EQ(check("fabric.file = [\"tiny.toml\"]\n"),
              "workloads/studies/s.toml:5:8: error: 'fabric.file' is a table inside a table (a dotted key "
              "without quotes "
              "makes one); write \"fabric.file\" in quotes\n  fabric.file = [\"tiny.toml\"]\n         ^");
}

constexpr char const* kTwoAxes =
    "\"fabric.ends.rack\" = [\"copper\", \"other\"]\n\"collective.bytes\" = [\"1KiB\", \"4KiB\"]\n";

TEST_F(InputStudy, ARuleSetsKeysWhereAxesMeet)
{
    auto const s = load(std::string(kTwoAxes) + R"([[where]]
axes = { "fabric.ends.rack" = ["other"], "collective.bytes" = ["1KiB", "4KiB"] }
set = { "simulation.packet_bytes" = "2KiB", "collective.group" = 2 }
[[where]]
axes = { "fabric.ends.rack" = ["copper"] }
set = { "simulation.packet_bytes" = "1KiB" }
)");
    ASSERT_EQ(s.rules.size(), 2u);
    EXPECT_THAT(s.rules[0].at,
                testing::UnorderedElementsAre(Pair("fabric.ends.rack", ElementsAre("other")),
                                              Pair("collective.bytes", ElementsAre("1KiB", "4KiB"))));
    EXPECT_THAT(s.rules[0].settings,
                ElementsAre(Pair("simulation.packet_bytes", "\"2KiB\""), Pair("collective.group", "2")));
    EXPECT_EQ(s.rules[1].place.line, 10u);
}

TEST_F(InputStudy, ARuleNamesAxesLabelsAndValuesThatAreThere)
{
    EXPECT_EQ(
        check(std::string(kTwoAxes) + R"([[where]]
axes = { size = ["1KiB"], "fabric.ends.rack" = ["coper"] }
set = { "simulation.seed" = 1 }
[[where]]
axes = {}
set = { "simulation.seed" = 1 }
)"),
        R"(workloads/studies/s.toml:8:10: error: the study has no axis 'size' (its axes are fabric.ends.rack, collective.bytes); take one of them
  axes = { size = ["1KiB"], "fabric.ends.rack" = ["coper"] }
           ^
workloads/studies/s.toml:8:27: error: the axis 'fabric.ends.rack' has no 'coper' (it has copper, other); take one of them
  axes = { size = ["1KiB"], "fabric.ends.rack" = ["coper"] }
                            ^
workloads/studies/s.toml:10:1: error: [[where]] names no axis (it would hold for every cell); set it in the scenario, or name an axis and its labels
  [[where]]
  ^)");
    EXPECT_EQ(
        check(std::string(kTwoAxes) + R"([[where]]
axes = { "fabric.ends.rack" = ["other"] }
set = { "collective.grup" = 2 }
)"),
        R"(workloads/studies/s.toml:9:29: error: unknown key 'grup' in [[collective]]; rename or remove it
  set = { "collective.grup" = 2 }
                              ^ did you mean 'group'?)");
}

//! Messages by turns go beside no channels.
TEST_F(InputStudy, CellsAreTriedWithAllTheRulesThatHoldThere)
{
    std::string const axes =
        "\"fabric.channels\" = [1, 4]\nturns = [{ label = \"by turns\", set = { "
        "\"library.messages_at_once\" = 4, \"simulation.seed\" = 7 } }]\n";
    EXPECT_THAT(check(axes), testing::HasSubstr("'channels' = 4 with a library that sends"));
    EXPECT_NO_THROW(load(axes + R"([[where]]
axes = { "fabric.channels" = ["4"] }
set = { "library.messages_at_once" = 1 }
)"));
}

TEST_F(InputStudy, ARuleDoesNotSetWhatAnAxisIsOf)
{
    EXPECT_EQ(
        check(std::string(kTwoAxes) + R"([[where]]
axes = { "fabric.ends.rack" = ["other"] }
set = { "collective.bytes" = "8KiB" }
)"),
        R"(workloads/studies/s.toml:9:30: error: the axis 'collective.bytes' is of 'collective.bytes' (its labels would not be what runs); set another key
  set = { "collective.bytes" = "8KiB" }
                               ^)");
}

TEST_F(InputStudy, TwoRulesDoNotSetOneKeyOfOneCell)
{
    EXPECT_EQ(
        check(std::string(kTwoAxes) + R"([[where]]
axes = { "fabric.ends.rack" = ["other"] }
set = { "simulation.seed" = 1 }
[[where]]
axes = { "collective.bytes" = ["4KiB"] }
set = { "simulation.seed" = 2 }
)"),
        R"(workloads/studies/s.toml:12:29: error: the [[where]] of line 7 sets 'simulation.seed' of some of the same cells (the later would undo the earlier); let no cell be in both
  set = { "simulation.seed" = 2 }
                              ^)");
}

TEST_F(InputStudy, NeedsAnAxis)
{
    EXPECT_EQ(check(""),
              "workloads/studies/s.toml:4:1: error: [axes] is empty (a study varies at least one key); add "
              "an axis, or "
              "run the scenario\n  [axes]\n  ^");
}

TEST_F(InputStudy, HasAtMostAMillionCells)
{
    std::string const thousand = [] {
        std::string text = "[0";
        for (int i = 1; i <= 1000; ++i) text += "," + std::to_string(i);
        return text + "]";
    }();
    tree.write("workloads/studies/s.toml",
               std::string("title = \"s\"\n[base]\nscenario = \"nope.toml\"\n[axes]\n") +
                   "\"simulation.seed\" = " + thousand + "\n\"collective.group\" = " + thousand + "\n");
    EXPECT_EQ(
        complaint([] { load_study("workloads/studies/s.toml"); }),
        "workloads/studies/s.toml:3:12: error: no scenario file 'nope.toml' (neither beside this file nor in "
        "workloads, which holds ring.toml); name an existing file\n  scenario = \"nope.toml\"\n             "
        "^\n"
        "workloads/studies/s.toml:4:1: error: the axes make 1002001 cells (at most 1000000); give some axis "
        "fewer "
        "values\n  [axes]\n  ^");
}

TEST_F(InputStudy, MistakesOfTheScenarioAreReportedOnce)
{
    tree.write("workloads/ring.toml", with(kTinyScenario, "title", "titel"));
    EXPECT_EQ(
        check("\"simulation.seed\" = [1, 2, 3]\n"),
        "workloads/ring.toml:1:1: error: unknown key 'titel' in the top-level table; rename or remove it\n"
        "  titel = \"ring\"\n  ^ did you mean 'title'?");
}

}  // namespace
}  // namespace copperwall

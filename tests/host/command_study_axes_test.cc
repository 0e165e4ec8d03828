#include "host/command/study_axes.h"

#include <gtest/gtest.h>

#include "host/input/error.h"

namespace copperwall {
namespace {

StudySpec two_axes()
{
    StudySpec study;
    StudyAxis fabric;
    fabric.name = "fabric";
    fabric.labels = {"hgx", "nvl72"};
    fabric.settings = {{{"fabric.file", "\"hgx.toml\""}}, {{"fabric.file", "\"nvl72.toml\""}}};
    StudyAxis collective;
    collective.name = "collective";
    collective.labels = {"ring"};
    collective.settings = {{{"collective.op", "\"all_reduce\""}, {"collective.algorithm", "\"ring\""}}};
    study.axes = {fabric, collective};
    return study;
}

TEST(StudyProduct, ChangesTheLastAxisFastest)
{
    auto const study = varied(two_axes(), {}, {{"simulation.seed", {"1", "2"}}});
    auto const points = product(study);
    ASSERT_EQ(points.size(), 4u);
    EXPECT_EQ(points[1].labels, (std::vector<std::string>{"hgx", "ring", "2"}));
    EXPECT_EQ(points[2].labels, (std::vector<std::string>{"nvl72", "ring", "1"}));
    ASSERT_EQ(points[2].settings.size(), 4u);
    EXPECT_EQ(points[2].settings[3].key, "simulation.seed");
    EXPECT_EQ(points[2].settings[3].value, "1");
}

TEST(StudyProduct, SetsWhatARuleSaysOverTheAxesAndOnlyWhereItHolds)
{
    auto study = two_axes();
    study.rules.push_back({{{"fabric", {"nvl72"}}, {"collective", {"ring", "tree"}}},
                           {{"collective.algorithm", "\"two_shot\""}},
                           {}});
    auto const points = product(study);
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(points[0].settings.size(), 3u);
    ASSERT_EQ(points[1].settings.size(), 4u);
    EXPECT_EQ(points[1].settings[3].key, "collective.algorithm");
    EXPECT_EQ(points[1].settings[3].value, "\"two_shot\"");
}

TEST(StudyProduct, RefusesMoreThanAMillionPoints)
{
    StudyAxis axis;
    axis.labels.resize(1001);
    axis.settings.resize(1001);
    StudySpec study;
    study.axes = {axis, axis};
    EXPECT_THROW(product(study), InputError);
}

TEST(Vary, ReplacesTheValuesOfTheAxisThatSetsTheKeyAlone)
{
    auto const study = varied(two_axes(), {}, {{"fabric.file", {"a.toml", "\"b.toml\"", "c"}}});
    ASSERT_EQ(study.axes.size(), 2u);
    EXPECT_EQ(study.axes[0].name, "fabric");
    EXPECT_EQ(study.axes[0].labels, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(study.axes[0].settings[1][0].second, "\"b.toml\"");
}

TEST(Vary, LeavesAnAxisAloneThatSetsMoreThanTheKey)
{
    auto const study = varied(two_axes(), {}, {{"collective.op", {"all_to_all"}}});
    ASSERT_EQ(study.axes.size(), 3u);
    EXPECT_EQ(study.axes[2].name, "collective.op");
}

TEST(Vary, RefusesAValueTwiceAndASetBesideAnAxis)
{
    try {
        varied(two_axes(), {}, {{"simulation.seed", {"1", "1"}}});
        FAIL() << "no error";
    } catch (InputError const& error) {
        EXPECT_STREQ(error.what(),
                     "error: --vary: simulation.seed has '1' twice (each value is one cell); remove one");
    }
    try {
        varied(two_axes(), {{"fabric.file", "nvl72.toml"}}, {});
        FAIL() << "no error";
    } catch (InputError const& error) {
        EXPECT_STREQ(
            error.what(),
            "error: --set: fabric.file is what the axis 'fabric' varies (the axis would win); use --vary "
            "fabric.file=nvl72.toml");
    }
}

TEST(Vary, RefusesWhatARuleWouldUndo)
{
    auto study = two_axes();
    study.rules.push_back({{{"fabric", {"nvl72"}}}, {{"simulation.packet_bytes", "64"}}, {"s.toml", 7, 1}});
    auto const refusal = [&](Settings const& settings, std::vector<Variation> const& variations) {
        try {
            varied(study, settings, variations);
            return std::string("no error");
        } catch (InputError const& error) {
            return std::string(error.what());
        }
    };
    EXPECT_EQ(
        refusal({{"simulation.packet_bytes", "8"}}, {}),
        "error: --set: simulation.packet_bytes is what [[where]] at s.toml:7 sets of some cells (it would "
        "win); change it in the file");
    EXPECT_EQ(
        refusal({}, {{"simulation.packet_bytes", {"8"}}}),
        "error: --vary: simulation.packet_bytes is what [[where]] at s.toml:7 sets of some cells (it would "
        "win); change it in the file");
}

TEST(Vary, SaysWhichRulesAreLeftWithoutACell)
{
    auto study = two_axes();
    study.rules.push_back({{{"fabric", {"nvl72"}}}, {{"simulation.packet_bytes", "64"}}, {"s.toml", 7, 1}});
    EXPECT_TRUE(rules_without_cells(study).empty());
    auto const other = varied(study, {}, {{"fabric.file", {"hgx_b200.toml"}}});
    EXPECT_EQ(rules_without_cells(other),
              std::vector<std::string>{
                  "[[where]] at s.toml:7 holds for no cell: the axis 'fabric' has none of its labels"});
}

}  // namespace
}  // namespace copperwall

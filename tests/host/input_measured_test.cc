// Files of measured collectives: what they hold, and every mistake with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

constexpr char const* kSound = R"([measured]
title = "two logs"
[[measured.series]]
machine = "a rack"
domain_gpus = 4
op = "all_reduce"
ranks = 4
software = "a library"
scenario = "ring.toml"
source = "somebody, 2025"
status = "measured"
point = [
    { bytes = "64KiB", time_us = 12.5 },
    { bytes = 4096, busbw_GBps = 0.5 },
]
)";

class InputMeasured : public testing::Test {
protected:
    MeasuredSpec load(std::string const& text) const
    {
        tree.write("workloads/measured/m.toml", text);
        return load_measured("workloads/measured/m.toml");
    }
    std::string check(std::string const& from, std::string const& to) const
    {
        return complaint([&] { load(with(kSound, from, to)); });
    }
    InputTree tree;
};

TEST_F(InputMeasured, HoldsSeriesOfPoints)
{
    auto const m = load(kSound);
    EXPECT_EQ(m.name, "m");
    EXPECT_EQ(m.title, "two logs");
    ASSERT_EQ(m.series.size(), 1u);
    auto const& s = m.series[0];
    EXPECT_EQ(s.machine, "a rack");
    EXPECT_EQ(s.domain_gpus, 4u);
    EXPECT_EQ(s.ranks, 4u);
    EXPECT_EQ(s.source, "somebody, 2025");
    EXPECT_EQ(s.scenario, "workloads/ring.toml");
    ASSERT_EQ(s.points.size(), 2u);
    EXPECT_EQ(s.points[0].bytes, 65536);
    EXPECT_EQ(s.points[0].time_us, 12.5);
    EXPECT_EQ(s.points[1].time_us, 0);
    EXPECT_EQ(s.points[1].busbw_GBps, 0.5);
    EXPECT_EQ(s.points[1].place.line, 14u);
}

TEST_F(InputMeasured, NothingButMeasuredBelongsThere)
{
    EXPECT_THAT(check("status = \"measured\"", "status = \"assumed\""),
                testing::StartsWith("workloads/measured/m.toml:11:10: error: "));
    EXPECT_THAT(check("source = \"somebody, 2025\"\n", ""),
                testing::HasSubstr("missing key 'source' in [[measured.series]] (who, where, year)"));
}

TEST_F(InputMeasured, APointHasOneFigure)
{
    EXPECT_EQ(check("time_us = 12.5", "time_us = 12.5, busbw_GBps = 1"),
              "workloads/measured/m.toml:13:5: error: a point gives time_us and busbw_GBps (one follows from "
              "the other); remove one\n"
              "      { bytes = \"64KiB\", time_us = 12.5, busbw_GBps = 1 },\n"
              "      ^");
    EXPECT_THAT(check(", time_us = 12.5", ""),
                testing::HasSubstr("m.toml:13:5: error: a point without figure; "
                                   "give time_us or busbw_GBps"));
    EXPECT_THAT(check("time_us = 12.5", "time_us = -1.0"),
                testing::HasSubstr("m.toml:13:5: error: a measured figure is below 0; correct it"));
}

TEST_F(InputMeasured, NamesAScenarioThatIsThere)
{
    EXPECT_THAT(check("ring.toml", "rang.toml"),
                testing::AllOf(testing::HasSubstr("m.toml:9:12: error: no scenario file 'rang.toml'"),
                               testing::HasSubstr("did you mean 'ring.toml'?")));
}

TEST_F(InputMeasured, IsNamedByStudies)
{
    tree.write("workloads/measured/m.toml", kSound);
    auto const study = [](std::string const& name) {
        return "title = \"s\"\nmeasured = [\"" + name +
               "\"]\n[base]\nscenario = \"../ring.toml\"\n[axes]\n\"collective.bytes\" = [\"1KiB\"]\n";
    };
    tree.write("workloads/studies/s.toml", study("m.toml"));
    auto const s = load_study("workloads/studies/s.toml");
    ASSERT_EQ(s.measured.size(), 1u);
    EXPECT_EQ(s.measured[0].title, "two logs");
    EXPECT_TRUE(s.files.contains("workloads/measured/m.toml"));
    tree.write("workloads/studies/s.toml", study("n.toml"));
    EXPECT_THAT(complaint([] { load_study("workloads/studies/s.toml"); }),
                testing::HasSubstr("workloads/studies/s.toml:2:12: error: no measured file 'n.toml'"));
}

}  // namespace
}  // namespace copperwall

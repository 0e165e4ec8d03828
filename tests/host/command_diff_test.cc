// copperwall diff and export: what differs between two results, and timelines as a trace.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "command_support.h"
#include "host/command/exit_code.h"
#include "host/results/results.h"

namespace copperwall {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class DiffTest : public CommandTest {
protected:
    std::string results(std::string const& name, std::vector<std::string> const& more) const
    {
        std::vector<std::string> arguments = {"run", "workloads/all_reduce_ring_hgx_h100.toml", "-o",
                                              file(name)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(copperwall(arguments).code, kDone);
        return file(name);
    }
};

TEST_F(DiffTest, FindsNothingBetweenTwoRunsOfTheSame)
{
    std::string const a = results("a.h5", {"-b", "1K", "-e", "4K"});
    Said const said =
        copperwall({"diff", a, results("b.h5", {"-b", "1K", "-e", "4K", "--engine", "reference"})});
    EXPECT_EQ(said.code, kDone) << said.out;
    EXPECT_EQ(said.out, "3 cells in both, 0 differ; 0 in one alone\n");
}

TEST_F(DiffTest, NamesCellsThatDifferAndThoseOfOneAlone)
{
    std::string const a = results("a.h5", {"-b", "1K", "-e", "2K"});
    std::string const b = results("b.h5", {"-b", "2K", "-e", "4K", "--set", "simulation.packet_bytes=128"});
    Said const said = copperwall({"diff", a, b});
    EXPECT_EQ(said.code, kScenarioFailed);
    EXPECT_THAT(said.out,
                ContainsRegex("ring, library ideal, 2KiB\n    time \\(us\\) .* -> .*\\(.[0-9.]+ %\\)\n"));
    EXPECT_THAT(
        said.out,
        HasSubstr(
            "only in " + a +
            ": hgx_h100, passive_copper, 8 ranks, domains of 8, all_reduce ring, library ideal, 1KiB\n"));
    EXPECT_THAT(said.out, HasSubstr("only in " + b));
    EXPECT_THAT(said.out, HasSubstr("\n1 cells in both, 1 differ; 2 in one alone\n"));
    EXPECT_THAT(copperwall({"diff", a, b, "--tolerance", "0.5"}).out, HasSubstr("1 cells in both, 0 differ"));
}

TEST_F(DiffTest, TracesHoldEveryStepOfEveryLinkClass)
{
    std::string const h5 = results("a.h5", {"-b", "64K", "-e", "128K"});
    ASSERT_EQ(copperwall({"export", h5, "--trace", file("t.json")}).code, kDone);
    Results const read = read_hdf5(h5);
    std::size_t rows = 0;
    for (Cell const& cell : read.cells) rows += cell.timeline.size();
    std::ifstream in(file("t.json"));
    auto const events = nlohmann::json::parse(in)["traceEvents"];
    std::size_t steps = 0, names = 0;
    double last_us = 0;
    for (auto const& e : events) {
        names += e["ph"] == "M";
        if (e["ph"] != "X") continue;
        ++steps;
        if (e["pid"] == 1) last_us = std::max(last_us, e["ts"].get<double>() + e["dur"].get<double>());
    }
    EXPECT_EQ(steps, rows);
    EXPECT_EQ(names, 2 * 3u) << "two cells, each with links up and down";
    EXPECT_NE(events.dump().find(read.fabrics[0].classes[0].name), std::string::npos);
    EXPECT_GT(last_us, 0.5 * read.cells[1].time_us);
    EXPECT_LE(last_us, read.cells[1].time_us * (1 + 1e-9));
    EXPECT_EQ(nlohmann::json::parse(copperwall({"export", h5, "--trace", "-"}).out)["traceEvents"], events);
}

TEST_F(DiffTest, NothingToTraceIsAnError)
{
    std::string const h5 = results("a.h5", {"-b", "1K", "--fidelity", "bound"});
    Said const said = copperwall({"export", h5, "--trace", file("t.json")});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("holds no timeline"));
    EXPECT_FALSE(std::filesystem::exists(file("t.json")));
}

}  // namespace
}  // namespace copperwall

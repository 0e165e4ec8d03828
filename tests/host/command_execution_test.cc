#include "host/command/execution.h"

#include <gtest/gtest.h>

#include <sstream>

#include "host/command/exit_code.h"

namespace copperwall {
namespace {

Cell cell(CellStatus status, std::string reason = "")
{
    Cell result;
    result.fabric = "nvl72";
    result.interconnect = "cpo";
    result.op = "all_reduce";
    result.algorithm = "ring";
    result.library = "ideal";
    result.bytes = 65536;
    result.status = status;
    result.reason = std::move(reason);
    return result;
}

struct Outcome : testing::Test {
    int of(std::vector<Cell> const& cells, bool strict = false)
    {
        ExecutionOptions options;
        options.strict = strict;
        return outcome(cells, options, {out, err});
    }
    std::ostringstream out, err;
};

TEST_F(Outcome, IsDoneWhereEveryCellIs)
{
    EXPECT_EQ(of({cell(CellStatus::done)}), kDone);
}

TEST_F(Outcome, OfAFailedCellIsReported)
{
    EXPECT_EQ(of({cell(CellStatus::done), cell(CellStatus::failed, "out of memory")}), kScenarioFailed);
    EXPECT_EQ(err.str(), "error: nvl72 cpo all_reduce ring ideal 64KiB: out of memory\n");
    EXPECT_EQ(out.str(), "");
}

TEST_F(Outcome, CountsTheFailuresThatItDoesNotShow)
{
    of(std::vector<Cell>(23, cell(CellStatus::failed, "x")));
    std::string const text = err.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 21);
    EXPECT_EQ(text.substr(text.rfind("error:")), "error: and 3 more cells failed\n");
}

TEST_F(Outcome, OfAnInfeasibleCellIsAnErrorOnlyWhenStrict)
{
    EXPECT_EQ(of({cell(CellStatus::infeasible)}), kDone);
    EXPECT_EQ(of({cell(CellStatus::infeasible)}, true), kInfeasible);
    EXPECT_EQ(of({cell(CellStatus::infeasible), cell(CellStatus::failed)}, true), kScenarioFailed);
}

}  // namespace
}  // namespace copperwall

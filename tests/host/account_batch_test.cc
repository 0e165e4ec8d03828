//! Many cells on many threads: the same cells, failures contained, a clean stop.
#include "host/account/batch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "account_support.h"
#include "cuda/device.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

using namespace account_test;

std::vector<CellJob> jobs_of(std::vector<std::int64_t> const& sizes)
{
    auto const scenario = std::make_shared<ScenarioSpec const>(small_scenario());
    auto const fabric = std::make_shared<Fabric const>(build_fabric(*scenario));
    std::vector<CellJob> jobs;
    for (auto bytes : sizes)
        for (auto const& what : {collective("all_reduce", "ring"), collective("all_to_all", "direct")})
            jobs.push_back({scenario, fabric, what, bytes, {}, false});
    return jobs;
}

TEST(Batch, CellsComeInTheOrderOfJobsWhateverTheThreads)
{
    auto const jobs = jobs_of({64, 100'000, 4096, 1'000'000});
    auto const one = run_cells(jobs, 1);
    auto const four = run_cells(jobs, 4);
    ASSERT_EQ(one.size(), jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        EXPECT_EQ(one[i].status, CellStatus::done) << one[i].reason;
        EXPECT_EQ(one[i].bytes, jobs[i].bytes);
        EXPECT_EQ(one[i].algorithm, jobs[i].collective.algorithm);
        EXPECT_EQ(one[i].time_us, four[i].time_us);
        EXPECT_EQ(one[i].energy.always_on_total_J(), four[i].energy.always_on_total_J());
    }
}

TEST(Batch, ReportsEveryCellOnceTheLongestFirst)
{
    std::vector<std::size_t> ran;
    std::vector<std::int64_t> bytes;
    run_cells(jobs_of({64, 1'000'000}), 1, nullptr, [&](std::size_t job, Cell const& cell) {
        ran.push_back(job);
        bytes.push_back(cell.bytes);
    });
    std::sort(ran.begin(), ran.end());
    EXPECT_EQ(ran, (std::vector<std::size_t>{0, 1, 2, 3}));
    EXPECT_EQ(bytes, (std::vector<std::int64_t>{1'000'000, 1'000'000, 64, 64}));
}

TEST(Batch, RunsTheSameWhereWhatToExpectIsKnown)
{
    auto const jobs = jobs_of({64, 1'000'000});
    auto known = jobs;
    for (CellJob& job : known) job.expected = std::make_shared<Expectation const>(expect(job));
    auto const cells = run_cells(jobs, 2);
    auto const same = run_cells(known, 2);
    for (std::size_t i = 0; i != jobs.size(); ++i) {
        EXPECT_EQ(same[i].time_us, cells[i].time_us);
        EXPECT_EQ(same[i].forecast_bytes, cells[i].forecast_bytes);
    }
    auto of_another_kind = jobs[0];
    of_another_kind.collective.group = 5;
    EXPECT_THROW(expect(of_another_kind), InputError);
}

//! The others could not run either.
TEST(Batch, StopsWhereTheDeviceFails)
{
    std::string const why = why_no_device();
    if (why.empty()) GTEST_SKIP() << "there is a device";
    auto jobs = jobs_of({64, 4096});
    for (CellJob& job : jobs) job.options.backend = Backend::cuda;
    auto const cells = run_cells(jobs, 1);
    std::vector<std::string> reasons;
    for (Cell const& cell : cells) reasons.push_back(cell.reason);
    std::sort(reasons.begin(), reasons.end());
    EXPECT_EQ(reasons, (std::vector<std::string>{why, "the device failed before", "the device failed before",
                                                 "the device failed before"}));
    auto const with_status = [&](CellStatus status) {
        return std::count_if(cells.begin(), cells.end(), [&](Cell const& c) { return c.status == status; });
    };
    EXPECT_EQ(with_status(CellStatus::failed), 1);
    EXPECT_EQ(with_status(CellStatus::not_run), 3);
}

TEST(Batch, CellThatCannotBeFailsAlone)
{
    auto jobs = jobs_of({64});
    jobs[0].collective.group = 5;
    auto const cells = run_cells(jobs, 2);
    EXPECT_EQ(cells[0].status, CellStatus::failed);
    EXPECT_NE(cells[0].reason.find("group = 5 is not within 2 .. 4, the gpus of fabric 'four'"),
              std::string::npos)
        << cells[0].reason;
    EXPECT_EQ(cells[1].status, CellStatus::done);
}

TEST(Batch, StopLeavesTheRestNotRun)
{
    std::atomic<bool> stop{false};
    auto const cells =
        run_cells(jobs_of({64, 1'000'000}), 1, &stop, [&](std::size_t, Cell const&) { stop = true; });
    EXPECT_EQ(cells[0].status, CellStatus::not_run);
    EXPECT_EQ(cells[0].reason, "interrupted");
    EXPECT_EQ(cells[2].status, CellStatus::done);
    EXPECT_EQ(cells[3].status, CellStatus::not_run);
}

TEST(Batch, SimulatesNothingWhereOnlyBoundsAreAsked)
{
    auto jobs = jobs_of({4096});
    jobs[0].bound_only = true;
    auto const cells = run_cells(jobs, 1);
    EXPECT_EQ(cells[0].hops, 0);
    EXPECT_EQ(cells[0].time_us, cells[0].closed_form_us);
    EXPECT_GT(cells[1].hops, 0);
}

TEST(Batch, OfNothingIsNothing)
{
    EXPECT_TRUE(run_cells({}, 4).empty());
}

}  // namespace
}  // namespace copperwall

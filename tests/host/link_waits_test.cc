//! What piles up before links, beside what a fluid does by hand.
#include "host/account/link_waits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "host/account/plan.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

constexpr std::int64_t kBytes = 64 << 20;

//! Four domains of 8 gpus, and a plan of theirs whose transfers are rows of a table.
struct Job {
    ScenarioSpec scenario =
        load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/world_size.toml",
                      {{"fabric.domain_gpus", "8"}, {"fabric.domains", "4"}, {"fabric.buffers", "infinite"}});
    Fabric fabric = build_fabric(scenario);
    Plan plan = plan_cell(scenario, fabric, scenario.collectives.front(), kBytes);

    Job()
    {
        Family f;
        f.count = 1;
        f.table = 0;
        plan.schedule.families = {f};
        plan.schedule.table.assign(plan.schedule.gpus, TableRow{});
    }

    void send(std::uint32_t from, std::uint32_t to, std::int64_t bytes)
    {
        plan.schedule.table[from].receiver = to;
        plan.schedule.table[from].bytes = bytes;
    }

    std::vector<double> waits() const { return waiting_bytes(plan, fabric, kOutside); }
};

double sum(std::vector<double> const& waits)
{
    return std::accumulate(waits.begin(), waits.end(), 0.0);
}

TEST(LinkWaits, NothingWaitsWhereAllSendToTheSamePlaceOfTheNextDomain)
{
    Job job;
    for (std::uint32_t gpu = 0; gpu != 32; ++gpu) job.send(gpu, (gpu + 8) % 32, kBytes);
    EXPECT_EQ(sum(job.waits()), 0);
}

TEST(LinkWaits, OfThreeThatSendToOneTwoWait)
{
    Job job;
    for (std::uint32_t gpu : {8u, 16u, 24u}) job.send(gpu, 0, kBytes);
    auto const waits = job.waits();
    EXPECT_DOUBLE_EQ(sum(waits), 2.0 * kBytes);
    EXPECT_DOUBLE_EQ(*std::max_element(waits.begin(), waits.end()), 2.0 * kBytes);
}

//! The link takes half of what comes while it comes.
TEST(LinkWaits, OfTwoThatSendAsMuchAsOneMayHalfWaits)
{
    Job job;
    job.send(8, 0, kBytes);
    job.send(16, 0, kBytes);
    EXPECT_DOUBLE_EQ(sum(job.waits()), kBytes);
}

//! All arrives in the mean time of both, 2.5 B / r by bytes, so that 4 B - 2.5 B are left.
TEST(LinkWaits, WeighsThoseThatFeedByBytes)
{
    Job job;
    job.send(8, 0, kBytes);
    job.send(16, 0, 3 * kBytes);
    EXPECT_DOUBLE_EQ(sum(job.waits()), 1.5 * kBytes);
}

TEST(LinkWaits, LeavesOutWhatStaysInADomain)
{
    Job job;
    for (std::uint32_t gpu = 1; gpu != 8; ++gpu) job.send(gpu, 0, kBytes);
    EXPECT_EQ(sum(job.waits()), 0);
}

}  // namespace
}  // namespace copperwall

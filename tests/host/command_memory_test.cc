//! --memory, what a machine has free, and what the run record says.
#include <gmock/gmock.h>

#include "command_support.h"
#include "host/command/exit_code.h"
#include "host/command/machine.h"
#include "host/results/results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char const* kAllToAll = "workloads/all_to_all_nvl72.toml";

//! A tree that stands for /.
class FreeMemory : public CommandTest {
protected:
    void put(std::string const& name, std::string const& text) const
    {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << text;
    }
    //! Without what this process itself holds, which differs a little from moment to moment.
    double freed() const
    {
        return static_cast<double>(free_memory(folder)) - static_cast<double>(resident_memory());
    }
};

constexpr double kSlack = 4e6;

TEST_F(FreeMemory, IsWhatTheSystemSays)
{
    put("proc/meminfo", "MemTotal:  900000 kB\nMemAvailable:  500000 kB\n");
    EXPECT_NEAR(freed(), 512e6, kSlack);
}

TEST_F(FreeMemory, IsLessWhereAGroupOrOneAboveItHasALimit)
{
    put("proc/meminfo", "MemAvailable:  5000000 kB\n");
    put("proc/self/cgroup", "0::/job/step\n");
    put("sys/fs/cgroup/job/step/memory.max", "max\n");
    put("sys/fs/cgroup/job/step/memory.current", "1000\n");
    put("sys/fs/cgroup/job/memory.max", "700000000\n");
    put("sys/fs/cgroup/job/memory.current", "300000000\n");
    EXPECT_NEAR(freed(), 400e6, kSlack);
    put("sys/fs/cgroup/job/memory.stat", "anon 5\ninactive_file 100000000\n");  // can be dropped
    EXPECT_NEAR(freed(), 500e6, kSlack);
}

TEST_F(FreeMemory, KnowsGroupsOfTheFirstVersion)
{
    put("proc/meminfo", "MemAvailable:  5000000 kB\n");
    put("proc/self/cgroup", "5:cpu:/x\n4:memory:/a/b\n");
    put("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "600000000\n");
    put("sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "200000000\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "900000000\n");
    EXPECT_NEAR(freed(), 400e6, kSlack);
}

class MemoryOption : public CommandTest {};

// 72 gpus, 2,592 links: the forecast is a few MB (README, explain), in any case more than 1 MiB.
TEST_F(MemoryOption, TooSmallIsOneErrorWithAdviceBeforeAnythingRuns)
{
    auto const said = copperwall({"run", kAllToAll, "-b", "64M", "-e", "64M", "--threads", "1", "--set",
                                  "simulation.fold=false", "--memory", "1M", "-o", file("out.h5")});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.out, "");
    EXPECT_THAT(said.err, HasSubstr("error: nvl72 all_to_all direct 64MiB: needs about "));
    EXPECT_THAT(said.err, HasSubstr(", more than 1 MiB, what --memory allows; try simulation.fold = true"));
    EXPECT_THAT(said.err, HasSubstr("or allow more with --memory\n"));
    EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
    EXPECT_FALSE(fs::exists(file("out.h5")));
}

TEST_F(MemoryOption, OfZeroIsNoLimitAndWordsAreRefused)
{
    EXPECT_EQ(copperwall({"run", kAllToAll, "-b", "64K", "-e", "64K", "--memory", "0"}).code, kDone);
    auto const said = copperwall({"run", kAllToAll, "--memory", "lots"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("--memory: 'lots' is not a size"));
}

TEST_F(MemoryOption, RefusesATableBeforeMakingIt)
{
    auto const said = copperwall({"run", "workloads/all_to_all_ep256.toml", "--memory", "1M"});
    EXPECT_EQ(said.code, kBadInput);
    // 1,024 gpus in groups of 256, 24 B a row: 6 MiB; 1,152 gpus are counted, as groups are not laid out yet.
    EXPECT_THAT(said.err, HasSubstr("all_to_all direct: the table of its messages alone takes 6.75 MiB, more "
                                    "than 1 MiB, what --memory allows"));
}

TEST_F(MemoryOption, IsKeptByAStudyThatThenRunsFewerCellsAtATime)
{
    std::vector<std::string> const study = {"study",     "workloads/studies/hgx_and_nvl72.toml",
                                            "--vary",    "collective.bytes=64KiB",
                                            "--threads", "4",
                                            "--format",  "csv"};
    auto tight = study;
    tight.insert(tight.end(), {"--memory", "8MiB"});
    auto const free = copperwall(study);
    auto const held = copperwall(tight);
    EXPECT_EQ(free.code, kDone) << free.err;
    EXPECT_EQ(held.code, kDone) << held.err;
    EXPECT_EQ(free.out, held.out);
}

}  // namespace
}  // namespace copperwall

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <set>
#include <thread>
#include <utility>

#include "host/command/exit_code.h"
#include "host/command_support.h"
#include "host/results/schema.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

//! Two fabrics x two technologies x two sizes.
constexpr char kSmall[] = R"(title = "small"
[base]
scenario = "ring_64KiB_nvl72.toml"
[axes]
"fabric.file" = ["hgx_h100.toml", "hgx_b200.toml"]
"fabric.ends.rack" = ["passive_copper", "cpo"]
"collective.bytes" = ["4KiB", "64KiB"]
)";

struct Study : CommandTest {
    Study() : study(write("small.toml", kSmall)) {}

    Said run(std::vector<std::string> more)
    {
        more.insert(more.begin(), {"study", study});
        return copperwall(more);
    }

    std::size_t kept(std::string const& output) const
    {
        std::size_t count = 0;
        if (fs::exists(output + ".cells"))
            for (auto const& entry : fs::directory_iterator(output + ".cells"))
                count += entry.path().extension() == ".h5" ? 1 : 0;
        return count;
    }

    std::string study;
};

//! Everything of the sweep that a file gives back.
std::vector<std::string> figures(std::string const& file)
{
    std::vector<std::string> all;
    for (auto const& cell : read_hdf5(file).cells) {
        for (auto const& column : cell_columns()) {
            std::ostringstream text;
            text.precision(17);
            text << column.name << ' ';
            if (column.text != nullptr)
                text << column.text(cell);
            else
                text << column.get(cell);
            all.push_back(text.str());
        }
    }
    return all;
}

TEST_F(Study, DryRunListsEveryCellAndWritesNothing)
{
    auto const said = run({"--dry-run", "-o", file("x.h5")});
    EXPECT_EQ(said.code, kDone);
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(said.out,
              "# 8 cells on 4 fabrics, 8 to run\n"
              "# fabric interconnect collective algorithm library gpus size\n"
              "hgx_h100 passive_copper all_reduce ring ideal 8 4KiB\n"
              "hgx_h100 passive_copper all_reduce ring ideal 8 64KiB\n"
              "hgx_h100 cpo all_reduce ring ideal 8 4KiB\n"
              "hgx_h100 cpo all_reduce ring ideal 8 64KiB\n"
              "hgx_b200 passive_copper all_reduce ring ideal 8 4KiB\n"
              "hgx_b200 passive_copper all_reduce ring ideal 8 64KiB\n"
              "hgx_b200 cpo all_reduce ring ideal 8 4KiB\n"
              "hgx_b200 cpo all_reduce ring ideal 8 64KiB\n");
    EXPECT_FALSE(fs::exists(file("x.h5")));
    EXPECT_EQ(kept(file("x.h5")), 0u);
}

TEST_F(Study, VaryAndSetChangeWhatRuns)
{
    auto const said = run({"--dry-run", "--vary", "collective.bytes=1KiB", "--vary", "fabric.ends.rack=cpo",
                           "--set", "library.name=nccl_blackwell"});
    EXPECT_EQ(said.out,
              "# 2 cells on 2 fabrics, 2 to run\n"
              "# fabric interconnect collective algorithm library gpus size\n"
              "hgx_h100 cpo all_reduce ring nccl_blackwell 8 1KiB\n"
              "hgx_b200 cpo all_reduce ring nccl_blackwell 8 1KiB\n");
}

TEST_F(Study, VariesTheSpinesBetweenDomains)
{
    auto const jobs = write("jobs.toml",
                            "title = \"jobs\"\n[base]\nscenario = \"world_size.toml\"\n"
                            "[axes]\n\"collective.bytes\" = [\"64KiB\"]\n");
    auto const said = copperwall({"study", jobs, "--fidelity", "bound", "--vary",
                                  "fabric.scale_out_oversubscription=1.0,2.0,4.0", "-o", file("x.h5")});
    EXPECT_EQ(said.code, kDone) << said.err;
    auto const read = read_hdf5(file("x.h5"));
    EXPECT_EQ(read.fabrics.size(), 3u);
    std::vector<std::string> labels;
    for (auto const& axis : read.axes)
        if (axis.name == "interconnect") labels = axis.labels;
    EXPECT_THAT(labels, testing::ElementsAre("passive_copper", "passive_copper, 2:1 nic_spine",
                                             "passive_copper, 4:1 nic_spine"));
}

// What a topology does not show: each has a time of its own.
TEST_F(Study, TellsApartFabricsThatDifferInWhatIsBrokenOrBuffered)
{
    auto const one = write("one.toml",
                           "title = \"one\"\n[base]\nscenario = \"outage_nvl72.toml\"\n"
                           "[axes]\n\"collective.bytes\" = [\"16MiB\"]\n");
    std::pair<char const*, char const*> const all[] = {
        {"fabric.outage.at_us=1.0,2.0,3.0", "fabric.outage.for_us=15.5"},
        {"fabric.outage.for_us=10.0,20.0,30.0", "fabric.outage.at_us=1.0"},
        {"fabric.buffer_bytes=2KiB,4KiB,1MiB", "fabric.outage.at_us=1.0"}};
    for (auto const& [vary, set] : all) {
        auto const said = copperwall({"study", one, "--vary", vary, "--set", set, "-o", file("x.h5")});
        EXPECT_EQ(said.code, kDone) << said.err;
        std::set<double> times;
        for (Cell const& cell : read_hdf5(file("x.h5")).cells) times.insert(cell.time_us);
        EXPECT_EQ(times.size(), 3u) << vary;
    }
}

// 896 KiB over 8 ranks: twice 7/8 of it over 40 us are 39.2 GB/s.
TEST_F(Study, SimulatesWhatItsMeasuredFileNames)
{
    auto const series = [](std::string const& ranks) {
        return "[measured]\ntitle = \"m\"\n[[measured.series]]\nmachine = \"a board\"\ndomain_gpus = 8\n"
               "op = \"all_reduce\"\nranks = " +
               ranks +
               "\nsoftware = \"x\"\nscenario = \"all_reduce_ring_hgx_h100.toml\"\nsource = \"a log\"\n"
               "status = \"measured\"\n"
               "point = [{ bytes = \"896KiB\", time_us = 40 }, { bytes = \"448KiB\", busbw_GBps = 40.0 }]\n";
    };
    std::string const with_measured = std::string("measured = [\"m.toml\"]\n") + kSmall;
    study = write("small.toml", with_measured);
    write("m.toml", series("8"));
    auto const said = run({"-o", file("x.h5"), "--quiet"});
    EXPECT_EQ(said.code, kDone) << said.err;
    auto const rows = read_hdf5(file("x.h5")).measured;
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_NEAR(rows[0].busbw_GBps, 1.75 * 896 * 1024 / 40e3, 1e-9);
    EXPECT_NEAR(rows[1].time_us, 1.75 * 448 * 1024 / 40e3, 1e-9);
    auto const same = copperwall({"run", "workloads/all_reduce_ring_hgx_h100.toml", "-b", "448K", "-e",
                                  "896K", "-f", "2", "-o", file("same.h5"), "--quiet"});
    auto const cells = read_hdf5(file("same.h5")).cells;
    ASSERT_EQ(cells.size(), 2u) << same.err;
    EXPECT_EQ(rows[0].simulated_us, cells[1].time_us);
    EXPECT_EQ(rows[1].simulated_us, cells[0].time_us);
    EXPECT_THAT(rows[0].simulated_as, testing::StartsWith("hgx_h100, passive_copper, ring, library "));
    EXPECT_EQ(copperwall({"check", file("x.h5")}).code, kDone);

    write("m.toml", series("72"));
    EXPECT_THAT(run({}).err, HasSubstr("runs all_reduce of 8 ranks on domains of 8 gpus, and measured was "
                                       "all_reduce of 72 on 8; name a scenario of that one collective"));
}

TEST_F(Study, SaysWhatItCostAndWritesThat)
{
    auto const said = run({"-o", file("x.h5"), "--threads", "2"});
    EXPECT_THAT(said.err, HasSubstr(" CPU s, at most "));
    EXPECT_THAT(said.err, HasSubstr(" MiB of memory\n"));
    auto const read = read_hdf5(file("x.h5"));
    EXPECT_GT(read.run.memory_peak_bytes, 1u << 20);
    EXPECT_GT(read.run.cpu_s, 0);
}

TEST_F(Study, ReportsTheMistakesOfAllCellsBeforeOneRuns)
{
    auto const said = run({"--vary", "simulation.packet_bytes=17,256,33", "-o", file("x.h5")});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.out, "");
    EXPECT_THAT(said.err,
                HasSubstr("--vary simulation.packet_bytes: error: 'packet_bytes' = 17 is no multiple"));
    EXPECT_THAT(said.err,
                HasSubstr("--vary simulation.packet_bytes: error: 'packet_bytes' = 33 is no multiple"));
    EXPECT_EQ(kept(file("x.h5")), 0u);
}

TEST_F(Study, ResumedEqualsUninterrupted)
{
    ASSERT_EQ(run({"-o", file("a.h5"), "--quiet"}).code, kDone);
    ASSERT_EQ(run({"-o", file("b.h5"), "--quiet"}).code, kDone);
    EXPECT_EQ(kept(file("b.h5")), 4u);  // two sizes each
    auto const cells = fs::directory_iterator(file("b.h5") + ".cells");
    fs::remove(cells->path());
    fs::remove(file("b.h5"));
    EXPECT_THAT(run({"-o", file("b.h5"), "--resume", "--dry-run"}).out,
                HasSubstr("8 cells on 4 fabrics, 2 to run"));
    auto const said = run({"-o", file("b.h5"), "--resume"});
    EXPECT_EQ(said.code, kDone);
    EXPECT_EQ(figures(file("b.h5")), figures(file("a.h5")));
    EXPECT_THAT(check_hdf5(file("b.h5")), testing::IsEmpty());
}

TEST_F(Study, KeepsBoundsForShardsOnly)
{
    ASSERT_EQ(run({"-o", file("a.h5"), "--quiet", "--fidelity", "bound"}).code, kDone);
    EXPECT_FALSE(fs::exists(file("a.h5") + ".cells"));
    ASSERT_EQ(run({"-o", file("b.h5"), "--quiet", "--fidelity", "bound", "--shard", "1/2"}).code, kDone);
    EXPECT_TRUE(fs::exists(file("b.h5") + ".cells"));
}

TEST_F(Study, ADamagedCellRunsAgain)
{
    ASSERT_EQ(run({"-o", file("a.h5"), "--quiet"}).code, kDone);
    auto const before = figures(file("a.h5"));
    fs::path const cell = fs::directory_iterator(file("a.h5") + ".cells")->path();
    fs::resize_file(cell, fs::file_size(cell) / 2);
    EXPECT_THAT(run({"-o", file("a.h5"), "--resume", "--dry-run"}).out, HasSubstr(" 2 to run"));
    EXPECT_EQ(run({"-o", file("a.h5"), "--resume", "--quiet"}).code, kDone);
    EXPECT_EQ(figures(file("a.h5")), before);
}

TEST_F(Study, OtherInputsAreOtherCells)
{
    ASSERT_EQ(run({"-o", file("a.h5"), "--quiet"}).code, kDone);
    auto const to_run = [&](std::vector<std::string> more) {
        more.insert(more.end(), {"-o", file("a.h5"), "--resume", "--dry-run"});
        return run(more).out;
    };
    EXPECT_THAT(to_run({}), HasSubstr("8 cells on 4 fabrics, 0 to run"));
    EXPECT_THAT(to_run({"--set", "simulation.fold=false"}), HasSubstr("8 cells on 4 fabrics, 8 to run"));
    EXPECT_THAT(to_run({"--fidelity", "bound"}), HasSubstr("8 cells on 4 fabrics, 8 to run"));
    EXPECT_THAT(to_run({"--vary", "collective.bytes=4KiB,8KiB"}),
                HasSubstr("8 cells on 4 fabrics, 4 to run"));
}

TEST_F(Study, ShardsMergeToTheWhole)
{
    ASSERT_EQ(run({"-o", file("whole.h5"), "--quiet"}).code, kDone);
    std::string const output = file("shared.h5");
    auto const first = run({"-o", output, "--shard", "3/3"});
    EXPECT_EQ(first.code, kDone);
    EXPECT_THAT(first.err, testing::StartsWith("this shard is done, 2 of 8 cells of the study are there; "
                                               "the last shard to end writes " +
                                               output + "\ntook "));
    EXPECT_FALSE(fs::exists(output));
    EXPECT_EQ(run({"-o", output, "--shard", "1/3", "--quiet"}).code, kDone);
    EXPECT_THAT(run({"-o", output, "--shard", "2/3"}).err,
                testing::StartsWith("wrote " + output + "\ntook "));
    EXPECT_EQ(figures(output), figures(file("whole.h5")));
}

//! Starts the program itself; the child's stderr goes to `log`.
pid_t start(std::vector<std::string> const& arguments, std::string const& log)
{
    pid_t const child = fork();
    if (child != 0) return child;
    std::vector<char*> argv;
    for (auto const& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    int const null = open("/dev/null", O_WRONLY);
    int const err = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (dup2(null, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) execv(CW_BINARY, argv.data());
    _exit(127);
}

int wait_for(pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string text_of(std::string const& name)
{
    std::ostringstream text;
    text << std::ifstream(name).rdbuf();
    return text.str();
}

TEST_F(Study, InterruptedKeepsWhatIsFinishedAndResumesToTheSame)
{
    std::string seeds = "--vary=simulation.seed=1";
    for (int seed = 2; seed <= 60; ++seed) seeds += "," + std::to_string(seed);
    std::vector<std::string> const asked = {"copperwall",
                                            "study",
                                            study,
                                            "--vary=fabric.file=nvl72.toml",
                                            "--vary=collective.bytes=64MiB",
                                            "--vary=fabric.ends.rack=cpo",
                                            seeds,
                                            "--threads=1",
                                            "-o"};
    auto const with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), asked.begin(), asked.end());
        return more;
    };
    std::string const output = file("i.h5");
    pid_t const child = start(with({output}), file("err"));
    while (kept(output) == 0) {
        ASSERT_EQ(waitpid(child, nullptr, WNOHANG), 0)
            << "ended before a cell was kept: " << text_of(file("err"));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, SIGINT);
    EXPECT_EQ(wait_for(child), kInterrupted);

    std::size_t const finished = kept(output);
    ASSERT_LT(finished, 60u);
    EXPECT_THAT(text_of(file("err")), HasSubstr("error: interrupted after " + std::to_string(finished) +
                                                " of 60 cells, those are kept in " + output +
                                                ".cells; go on with: copperwall study " + study));
    EXPECT_EQ(read_hdf5(output).status, CellStatus::not_run);
    EXPECT_THAT(check_hdf5(output), testing::IsEmpty());

    EXPECT_EQ(wait_for(start(with({output, "--resume"}), file("err"))), kDone);
    EXPECT_EQ(wait_for(start(with({file("whole.h5")}), file("err"))), kDone);
    EXPECT_EQ(figures(output), figures(file("whole.h5")));
}

}  // namespace
}  // namespace copperwall

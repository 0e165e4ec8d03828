// copperwall compare: results beside an nccl-tests log.
#include <gmock/gmock.h>

#include "command_support.h"
#include "host/command/exit_code.h"
#include "host/input/error.h"
#include "host/input/nccl_log.h"

namespace copperwall {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

//! In the format of nccl-tests 2.x, lines of NCCL_DEBUG between; times of aiconfigurator's H100.
constexpr char const* kLog = R"(# Collective test starting: all_reduce_perf
# nThread 1 nGpus 4 minBytes 1024 maxBytes 4096 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1
#
# Using devices
#  Rank  0 Group  0 Pid   4711 on      node1 device  0 [0x1b] NVIDIA H100 80GB HBM3
#  Rank  1 Group  0 Pid   4711 on      node1 device  1 [0x43] NVIDIA H100 80GB HBM3
#  Rank  2 Group  0 Pid   4711 on      node1 device  2 [0x52] NVIDIA H100 80GB HBM3
#  Rank  3 Group  0 Pid   4711 on      node1 device  3 [0x61] NVIDIA H100 80GB HBM3
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
        1024           512      half     sum      -1     9.31    0.11    0.16      0     9.29    0.11    0.17      0
node1:4711:4720 [0] NCCL INFO 8 coll channels, 16 nvls channels, 16 p2p channels
        2048          1024      half     sum      -1     9.52    0.22    0.32      0     9.50    0.22    0.32      0
        4096          2048      half     sum      -1     9.77    0.42    0.63    N/A     9.70    0.42    0.63    N/A
# Out of bounds values : 0 OK
# Avg bus bandwidth    : 0.37
)";

class CompareTest : public CommandTest {
protected:
    std::string results(std::vector<std::string> const& more = {}) const
    {
        std::vector<std::string> arguments = {"run",   "workloads/all_reduce_ring_hgx_h100.toml",
                                              "-b",    "1K",
                                              "-e",    "2K",
                                              "-o",    file("r.h5"),
                                              "--set", "library.name=nccl_hopper",
                                              "--set", "collective.group=4"};
        bool const other_sizes = !more.empty() && more.front() == "-b";
        if (other_sizes) arguments.erase(arguments.begin() + 2, arguments.begin() + 6);
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(copperwall(arguments).code, kDone);
        return file("r.h5");
    }
};

TEST_F(CompareTest, ReadsALogWhateverLiesBetweenItsRows)
{
    NcclLog const log = read_nccl_log(write("log", kLog));
    EXPECT_EQ(log.op, "all_reduce");
    EXPECT_EQ(log.ranks, 4u);
    EXPECT_EQ(log.device, "NVIDIA H100 80GB HBM3");
    ASSERT_EQ(log.rows.size(), 3u);
    EXPECT_EQ(log.rows[2].bytes, 4096);
    EXPECT_EQ(log.rows[2].time_us, 9.77);
    EXPECT_EQ(log.rows[2].busbw_GBps, 0.63);
    EXPECT_THROW(read_nccl_log(write("none", "nothing\n1 2 3\n")), InputError);
}

TEST_F(CompareTest, ShowsEverySizeThatBothHave)
{
    Said const said = copperwall({"compare", results(), write("log", kLog)});
    ASSERT_EQ(said.code, kDone) << said.err;
    EXPECT_THAT(said.out, HasSubstr("log: all_reduce of 4 ranks on NVIDIA H100 80GB HBM3, 3 sizes"));
    EXPECT_THAT(
        said.out,
        HasSubstr("hgx_h100, passive_copper, 4 ranks, domains of 8, all_reduce ring, library nccl_hopper"));
    EXPECT_THAT(said.out, ContainsRegex("\n +1024 +9.31 +[0-9.]+ +[-+][0-9.]+ +0.16 +"));
    EXPECT_THAT(said.out, ContainsRegex("\n +2048 +9.52 "));
    EXPECT_THAT(said.out, testing::Not(HasSubstr("4096")));
    EXPECT_THAT(said.out, ContainsRegex("over 2 sizes; 1 of the log are not simulated"));
}

TEST_F(CompareTest, OlderColumnsAndTagsAreRead)
{
    NcclLog const log = read_nccl_log(write("log",
                                            "[1,0]<stdout>: # size count type redop time algbw busbw error\n"
                                            "[1,0]<stdout>: 1024 256 float sum 9.5 0.11 0.16 0e+00\n"
                                            "0: 2048 512 float sum 10 0.2 0.3 0e+00\n" +
                                                std::string(100'000, 'x') + "\n"));
    ASSERT_EQ(log.rows.size(), 2u);
    EXPECT_EQ(log.rows[0].time_us, 9.5);
    EXPECT_EQ(log.rows[1].bytes, 2048);
    EXPECT_EQ(log.rows[1].busbw_GBps, 0.3);
}

TEST_F(CompareTest, RefusesALogOfTwoCollectivesAndOneWithoutColumns)
{
    std::string two = kLog;
    two += "# Collective test starting: all_gather_perf\n";
    Said const said = copperwall({"compare", results(), write("log", two)});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("log:19:1: error: a second collective, all_gather after all_reduce"));
    EXPECT_EQ(
        copperwall({"compare", file("r.h5"), write("bare", "1024 512 half sum -1 9.31 0.11 0.16 0\n")}).code,
        kBadInput);
}

TEST_F(CompareTest, RefusesResultsOfOtherSizes)
{
    Said const said = copperwall({"compare", results({"-b", "8K", "-e", "8K"}), write("log", kLog)});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("4 ranks, domains of 8, all_reduce ring, library nccl_hopper: 8KiB"));
}

TEST_F(CompareTest, SaysWhatIsThereWhereNothingFits)
{
    Said const said = copperwall({"compare", results({"--set", "collective.group=8"}), write("log", kLog)});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("holds nothing that is comparable to the log (all_reduce of 4 ranks"));
    EXPECT_THAT(said.err, HasSubstr("8 ranks"));
}

TEST_F(CompareTest, AsksForTheCollectiveOfALogThatNamesNone)
{
    std::string const rows =
        "# size count type redop root time algbw busbw\n1024 512 half sum -1 9.31 0.11 0.16\n";
    std::string const h5 = results();
    EXPECT_THAT(copperwall({"compare", h5, write("log", rows)}).err, HasSubstr("--op all_reduce"));
    EXPECT_EQ(copperwall({"compare", h5, file("log"), "--op", "all_reduce"}).code, kDone);
}

}  // namespace
}  // namespace copperwall

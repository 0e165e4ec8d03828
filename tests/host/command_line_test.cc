#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cuda/device.h"
#include "host/command/exit_code.h"
#include "host/command_support.h"
#include "host/results/results.h"

namespace copperwall {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kRing[] = "workloads/ring_64KiB_nvl72.toml";

struct CommandLine : CommandTest {};
struct Run : CommandTest {};
struct Check : CommandTest {};
struct List : CommandTest {};
struct ReportCommand : CommandTest {};
struct Bench : CommandTest {};

TEST_F(CommandLine, HelpIsNoError)
{
    auto const said = copperwall({"--help"});
    EXPECT_EQ(said.code, kDone);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out, HasSubstr("Examples:\n"));
    EXPECT_THAT(said.out, HasSubstr("130  interrupted; finished results are kept\n"));
    EXPECT_THAT(copperwall({"run", "--help"}).out, HasSubstr("--engine windows|reference"));
}

TEST_F(CommandLine, VersionIsOneLine)
{
    auto const said = copperwall({"--version"});
    EXPECT_EQ(said.code, kDone);
    EXPECT_THAT(said.out, StartsWith("copperwall 0.1.0"));
    EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 1);
}

struct Mistake {
    std::vector<std::string> arguments;
    std::string err;
};

TEST_F(CommandLine, ReportsBadUsageWholeAndReturns2)
{
    std::string const commands =
        "use one of run, study, explain, list, check, report, reach, validate, calibrate, compare, diff, "
        "export, bench";
    std::vector<Mistake> const mistakes = {
        {{}, "error: A subcommand is required; see copperwall --help\n"},
        {{"frobnicate"}, "error: there is no command 'frobnicate'; " + commands + "\n"},
        {{"--quiet", "stdy"}, "error: there is no command 'stdy'; " + commands + "; did you mean 'study'?\n"},
        {{"run"}, "error: scenario is required; see copperwall run --help\n"},
        {{"run", kRing, "--nope"},
         "error: The following argument was not expected: --nope; see copperwall run --help\n"},
        {{"run", kRing, "--backend", "gpu"},
         "error: --backend: there is no 'gpu'; use one of auto, cpu, cuda; see copperwall run --help\n"},
        {{"run", kRing, "--threads", "0"},
         "error: --threads: Value 0 not in range 1 to 1024; see copperwall run --help\n"},
        {{"run", kRing, "-e", "64K"}, "error: -e requires -b; see copperwall run --help\n"},
        {{"run", kRing, "--set", "library"},
         "error: --set: 'library' is not KEY=VALUE; write for example --set fabric.file=nvl72.toml\n"},
        {{"study", kRing, "--resume"}, "error: --resume requires --output; see copperwall study --help\n"},
        {{"list", "cables"},
         "error: what: there is no 'cables'; use one of fabrics, technologies, wires, algorithms, libraries, "
         "workloads, "
         "outputs, devices; see copperwall list --help\n"},
        {{"bench", "--case", "none"},
         "error: --case: there is no case 'none'; use one of a2a_72, a2a_576, a2a_1152, ring_72, incast_72, "
         "sparse_576, folded_ring_576, folded_ring_1152, folded_a2a_576, folded_a2a_1152, credits_a2a_72, "
         "credits_ring_72, credits_incast_72, batch16_a2a_72, batch64_a2a_72, batch256_a2a_72, "
         "full_a2a_1152\n"},
    };
    for (auto const& mistake : mistakes) {
        auto const said = copperwall(mistake.arguments);
        EXPECT_EQ(said.code, kBadInput);
        EXPECT_EQ(said.err, mistake.err);
        EXPECT_EQ(said.out, "");
    }
}

TEST_F(CommandLine, SaysWhyThereIsNoCuda)
{
    if (why_no_device().empty()) GTEST_SKIP() << "there is a CUDA device";
    auto const said = copperwall({"run", kRing, "--backend", "cuda"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.err, "error: " + why_no_device() + "\n");
    EXPECT_EQ(copperwall({"run", kRing, "--backend", "cuda", "--fidelity", "bound"}).code, kDone);
}

TEST_F(Run, SaysWhereALibraryUsesFewNics)
{
    char const kNics[] = "# note: in_network of nccl_blackwell uses 9 (8 to 18) NICs of a domain: ";
    EXPECT_THAT(copperwall({"run", "workloads/all_reduce_nvls_two_racks.toml"}).out, HasSubstr(kNics));
    EXPECT_THAT(copperwall({"run", "workloads/all_reduce_nvls_nvl72.toml"}).out, Not(HasSubstr(kNics)));
}

TEST_F(Run, PrintsTheTableAndNothingElseOnStdout)
{
    auto const said = copperwall({"run", kRing});
    EXPECT_EQ(said.code, kDone);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out, StartsWith("# "));
    EXPECT_THAT(said.out, HasSubstr("\n       65536        16384  float    sum "));
}

TEST_F(Run, TakesSizesFromTheCommandLine)
{
    auto const said = copperwall({"run", kRing, "-b", "1K", "-e", "64K", "-f", "8", "--format", "json"});
    auto const cells = nlohmann::json::parse(said.out).at("cells");
    ASSERT_EQ(cells.size(), 3u);
    EXPECT_EQ(cells[0].at("message_size(B)"), 1024);
    EXPECT_EQ(cells[1].at("message_size(B)"), 8192);
    EXPECT_EQ(cells[2].at("message_size(B)"), 65536);
}

TEST_F(Run, SetChangesTheScenario)
{
    auto const said = copperwall(
        {"run", kRing, "--set", "fabric.ends.rack=cpo", "--set", "collective.group=8", "--format", "json"});
    auto const cell = nlohmann::json::parse(said.out).at("cells").at(0);
    EXPECT_EQ(cell.at("interconnect"), "cpo");
    EXPECT_EQ(cell.at("ranks"), 8);
}

TEST_F(Run, ReportsAMistakeInASettingWhole)
{
    auto const said = copperwall({"run", kRing, "--set", "library.name=nccl"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, StartsWith("command line: --set library.name=nccl: error: unknown library 'nccl'"));
    EXPECT_EQ(said.out, "");
}

TEST_F(Run, TheReferenceEngineAndManyThreadsGiveTheSameTable)
{
    std::vector<std::string> const asked = {"run", kRing, "-b", "100",      "-e",
                                            "1M",  "-f",  "10", "--format", "csv"};
    auto const with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), asked.begin(), asked.end());
        return copperwall(more).out;
    };
    std::string const table = with({"--threads", "1"});
    EXPECT_NE(table, "");
    EXPECT_EQ(with({"--threads", "3"}), table);
    EXPECT_EQ(with({"--engine", "reference"}), table);
}

TEST_F(Run, BoundSimulatesNothing)
{
    auto const said =
        copperwall({"run", kRing, "--fidelity", "bound", "--format", "json", "-o", file("b.h5")});
    auto const cell = nlohmann::json::parse(said.out).at("cells").at(0);
    EXPECT_EQ(cell.at("hops"), 0);
    EXPECT_EQ(cell.at("time(us)"), cell.at("closed_form(us)"));
    EXPECT_EQ(read_hdf5(file("b.h5")).notes,
              std::vector<std::string>{"times are closed forms (--fidelity bound): nothing was simulated"});
}

TEST_F(Run, WritesAFileThatChecksAndReadsBack)
{
    auto const said = copperwall({"run", kRing, "-o", file("new/folder/r.h5"), "--quiet"});
    EXPECT_EQ(said.code, kDone);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(check_hdf5(file("new/folder/r.h5")), testing::IsEmpty());
    auto const results = read_hdf5(file("new/folder/r.h5"));
    EXPECT_EQ(results.reach.size(), 360u) << "4 lane rates x 3 modulations x 5 hosts x 6 conductors";
    ASSERT_EQ(results.cells.size(), 1u);
    EXPECT_EQ(results.cells[0].bytes, 65536);
    EXPECT_EQ(results.cells[0].status, CellStatus::done);
}

TEST_F(Run, RefusesAPlaceItCannotWriteToBeforeItRuns)
{
    auto const said = copperwall({"run", kRing, "-o", folder.string()});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.err, "error: -o " + folder.string() + ": is a folder; name a file in it\n");
    write("plain", "");
    EXPECT_EQ(copperwall({"run", kRing, "-o", file("plain/r.h5")}).err,
              "error: -o " + file("plain/r.h5") + ": cannot make the folder " + file("plain") +
                  " (Not a directory); choose another place\n");
}

TEST_F(Check, NamesEveryFileAndReturns2WhereOneIsUnsound)
{
    std::string const text = write("text.h5", "no results");
    auto const said = copperwall({"check", kRing, "no.toml", text, "topologies/nvl72.toml"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.out, std::string(kRing) + ": sound\ntopologies/nvl72.toml: sound\n");
    EXPECT_EQ(said.err,
              "no.toml: error: no such file; check the name and the folder\n" + text +
                  ": error: not an HDF5 file, or cut off; give a file that 'copperwall run' or 'study' "
                  "wrote\n");
}

TEST_F(List, NamesWhatTheFilesAndRegistriesHold)
{
    EXPECT_THAT(copperwall({"list", "fabrics"}).out, HasSubstr("nvl72            NVIDIA GB200 NVL72\n"));
    EXPECT_THAT(copperwall({"list", "technologies"}).out,
                testing::ContainsRegex("\ncpo  +co-packaged optics\n"));
    EXPECT_THAT(copperwall({"list", "algorithms"}).out, HasSubstr("all_reduce ring      "));
    EXPECT_THAT(copperwall({"list", "libraries"}).out, HasSubstr("ideal           "));
    EXPECT_THAT(copperwall({"list", "workloads"}).out, HasSubstr("\nstudies/hgx_and_nvl72  "));
    EXPECT_THAT(copperwall({"list", "outputs"}).out, HasSubstr("busbw"));
    EXPECT_THAT(copperwall({"list", "devices"}).out, StartsWith("cpu  "));
}

TEST_F(List, SaysWhereItLooksForFiles)
{
    std::filesystem::current_path(folder);
    auto const said = copperwall({"list", "fabrics"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_EQ(said.err,
              "error: no folder above this one holds topologies/; run copperwall inside a Copperwall tree\n");
    std::filesystem::current_path(CW_SOURCE_DIR);
}

TEST_F(ReportCommand, WritesThePageBesideTheResultsAndThePictureWhereAsked)
{
    ASSERT_EQ(copperwall({"run", kRing, "-o", file("r.h5"), "--quiet"}).code, kDone);
    EXPECT_EQ(copperwall({"report", file("r.h5")}).err, "wrote " + file("r.html") + "\n");
    EXPECT_TRUE(std::filesystem::exists(file("r.html")));
    EXPECT_EQ(copperwall({"report", file("r.h5"), "--svg", file("p.svg")}).err,
              "wrote " + file("p.svg") + "\n");
    EXPECT_TRUE(std::filesystem::exists(file("p.svg")));
    EXPECT_EQ(
        copperwall({"report", file("no.h5")}).err,
        file("no.h5") + ": error: no such file; give an HDF5 file that 'copperwall run' or 'study' wrote\n");
}

TEST_F(Bench, PrintsARowOfRatesThatFitTogether)
{
    auto const said = copperwall({"bench", "--case", "sparse_576", "--format", "json", "--quiet"});
    ASSERT_EQ(said.code, kDone);
    auto const bench = nlohmann::json::parse(said.out);
    EXPECT_TRUE(bench.at("machine").contains("cpu"));
    ASSERT_EQ(bench.at("rows").size(), 1u);
    auto const& row = bench.at("rows")[0];
    EXPECT_EQ(row.at("case"), "sparse_576");
    EXPECT_GT(row.at("hops"), 0);
    EXPECT_DOUBLE_EQ(row.at("ratio"),
                     row.at("hops_per_cpu_s").get<double>() / row.at("heap_hops_per_cpu_s").get<double>());
    EXPECT_GT(row.at("peak_rss_bytes"), 1'000'000);
}

}  // namespace
}  // namespace copperwall

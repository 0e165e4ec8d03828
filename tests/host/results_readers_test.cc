//! Results files outside Copperwall: two runs of one input differ in /entry/run alone, and the programs that
//! users plot with open the file unaided. Skipped where those programs are not installed.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sample_results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

bool succeeds(std::string const& command)
{
    return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}

std::string contents(fs::path const& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class ResultsFile : public testing::Test {
protected:
    ResultsFile() { fs::create_directories(folder_); }
    ~ResultsFile() override { fs::remove_all(folder_); }

    std::string path(std::string const& name) const { return folder_ / name; }

private:
    fs::path folder_ = fs::temp_directory_path() / ("copperwall_readers_" + std::to_string(::getpid()));
};

//! What another machine, on another day, says of the same run.
Results rerun(Results results)
{
    results.run = {"copperwall run x.toml --threads 8 --quiet -o elsewhere.h5",
                   "a-host-with-a-much-longer-name",
                   "2027-01-01T00:00:00Z",
                   "2027-01-01T00:00:01Z",
                   1,
                   2,
                   "cuda"};
    for (auto& cell : results.cells) {
        cell.wall_s *= 3;
        cell.memory_bytes += 4096;
        cell.windows += 7;
        cell.window_ns *= 0.5;
    }
    return results;
}

TEST_F(ResultsFile, HasTheSameBytesForTheSameResults)
{
    auto const results = sample::run();
    write_hdf5(path("a.h5"), results);
    write_hdf5(path("b.h5"), results);
    EXPECT_TRUE(contents(path("a.h5")) == contents(path("b.h5")));
}

TEST_F(ResultsFile, DiffersBetweenRunsOfOneInputInEntryRunOnly)
{
    if (!succeeds("h5diff --version")) GTEST_SKIP() << "no h5diff (Debian: hdf5-tools)";
    auto const results = sample::run();
    write_hdf5(path("a.h5"), results);
    write_hdf5(path("b.h5"), rerun(results));
    EXPECT_FALSE(succeeds("h5diff " + path("a.h5") + " " + path("b.h5")));
    EXPECT_TRUE(succeeds("h5diff --exclude-path /entry/run " + path("a.h5") + " " + path("b.h5")));
}

TEST_F(ResultsFile, OpensInXarrayH5pyNcdumpAndH5dump)
{
    if (!succeeds("/usr/bin/python3 -c 'import h5py, xarray, h5netcdf, netCDF4'") ||
        !succeeds("command -v ncdump") || !succeeds("command -v h5dump"))
        GTEST_SKIP() << "no readers (Debian: python3-h5py python3-xarray python3-h5netcdf python3-netcdf4 "
                        "netcdf-bin hdf5-tools)";
    write_hdf5(path("run.h5"), sample::run(1 << 16, 1 << 22));
    std::string const check = CW_SOURCE_DIR "/tests/host/readers_check.py ";
    EXPECT_EQ(std::system((check + path("run.h5")).c_str()), 0);
}

}  // namespace
}  // namespace copperwall

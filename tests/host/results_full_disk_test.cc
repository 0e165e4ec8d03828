//! A file that cannot be written is an error with its cause, leaves nothing behind, and spares what was
//! there.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "sample_results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

class ResultsFolder : public testing::Test {
protected:
    ResultsFolder() { fs::create_directories(path_); }
    ~ResultsFolder() override { fs::remove_all(path_); }

    std::vector<std::string> names() const
    {
        std::vector<std::string> all;
        for (auto const& entry : fs::directory_iterator(path_)) all.push_back(entry.path().filename());
        return all;
    }

    fs::path path_ = fs::temp_directory_path() / ("copperwall_full_disk_" + std::to_string(::getpid()));
};

std::string failure(fs::path const& file)
{
    try {
        write_hdf5(file, sample::run());
    } catch (std::runtime_error const& error) {
        return error.what();
    }
    return "written";
}

//! Writes in a process whose files may grow to `bytes`, then ends it in the ordinary way: HDF5 closes its
//! library at exit, which must survive too.
void write_within(rlim_t bytes, fs::path const& file)
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit const limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::fputs(failure(file).c_str(), stderr);
    std::exit(1);
}

TEST_F(ResultsFolder, StaysEmptyWhereTheDiskIsFull)
{
    fs::path const file = path_ / "x.h5";
    for (rlim_t const bytes : {1'000, 20'000, 200'000})
        EXPECT_EXIT(write_within(bytes, file), testing::ExitedWithCode(1),
                    "^cannot write " + file.string() + ": File too large$");
    EXPECT_EQ(names(), std::vector<std::string>{});
}

TEST_F(ResultsFolder, KeepsAnEarlierFileWhereTheDiskIsFull)
{
    fs::path const file = path_ / "x.h5";
    std::ofstream(file) << "earlier";
    EXPECT_EXIT(write_within(20'000, file), testing::ExitedWithCode(1), "File too large$");
    EXPECT_EQ(names(), std::vector<std::string>{"x.h5"});
    std::string text;
    std::ifstream(file) >> text;
    EXPECT_EQ(text, "earlier");
}

TEST_F(ResultsFolder, HoldsNothingButTheFile)
{
    EXPECT_EQ(failure(path_ / "x.h5"), "written");
    EXPECT_EQ(failure(path_ / "x.h5"), "written");
    EXPECT_EQ(names(), std::vector<std::string>{"x.h5"});
    EXPECT_EQ(check_hdf5(path_ / "x.h5"), std::vector<std::string>{});
}

TEST_F(ResultsFolder, IsNamedWhereItIsMissing)
{
    fs::path const file = path_ / "none" / "x.h5";
    EXPECT_EQ(failure(file), "cannot write " + file.string() + ": No such file or directory");
}

TEST_F(ResultsFolder, KeepsAFolderOfTheSameName)
{
    fs::create_directory(path_ / "x.h5");
    EXPECT_EQ(failure(path_ / "x.h5"), "cannot write " + (path_ / "x.h5").string() + ": Is a directory");
    EXPECT_EQ(names(), std::vector<std::string>{"x.h5"});
}

}  // namespace
}  // namespace copperwall

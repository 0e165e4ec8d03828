//! `check` finds a sound file sound, and each of a set of files that are broken on purpose.

#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "host/input/error.h"
#include "sample_results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<std::string>;

//! A sound file of three sizes, the last one not run.
Results three_sizes()
{
    Results results = sample::run(256, 4096);
    sample::make_undone(results.cells[2], CellStatus::not_run, "interrupted");
    results.cells[2].timeline.clear();
    return results;
}

class BrokenFile : public testing::Test {
protected:
    BrokenFile() { write_hdf5(file_, three_sizes()); }
    ~BrokenFile() override { fs::remove(file_); }

    Findings after(std::function<void(hid_t)> const& harm) const
    {
        hid_t const id = H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        harm(id);
        EXPECT_GE(H5Fclose(id), 0);
        return check_hdf5(file_);
    }

    std::string refusal() const
    {
        try {
            read_hdf5(file_);
        } catch (InputError const& error) {
            return error.what();
        }
        return "read";
    }

    fs::path file_ = fs::temp_directory_path() / ("copperwall_broken_" + std::to_string(::getpid()) + ".h5");
};

void remove_attribute(hid_t file, char const* object, char const* name)
{
    EXPECT_GE(H5Adelete_by_name(file, object, name, H5P_DEFAULT), 0);
}

void set_text(hid_t file, char const* object, char const* name, std::string const& value)
{
    remove_attribute(file, object, name);
    hid_t const type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, value.size());
    hid_t const space = H5Screate(H5S_SCALAR);
    hid_t const attribute =
        H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    EXPECT_GE(H5Awrite(attribute, type, value.c_str()), 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

void set_numbers(hid_t file, char const* name, std::vector<double> const& values)
{
    hid_t const dataset = H5Dopen2(file, name, H5P_DEFAULT);
    EXPECT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    H5Dclose(dataset);
}

TEST_F(BrokenFile, IsSoundBefore)
{
    EXPECT_EQ(after([](hid_t) {}), Findings{});
}

TEST_F(BrokenFile, LacksAUnit)
{
    EXPECT_EQ(after([](hid_t f) { remove_attribute(f, "/entry/sweep/time", "units"); }),
              Findings{"/entry/sweep/time: no units"});
}

TEST_F(BrokenFile, LacksADescription)
{
    EXPECT_EQ(after([](hid_t f) { remove_attribute(f, "/entry/sweep/busbw", "description"); }),
              Findings{"/entry/sweep/busbw: no description"});
}

TEST_F(BrokenFile, LacksAClass)
{
    EXPECT_EQ(after([](hid_t f) { remove_attribute(f, "/entry/topology", "NX_class"); }),
              Findings{"/entry/topology: group has no NX_class"});
}

TEST_F(BrokenFile, PlotsWhatIsNotThere)
{
    EXPECT_EQ(after([](hid_t f) { set_text(f, "/entry/sweep", "signal", "latency"); }),
              Findings{"/entry/sweep: signal 'latency' does not exist"});
}

TEST_F(BrokenFile, LostAColumn)
{
    EXPECT_EQ(after([](hid_t f) { H5Ldelete(f, "/entry/sweep/hops", H5P_DEFAULT); }),
              Findings{"/entry/sweep/hops: missing"});
}

TEST_F(BrokenFile, LostTheScaleOfADimension)
{
    auto const findings =
        after([](hid_t f) { remove_attribute(f, "/entry/run/cell_wall", "DIMENSION_LIST"); });
    EXPECT_EQ(findings, Findings{"/entry/run/cell_wall: dimension 0 has no scale"});
}

TEST_F(BrokenFile, HasAFigureWhereNothingRan)
{
    EXPECT_EQ(after([](hid_t f) {
                  set_numbers(f, "/entry/sweep/algbw", {1, 2, 3});
              }),
              Findings{"/entry/sweep/algbw: cell 2 is not done but has a figure"});
}

TEST_F(BrokenFile, HasNoFigureWhereACellIsDone)
{
    EXPECT_EQ(after([](hid_t f) {
                  set_numbers(f, "/entry/sweep/algbw", {1, sample::kNaN, sample::kNaN});
              }),
              Findings{"/entry/sweep/algbw: cell 1 is done but has no figure"});
}

TEST_F(BrokenFile, HasAFlagPastItsMeanings)
{
    EXPECT_EQ(after([](hid_t f) {
                  set_numbers(f, "/entry/sweep/folded", {0, 1, 2});
              }),
              Findings{"/entry/sweep/folded: a flag is past its meanings"});
}

TEST_F(BrokenFile, IsRefusedWhereCutOff)
{
    fs::resize_file(file_, fs::file_size(file_) / 2);
    EXPECT_EQ(refusal(), file_.string() +
                             ": error: cannot be opened (damaged, or in use by another program); "
                             "write it again");
}

TEST_F(BrokenFile, IsRefusedWhereItIsNoHdf5)
{
    std::ofstream(file_) << "hello";
    EXPECT_EQ(refusal(), file_.string() +
                             ": error: not an HDF5 file, or cut off; give a file that 'copperwall "
                             "run' or 'study' wrote");
}

TEST_F(BrokenFile, IsRefusedWhereADatasetIsGone)
{
    after([](hid_t f) { H5Ldelete(f, "/entry/title", H5P_DEFAULT); });
    auto const words = refusal();
    EXPECT_TRUE(words.starts_with(file_.string() + ": error: damaged results file (")) << words;
    EXPECT_TRUE(words.ends_with("); write it again")) << words;
}

}  // namespace
}  // namespace copperwall

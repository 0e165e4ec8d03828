//! The schema holds for every dataset, units included; a file of another schema or of another program is
//! refused.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <set>

#include "host/input/error.h"
#include "host/results/hdf5_object.h"
#include "sample_results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<std::string>;

class SchemaFile : public testing::Test {
protected:
    ~SchemaFile() override { fs::remove(file_); }

    void edit(std::function<void(hid_t)> const& change) const
    {
        Hdf5 const opened(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, file_.string());
        change(opened);
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

    std::string error(std::string const& message) const { return file_.string() + ": error: " + message; }

    fs::path file_ = fs::temp_directory_path() / ("copperwall_schema_" + std::to_string(::getpid()) + ".h5");
};

void replace_text(hid_t object, std::string const& name, std::string const& value)
{
    EXPECT_GE(H5Adelete(object, name.c_str()), 0);
    set_attribute(object, name, value);
}

std::string const kNotOurs =
    "not a Copperwall results file (no schema attribute); give a file that 'copperwall run' or 'study' wrote";

void create_empty(fs::path const& file, std::function<void(hid_t)> const& fill)
{
    Hdf5 const created(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, "new");
    fill(created);
}

struct Survey {
    std::size_t datasets = 0;
    std::vector<std::string> bare;  //!< datasets that lack a description, a unit or a scale
};

//! By HDF5's own visitor, not by the checker's walk.
herr_t survey_object(hid_t entry, char const* name, H5O_info_t const* info, void* data)
{
    if (info->type != H5O_TYPE_DATASET) return 0;
    static std::set<std::string> const symbols = {"s", "us", "ns",     "B",  "GB/s", "Gb/s",   "W",
                                                  "J", "m",  "pJ/bit", "dB", "USD",  "1/year", "1"};
    auto& survey = *static_cast<Survey*>(data);
    ++survey.datasets;
    Hdf5 const dataset = open_dataset(entry, name);
    Hdf5 const type(H5Dget_type(dataset), H5Tclose, name);
    bool sound = has_attribute(dataset, "description") && !text_attribute(dataset, "description").empty();
    bool const has_units = has_attribute(dataset, "units");
    if (H5Tget_class(type) == H5T_STRING)
        sound = sound && !has_units;
    else
        sound = sound && has_units && symbols.count(text_attribute(dataset, "units")) == 1;
    for (unsigned d = 0; H5DSis_scale(dataset) == 0 && d != shape_of(dataset).size(); ++d)
        sound = sound && H5DSget_num_scales(dataset, d) == 1;
    if (!sound) survey.bare.emplace_back(name);
    return 0;
}

TEST_F(SchemaFile, DescribesEveryDatasetOfAStudy)
{
    write_hdf5(file_, sample::study());
    EXPECT_EQ(check_hdf5(file_), Findings{});
    Survey survey;
    edit([&](hid_t f) {
        EXPECT_EQ(H5Ovisit_by_name2(f, "/entry", H5_INDEX_NAME, H5_ITER_INC, survey_object, &survey,
                                    H5O_INFO_BASIC, H5P_DEFAULT),
                  0);
    });
    EXPECT_EQ(survey.bare, Findings{});
    EXPECT_GT(survey.datasets, 2000u);  // 252 finished cells' timelines of 8 datasets each
}

TEST_F(SchemaFile, FindsUnitsOtherThanTheSchemas)
{
    write_hdf5(file_, sample::run(256, 1024));
    edit([](hid_t f) {
        replace_text(open_dataset(f, "/entry/sweep/time"), "units", "ns");
        replace_text(open_dataset(f, "/entry/run/wall"), "units", "seconds");
        replace_text(open_dataset(f, "/entry/headline/cpo"), "units", "gigabytes");
    });
    EXPECT_EQ(check_hdf5(file_),
              (Findings{"/entry/headline/cpo: units 'gigabytes' is no short symbol of ours",
                        "/entry/sweep/time: units 'ns', but the schema says 'us'",
                        "/entry/run/wall: units 'seconds', but the schema says 's'"}));
}

TEST_F(SchemaFile, FindsColumnsMissingOutsideTheSweep)
{
    auto const results = sample::run(256, 256);
    std::string const nodes = "/entry/topology/" + results.cells[0].topology + "/nodes";
    write_hdf5(file_, results);
    edit([&](hid_t f) {
        EXPECT_GE(H5Ldelete(f, (nodes + "/x").c_str(), H5P_DEFAULT), 0);
        EXPECT_GE(H5Ldelete(f, "/entry/timeline/packets", H5P_DEFAULT), 0);
    });
    EXPECT_EQ(check_hdf5(file_), (Findings{"/entry/timeline/packets: missing", nodes + "/x: missing"}));
}

TEST_F(SchemaFile, KeepsSeedsThatNoDoubleHolds)
{
    auto results = sample::run(256, 256);
    results.seed = (std::uint64_t{1} << 63) + 1;
    write_hdf5(file_, results);
    EXPECT_EQ(read_hdf5(file_).seed, (std::uint64_t{1} << 63) + 1);
    results.seed = ~std::uint64_t{0};
    write_hdf5(file_, results);
    EXPECT_EQ(read_hdf5(file_).seed, ~std::uint64_t{0});
}

TEST_F(SchemaFile, IsRefusedWhereOfAnotherMajorSchema)
{
    write_hdf5(file_, sample::run(256, 256));
    edit([](hid_t f) { replace_text(open_group(f, "/"), "schema", "copperwall-results/2"); });
    EXPECT_EQ(refusal(), error("schema is 'copperwall-results/2', this version reads 'copperwall-results/1'; "
                               "use the Copperwall that wrote it"));
}

TEST_F(SchemaFile, IsRefusedWhereOfAnotherProgram)
{
    create_empty(file_, [](hid_t) {});
    EXPECT_EQ(refusal(), error(kNotOurs));
    create_empty(file_, [](hid_t f) { set_attribute(f, "schema", 1); });
    EXPECT_EQ(refusal(), error(kNotOurs));
    create_empty(file_, [](hid_t f) { set_attribute(f, "schema", Findings{"copperwall-results/1"}); });
    EXPECT_EQ(refusal(), error(kNotOurs));
}

TEST_F(SchemaFile, IsRefusedWhereMissingEmptyOrAFolder)
{
    std::string const missing = "no such file; give an HDF5 file that 'copperwall run' or 'study' wrote";
    EXPECT_EQ(refusal(), error(missing));
    std::ofstream(file_).close();
    EXPECT_EQ(refusal(),
              error("not an HDF5 file, or cut off; give a file that 'copperwall run' or 'study' wrote"));
    fs::remove(file_);
    fs::create_directory(file_);
    EXPECT_EQ(refusal(), error(missing));
}

TEST_F(SchemaFile, IsRefusedWithTheNameOfWhatIsGone)
{
    write_hdf5(file_, sample::run(256, 256));
    edit([](hid_t f) { EXPECT_GE(H5Ldelete(f, "/entry/sweep/time", H5P_DEFAULT), 0); });
    EXPECT_EQ(refusal(), error("damaged results file (time: object 'time' doesn't exist); write it again"));
}

}  // namespace
}  // namespace copperwall

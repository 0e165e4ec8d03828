#include "host/command/cube.h"

#include <gtest/gtest.h>

#include "host/input/error.h"

namespace copperwall {
namespace {

Coordinates at(std::string fabric, std::string interconnect, std::uint32_t gpus, std::int64_t bytes,
               std::vector<std::string> others = {})
{
    return {std::move(fabric), std::move(interconnect), "all_reduce", "ring",
            "ideal",           std::move(others),       gpus,         bytes};
}

std::vector<std::string> names(Cube const& cube)
{
    std::vector<std::string> all;
    for (auto const& axis : cube.axes) all.push_back(axis.name);
    return all;
}

TEST(Cube, OfOneCellHasEveryAxisOnce)
{
    Cube const cube = lay_out({at("nvl72", "cpo", 72, 64)}, {});
    EXPECT_EQ(names(cube), (std::vector<std::string>{"fabric", "interconnect", "collective", "algorithm",
                                                     "library", "world_size", "message_size"}));
    EXPECT_EQ(cube.size, 1u);
    EXPECT_EQ(cube.axes[6].values, std::vector<double>{64});
    EXPECT_EQ(cube.axes[6].units, "B");
}

// Two fabrics x two sizes; world size follows the fabric, so half of the 2 x 2 x 2 places are holes.
// Row-major, the last fastest: ((fabric * 2) + world) * 2 + size, numbers ascending, labels as they first
// occur.
TEST(Cube, PlacesCellsRowMajorWithTheLastAxisFastest)
{
    Cube const cube = lay_out({at("nvl72", "cpo", 72, 4096), at("nvl72", "cpo", 72, 256),
                               at("hgx", "cpo", 8, 4096), at("hgx", "cpo", 8, 256)},
                              {});
    EXPECT_EQ(cube.size, 8u);
    EXPECT_EQ(cube.axes[0].labels, (std::vector<std::string>{"nvl72", "hgx"}));
    EXPECT_EQ(cube.axes[5].values, (std::vector<double>{8, 72}));
    EXPECT_EQ(cube.axes[6].values, (std::vector<double>{256, 4096}));
    EXPECT_EQ(cube.positions, (std::vector<std::size_t>{3, 2, 5, 4}));
}

TEST(Cube, LeavesOutAStudyAxisThatOnlyRepeatsAnother)
{
    Cube const cube =
        lay_out({at("nvl72", "cpo", 72, 64, {"cpo"}), at("nvl72", "copper", 72, 64, {"copper"})},
                {"fabric.ends.rack"});
    EXPECT_EQ(cube.axes.size(), 7u);
    EXPECT_EQ(cube.axes[1].labels, (std::vector<std::string>{"cpo", "copper"}));
}

TEST(Cube, KeepsAStudyAxisThatTellsCellsApartBeforeTheWorldSize)
{
    Cube const cube =
        lay_out({at("nvl72", "cpo", 72, 64, {"1"}), at("nvl72", "cpo", 72, 64, {"2"})}, {"simulation.seed"});
    ASSERT_EQ(cube.axes.size(), 8u);
    EXPECT_EQ(cube.axes[5].name, "simulation_seed");
    EXPECT_EQ(cube.axes[5].labels, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(cube.axes[6].name, "world_size");
}

TEST(Cube, RefusesTwoCellsInOnePlace)
{
    try {
        lay_out({at("nvl72", "cpo", 72, 64), at("nvl72", "cpo", 72, 64)}, {});
        FAIL() << "no error";
    } catch (InputError const& error) {
        EXPECT_STREQ(
            error.what(),
            "error: two cells ask for the same thing (a collective or a size is given twice); remove one of "
            "them");
    }
}

TEST(Cube, NamesItsHolesByTheirPlace)
{
    Cube const cube = lay_out({at("nvl72", "cpo", 72, 64), at("hgx", "copper", 8, 64)}, {});
    auto const cells = holes(cube, Cell{});
    ASSERT_EQ(cells.size(), 8u);
    EXPECT_EQ(cells[2].fabric, "nvl72");
    EXPECT_EQ(cells[2].interconnect, "copper");
    EXPECT_EQ(cells[2].world_size, 8u);
    EXPECT_EQ(cells[2].bytes, 64);
    EXPECT_EQ(cells[2].status, CellStatus::not_run);
    EXPECT_EQ(cells[2].reason, "not asked for");
}

}  // namespace
}  // namespace copperwall

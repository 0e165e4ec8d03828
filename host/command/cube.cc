#include "host/command/cube.h"

#include <algorithm>
#include <array>
#include <set>

#include "host/input/error.h"

namespace copperwall {
namespace {

constexpr std::size_t kLabelled = 5;  //!< fabric, interconnect, collective, algorithm, library
constexpr std::array<char const*, kLabelled> kLabelledNames = {"fabric", "interconnect", "collective",
                                                               "algorithm", "library"};

std::string const& label(Coordinates const& c, std::size_t axis)
{
    std::array<std::string const*, kLabelled> const fields = {&c.fabric, &c.interconnect, &c.collective,
                                                              &c.algorithm, &c.library};
    return axis < kLabelled ? *fields[axis] : c.others[axis - kLabelled];
}

//! Distinct labels in the order in which they first occur.
Axis label_axis(std::vector<Coordinates> const& cells, std::string name, std::size_t axis)
{
    Axis result;
    result.name = std::move(name);
    result.units = "1";
    for (auto const& c : cells)
        if (std::find(result.labels.begin(), result.labels.end(), label(c, axis)) == result.labels.end())
            result.labels.push_back(label(c, axis));
    return result;
}

template <class Value>
Axis number_axis(std::vector<Coordinates> const& cells, char const* name, char const* units, Value value)
{
    std::set<double> distinct;
    for (auto const& c : cells) distinct.insert(static_cast<double>(value(c)));
    Axis result;
    result.name = name;
    result.units = units;
    result.values.assign(distinct.begin(), distinct.end());
    return result;
}

std::size_t find(Axis const& axis, std::string const& wanted)
{
    return static_cast<std::size_t>(std::find(axis.labels.begin(), axis.labels.end(), wanted) -
                                    axis.labels.begin());
}

std::size_t find(Axis const& axis, double wanted)
{
    return static_cast<std::size_t>(std::lower_bound(axis.values.begin(), axis.values.end(), wanted) -
                                    axis.values.begin());
}

//! Which of the study's axes are needed to tell the cells apart: those that cannot be left out one by one.
std::vector<bool> needed_axes(std::vector<Coordinates> const& cells, std::size_t others)
{
    std::vector<bool> needed(others, true);
    auto const told_apart = [&] {
        std::set<std::vector<std::string>> seen;
        for (auto const& c : cells) {
            std::vector<std::string> key = {std::to_string(c.world_size), std::to_string(c.bytes)};
            for (std::size_t a = 0; a < kLabelled; ++a) key.push_back(label(c, a));
            for (std::size_t a = 0; a < others; ++a)
                if (needed[a]) key.push_back(c.others[a]);
            if (!seen.insert(std::move(key)).second) return false;
        }
        return true;
    };
    if (!told_apart())
        throw InputError(
            "two cells ask for the same thing (a collective or a size is given twice); remove one of them");
    for (std::size_t a = 0; a < others; ++a) {
        needed[a] = false;
        needed[a] = !told_apart();
    }
    return needed;
}

//! A name that readers of netCDF take as a dimension and that no axis of every study has.
std::string dimension_name(std::string name)
{
    std::replace(name.begin(), name.end(), '.', '_');
    bool const taken =
        std::find(kLabelledNames.begin(), kLabelledNames.end(), name) != kLabelledNames.end() ||
        name == "world_size" || name == "message_size";
    return taken ? name + "_case" : name;
}

void set_asked(Cell& cell, Axis const& axis, std::size_t index)
{
    if (axis.name == "fabric") cell.fabric = axis.labels[index];
    if (axis.name == "interconnect") cell.interconnect = axis.labels[index];
    if (axis.name == "collective") cell.op = cell.collective = axis.labels[index];
    if (axis.name == "algorithm") cell.algorithm = axis.labels[index];
    if (axis.name == "library") cell.library = axis.labels[index];
    if (axis.name == "world_size") cell.world_size = static_cast<std::uint32_t>(axis.values[index]);
    if (axis.name == "message_size") cell.bytes = static_cast<std::int64_t>(axis.values[index]);
}

}  // namespace

Cube lay_out(std::vector<Coordinates> const& cells, std::vector<std::string> const& other_names)
{
    auto const needed = needed_axes(cells, other_names.size());
    Cube cube;
    std::vector<std::size_t> labelled;  // axis of the cube -> which label
    for (std::size_t a = 0; a < kLabelled + other_names.size(); ++a) {
        if (a >= kLabelled && !needed[a - kLabelled]) continue;
        auto name = a < kLabelled ? kLabelledNames[a] : dimension_name(other_names[a - kLabelled]);
        cube.axes.push_back(label_axis(cells, std::move(name), a));
        labelled.push_back(a);
    }
    cube.axes.push_back(
        number_axis(cells, "world_size", "1", [](Coordinates const& c) { return c.world_size; }));
    cube.axes.push_back(
        number_axis(cells, "message_size", "B", [](Coordinates const& c) { return c.bytes; }));

    std::size_t const dims = cube.axes.size();
    for (auto const& c : cells) {
        std::size_t position = 0;
        for (std::size_t d = 0; d + 2 < dims; ++d)
            position = position * cube.axes[d].size() + find(cube.axes[d], label(c, labelled[d]));
        position = position * cube.axes[dims - 2].size() +
                   find(cube.axes[dims - 2], static_cast<double>(c.world_size));
        position =
            position * cube.axes[dims - 1].size() + find(cube.axes[dims - 1], static_cast<double>(c.bytes));
        cube.positions.push_back(position);
    }
    cube.size = 1;
    for (auto const& axis : cube.axes) cube.size *= axis.size();
    return cube;
}

std::vector<Cell> holes(Cube const& cube, Cell blank)
{
    blank.status = CellStatus::not_run;
    blank.reason = "not asked for";
    blank.ranks = blank.packet_bytes = 0;
    std::vector<Cell> cells(cube.size, blank);
    std::size_t stride = cube.size;
    for (auto const& axis : cube.axes) {
        stride /= axis.size();
        for (std::size_t i = 0; i < cube.size; ++i) set_asked(cells[i], axis, i / stride % axis.size());
    }
    return cells;
}

}  // namespace copperwall

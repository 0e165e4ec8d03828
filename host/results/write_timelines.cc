#include <algorithm>
#include <cstdio>
#include <limits>

#include "host/results/write_groups.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kMostSteps = 4096;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;  //!< of all timelines of a file
constexpr std::size_t kBytesPerRow = 6 * sizeof(double);

std::size_t classes_of(FabricIndex const& fabrics, Cell const& cell)
{
    Fabric const* fabric = fabrics.of(cell);
    if (fabric == nullptr) return 0;
    return static_cast<std::size_t>(
        std::count_if(fabric->classes.begin(), fabric->classes.end(), carries_packets));
}

std::vector<std::string> class_names(FabricIndex const& fabrics, Cell const& cell)
{
    std::vector<std::string> names;
    for (auto const& c : fabrics.of(cell)->classes)
        if (carries_packets(c)) names.push_back(c.name);
    return names;
}

//! Rows of the whole grid; idle ones have no times and no traffic.
std::vector<TimelineRow> full_grid(Cell const& cell, std::size_t classes)
{
    TimelineRow idle;
    idle.start_us = idle.end_us = std::numeric_limits<double>::quiet_NaN();
    std::vector<TimelineRow> rows(cell.steps * classes, idle);
    for (auto const& row : cell.timeline) rows.at(row.step * classes + row.link_class) = row;
    return rows;
}

void write_timeline(hid_t parent, FabricIndex const& fabrics, Cell const& cell, int& next_dimension)
{
    GroupWriter group(parent, "timeline", "NXdata", next_dimension);
    auto const names = class_names(fabrics, cell);
    std::vector<double> steps(cell.steps);
    for (std::size_t i = 0; i != steps.size(); ++i) steps[i] = static_cast<double>(i);
    group.scale(output("timeline", "step"), steps);
    group.scale(output("timeline", "link_class"), names);
    group.columns(timeline_columns(), {"step", "link_class"}, full_grid(cell, names.size()));
    group.plot("busy", {}, {"step", "."});
}

bool has_timeline(FabricIndex const& fabrics, Cell const& cell)
{
    return cell.status == CellStatus::done && !cell.timeline.empty() && classes_of(fabrics, cell) != 0;
}

std::string cell_name(std::size_t index)
{
    char name[24];
    std::snprintf(name, sizeof name, "%06zu", index);
    return name;
}

void describe_cell(hid_t group, Cell const& cell)
{
    set_attribute(group, "description",
                  cell.op + " " + cell.algorithm + ", " + std::to_string(cell.bytes) + " B on " +
                      cell.fabric + ", " + cell.interconnect + ", library " + cell.library);
}

}  // namespace

void write_timelines(hid_t entry, Results const& results, FabricIndex const& fabrics, int& next_dimension)
{
    if (results.cells.size() == 1) {
        if (has_timeline(fabrics, results.cells.front()))
            write_timeline(entry, fabrics, results.cells.front(), next_dimension);
        return;
    }
    GroupWriter cells(entry, "cells", "NXcollection", next_dimension);
    std::size_t bytes = 0;
    int left_out = 0;
    for (std::size_t i = 0; i != results.cells.size(); ++i) {
        Cell const& cell = results.cells[i];
        if (!has_timeline(fabrics, cell)) continue;
        std::size_t const needed = cell.steps * classes_of(fabrics, cell) * kBytesPerRow;
        if (cell.steps > kMostSteps || bytes + needed > kMostBytes) {
            ++left_out;
            continue;
        }
        bytes += needed;
        GroupWriter const group(cells.id(), cell_name(i), "NXcollection", next_dimension);
        describe_cell(group.id(), cell);
        write_timeline(group.id(), fabrics, cell, next_dimension);
    }
    set_attribute(cells.id(), "timelines_left_out", left_out);
    set_attribute(
        cells.id(), "description",
        std::string("by position in sweep, row-major; timelines of more than 4096 steps, or past 64 MiB "
                    "together, are left out"));
}

}  // namespace copperwall

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "host/command/cell_name.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/input/size_text.h"
#include "host/results/schema.h"

namespace copperwall {
namespace {

constexpr std::size_t kMostShown = 8;  //!< figures of a cell

using Cells = std::map<std::string, Cell const*>;

Cells cells_of(Results const& results)
{
    Cells cells;
    for (std::size_t i = 0; i != results.cells.size(); ++i)
        if (results.cells[i].status != CellStatus::not_run)
            cells[cell_name(results, i) + ", " + size_text(results.cells[i].bytes)] = &results.cells[i];
    return cells;
}

bool same(double a, double b, double tolerance)
{
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
    return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

std::string figure(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

//! "10 -> 12 (+20.000 %)".
std::string change(double a, double b)
{
    std::string const text = figure(a) + " -> " + figure(b);
    double const share = b / a - 1;
    char percent[40];
    std::snprintf(percent, sizeof percent, " (%+.3f %%)", 100 * share);
    return std::isfinite(share) ? text + percent : text;
}

//! One line a figure or word that differs.
std::vector<std::string> differences(Cell const& a, Cell const& b, double tolerance)
{
    std::vector<std::string> lines;
    for (Column<Cell> const& column : cell_columns()) {
        std::string what;
        if (column.type == ValueType::text) {
            if (column.text(a) != column.text(b)) what = column.text(a) + " -> " + column.text(b);
        } else if (!same(column.get(a), column.get(b), tolerance)) {
            what = column.flags.empty() ? change(column.get(a), column.get(b))
                                        : flag_meaning(column, static_cast<int>(column.get(a))) + " -> " +
                                              flag_meaning(column, static_cast<int>(column.get(b)));
        }
        if (!what.empty())
            lines.push_back("    " + column.name + (column.units.empty() ? "" : " (" + column.units + ")") +
                            " " + what + "\n");
    }
    return lines;
}

std::string shown(std::vector<std::string> const& lines)
{
    std::string text;
    for (std::size_t i = 0; i != std::min(lines.size(), kMostShown); ++i) text += lines[i];
    if (lines.size() > kMostShown)
        text += "    and " + std::to_string(lines.size() - kMostShown) + " figures more\n";
    return text;
}

std::string only_in(Cells const& here, Cells const& there, std::string const& name, std::size_t& count)
{
    std::string text;
    for (auto const& [key, cell] : here) {
        if (there.contains(key)) continue;
        text += "only in " + name + ": " + key + "\n";
        ++count;
    }
    return text;
}

}  // namespace

int diff_command(DiffOptions const& options, Terminal const& terminal)
{
    Results const first = read_hdf5(options.first), second = read_hdf5(options.second);
    Cells const a = cells_of(first), b = cells_of(second);
    std::size_t both = 0, differ = 0, alone = 0;
    for (auto const& [key, cell] : a) {
        auto const other = b.find(key);
        if (other == b.end()) continue;
        ++both;
        auto const lines = differences(*cell, *other->second, options.tolerance);
        if (lines.empty()) continue;
        ++differ;
        terminal.out << key << '\n' << shown(lines);
    }
    terminal.out << only_in(a, b, options.first.string(), alone)
                 << only_in(b, a, options.second.string(), alone);
    terminal.out << both << " cells in both, " << differ << " differ; " << alone << " in one alone\n";
    return differ + alone == 0 ? kDone : kScenarioFailed;
}

}  // namespace copperwall

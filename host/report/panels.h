//! The cube of results as pictures need it: panels of curves.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

//! The cells of one interconnect in one panel, by ascending size; cells that were not run are absent.
struct Curve {
    std::string interconnect;
    std::size_t index = 0;  //!< on the interconnect axis: its colour, the same in every picture
    std::vector<Cell const*> cells;
};

//! Everything but interconnect and size is fixed in a panel.
struct Panel {
    std::string fabric;
    std::string title;     //!< "nvl72: all_reduce, two_shot"
    std::string subtitle;  //!< "72 gpus, library ideal"
    std::vector<Curve> curves;
};

//! Panels with at least one cell that was asked for, in the order of the axes. They point into `results`.
//! Throws std::invalid_argument if the cells do not fill the axes.
std::vector<Panel> panels_of(Results const& results);

//! Those in which some curve has more than one size; all where none has.
std::vector<Panel> with_curves(std::vector<Panel> panels);

//! What a study varies beyond the axes that every study has, at the place of a cell: "packet_bytes 256 B".
std::string further_settings(Results const& results, std::size_t cell);

//! Panels side by side that keep a fabric's panels in rows of their own: 1 .. 3.
std::size_t panel_columns(std::vector<Panel> const& panels);

//! The interconnects' labels, by their index on the axis.
std::vector<std::string> interconnects_of(Results const& results);

//! Up to `targets.size()` of `sizes`, each the nearest to a target; ascending.
std::vector<double> nearest(std::set<double> const& sizes, std::vector<double> const& targets);

//! Up to `targets.size()` sizes that some curve has done, each the nearest to a target; ascending.
std::vector<double> sizes_near(Panel const& panel, std::vector<double> const& targets);

//! The curve's cell of that size, whatever became of it, or nullptr.
Cell const* cell_at(Curve const& curve, double bytes);

}  // namespace copperwall

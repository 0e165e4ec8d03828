#include "host/results/write_groups.h"

namespace copperwall {

namespace {

std::vector<std::string> dimension_names(Results const& results)
{
    std::vector<std::string> names;
    for (auto const& axis : results.axes) names.push_back(axis.name);
    return names;
}

//! Viewers plot over numbers only: a categorical axis is written ".".
std::vector<std::string> plot_axes(Results const& results)
{
    std::vector<std::string> names;
    for (auto const& axis : results.axes) names.push_back(axis.labels.empty() ? axis.name : ".");
    return names;
}

//! What a viewer shows first: the first finished cell's curve over the last axis.
std::vector<std::string> first_slice(Results const& results)
{
    std::size_t position = 0;
    for (std::size_t i = results.cells.size(); i-- > 0;)
        if (results.cells[i].status == CellStatus::done) position = i;
    std::vector<std::string> slice(results.axes.size(), ".");
    for (std::size_t a = results.axes.size(); a-- > 0;) {
        if (a + 1 != results.axes.size()) slice[a] = std::to_string(position % results.axes[a].size());
        position /= results.axes[a].size();
    }
    return slice;
}

}  // namespace

void write_sweep(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter sweep(entry, "sweep", "NXdata", next_dimension);
    for (auto const& axis : results.axes) {
        if (axis.labels.empty())
            sweep.scale(axis_output(axis), axis.values);
        else
            sweep.scale(axis_output(axis), axis.labels);
    }
    auto const dims = dimension_names(results);
    sweep.columns(cell_columns(), dims, results.cells);
    set_attribute(sweep.id(), "dimensions", dims);
    sweep.plot("time", {}, plot_axes(results));
    set_attribute(sweep.id(), "default_slice", first_slice(results));
}

}  // namespace copperwall

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
}

}  // namespace copperwall

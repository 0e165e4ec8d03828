#include <algorithm>
#include <cmath>
#include <limits>

#include "host/results/write_groups.h"

namespace copperwall {

namespace {

constexpr std::size_t kMostCurves = 8;

struct Curve {
    std::string label;
    std::vector<double> busbw;  //!< at every message size, NaN where not done
};

//! Cells of the first panel: the fabric, collective, algorithm and library of the first cell that is done.
struct Panel {
    Cell const* first = nullptr;
    std::vector<double> sizes;
    std::vector<Curve> curves;
    std::vector<double> bound;
};

bool same_panel(Cell const& a, Cell const& b)
{
    return a.fabric == b.fabric && a.op == b.op && a.algorithm == b.algorithm && a.library == b.library &&
           a.world_size == b.world_size;
}

Curve& curve_of(Panel& panel, std::string const& label)
{
    for (auto& curve : panel.curves)
        if (curve.label == label) return curve;
    double const nan = std::numeric_limits<double>::quiet_NaN();
    panel.curves.push_back({label, std::vector<double>(panel.sizes.size(), nan)});
    return panel.curves.back();
}

void add_cell(Panel& panel, Cell const& cell)
{
    if (cell.status != CellStatus::done || !same_panel(*panel.first, cell)) return;
    auto const at = std::lower_bound(panel.sizes.begin(), panel.sizes.end(), static_cast<double>(cell.bytes));
    auto const i = static_cast<std::size_t>(at - panel.sizes.begin());
    bool const known = std::any_of(panel.curves.begin(), panel.curves.end(),
                                   [&](Curve const& c) { return c.label == cell.interconnect; });
    if (!known && panel.curves.size() == kMostCurves) return;
    curve_of(panel, cell.interconnect).busbw[i] = cell.busbw_GBps;
    panel.bound[i] = std::fmax(panel.bound[i], cell.busbw_GBps * cell.time_us / cell.lower_bound_us);
}

Panel first_panel(Results const& results)
{
    Panel panel;
    for (auto const& cell : results.cells)
        if (panel.first == nullptr && cell.status == CellStatus::done) panel.first = &cell;
    if (panel.first == nullptr) return panel;
    for (auto const& axis : results.axes)
        if (axis.name == "message_size") panel.sizes = axis.values;
    panel.bound.assign(panel.sizes.size(), std::numeric_limits<double>::quiet_NaN());
    for (auto const& cell : results.cells) add_cell(panel, cell);
    return panel;
}

//! A dataset's name may hold no slash and, for netCDF, begins with a letter.
std::string dataset_name(std::string name)
{
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

}  // namespace

void write_headline(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter group(entry, "headline", "NXdata", next_dimension);
    Panel const panel = first_panel(results);
    if (panel.first == nullptr) return;
    Cell const& c = *panel.first;
    group.texts(output("headline", "title"), {},
                {c.op + " " + c.algorithm + " on " + c.fabric + ", library " + c.library});
    group.scale(output("headline", "message_size"), panel.sizes);
    std::vector<std::string> names;
    auto const add = [&](Output row, std::string const& name, std::vector<double> const& values) {
        row.name = dataset_name(name);
        row.standard_name.clear();
        group.numbers(row, {"message_size"}, values);
        set_attribute(open_dataset(group.id(), row.name), "long_name", name + " (" + row.units + ")");
        names.push_back(row.name);
    };
    for (auto const& curve : panel.curves)
        add(output("headline", "<interconnect>"), curve.label, curve.busbw);
    add(output("headline", "bound"), "bound", panel.bound);
    group.plot(names.front(), {names.begin() + 1, names.end()}, {"message_size"});
    set_attribute(group.id(), "SILX_style",
                  std::string(R"({"axes_scale_type":["log"],"signal_scale_type":"log"})"));
}

}  // namespace copperwall

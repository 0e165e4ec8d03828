#include "host/report/panels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string_view>

namespace copperwall {
namespace {

using Index = std::vector<std::size_t>;

constexpr std::array<std::string_view, 7> kStandardAxes = {
    "fabric", "interconnect", "collective", "algorithm", "library", "world_size", "message_size"};

Index index_of(std::vector<Axis> const& axes, std::size_t flat)
{
    Index index(axes.size());
    for (std::size_t i = axes.size(); i-- > 0;) {
        index[i] = flat % axes[i].size();
        flat /= axes[i].size();
    }
    return index;
}

std::size_t axis_position(std::vector<Axis> const& axes, std::string_view name)
{
    auto const found = std::find_if(axes.begin(), axes.end(), [&](Axis const& a) { return a.name == name; });
    if (found == axes.end()) throw std::invalid_argument("results without an axis " + std::string{name});
    return static_cast<std::size_t>(found - axes.begin());
}

std::string value_label(Axis const& axis, std::size_t i)
{
    if (!axis.labels.empty()) return axis.labels[i];
    auto text = std::to_string(axis.values[i]);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text + (axis.units.empty() || axis.units == "1" ? "" : " " + axis.units);
}

std::string settings_at(std::vector<Axis> const& axes, Index const& index)
{
    std::string text;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        bool const standard =
            std::find(kStandardAxes.begin(), kStandardAxes.end(), axes[i].name) != kStandardAxes.end();
        if (!standard && axes[i].size() > 1)
            text += (text.empty() ? "" : ", ") + axes[i].name + " " + value_label(axes[i], index[i]);
    }
    return text;
}

Panel named_panel(Cell const& cell, std::string const& further)
{
    auto subtitle = std::to_string(cell.ranks) + " gpus";
    if (cell.ranks != cell.gpus) subtitle += " of " + std::to_string(cell.gpus);
    if (cell.world_size != cell.gpus) subtitle += ", world size " + std::to_string(cell.world_size);
    return {cell.fabric,
            cell.fabric + ": " + cell.collective_name() + ", " + cell.algorithm,
            subtitle + ", library " + cell.library + (further.empty() ? "" : ", " + further),
            {}};
}

Curve& curve_of(Panel& panel, std::size_t index, std::string const& label)
{
    auto const found = std::find_if(panel.curves.begin(), panel.curves.end(),
                                    [&](Curve const& c) { return c.index == index; });
    if (found != panel.curves.end()) return *found;
    panel.curves.push_back({label, index, {}});
    return panel.curves.back();
}

}  // namespace

std::vector<Panel> panels_of(Results const& results)
{
    std::size_t expected = 1;
    for (auto const& axis : results.axes) expected *= axis.size();
    if (results.axes.empty() || expected != results.cells.size()) {
        throw std::invalid_argument("results hold " + std::to_string(results.cells.size()) +
                                    " cells, the axes ask for " + std::to_string(expected));
    }
    auto const interconnect = axis_position(results.axes, "interconnect");
    auto const size = axis_position(results.axes, "message_size");
    std::map<Index, Panel> found;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        auto const& cell = results.cells[i];
        if (cell.status == CellStatus::not_run) continue;
        auto key = index_of(results.axes, i);
        auto const curve = key[interconnect];
        key[interconnect] = key[size] = 0;
        auto const panel = found.try_emplace(key, named_panel(cell, settings_at(results.axes, key))).first;
        curve_of(panel->second, curve, value_label(results.axes[interconnect], curve)).cells.push_back(&cell);
    }
    std::vector<Panel> panels;
    for (auto& [key, panel] : found) panels.push_back(std::move(panel));
    return panels;
}

std::vector<Panel> with_curves(std::vector<Panel> panels)
{
    auto const of_one_size = [](Panel const& panel) {
        return std::all_of(panel.curves.begin(), panel.curves.end(),
                           [](Curve const& curve) { return curve.cells.size() < 2; });
    };
    if (!std::all_of(panels.begin(), panels.end(), of_one_size)) std::erase_if(panels, of_one_size);
    return panels;
}

std::string further_settings(Results const& results, std::size_t cell)
{
    return settings_at(results.axes, index_of(results.axes, cell));
}

std::size_t panel_columns(std::vector<Panel> const& panels)
{
    std::map<std::string, std::size_t> count;
    std::size_t widest = 1;
    for (auto const& panel : panels) widest = std::max(widest, ++count[panel.fabric]);
    return widest <= 3 ? widest : (widest % 3 == 0 || widest % 2 == 1 ? 3 : 2);
}

std::vector<std::string> interconnects_of(Results const& results)
{
    auto const& axis = results.axes.at(axis_position(results.axes, "interconnect"));
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < axis.size(); ++i) labels.push_back(value_label(axis, i));
    return labels;
}

std::vector<double> nearest(std::set<double> const& sizes, std::vector<double> const& targets)
{
    std::set<double> chosen;
    for (double const target : targets) {
        auto const distance = [&](double bytes) {
            return std::fabs(std::log2(std::max(bytes, 1.0) / target));
        };
        auto const closest = std::min_element(sizes.begin(), sizes.end(),
                                              [&](double a, double b) { return distance(a) < distance(b); });
        if (closest != sizes.end()) chosen.insert(*closest);
    }
    return {chosen.begin(), chosen.end()};
}

std::vector<double> sizes_near(Panel const& panel, std::vector<double> const& targets)
{
    std::set<double> sizes;
    for (auto const& curve : panel.curves) {
        for (auto const* cell : curve.cells) {
            if (cell->status == CellStatus::done) sizes.insert(static_cast<double>(cell->bytes));
        }
    }
    return nearest(sizes, targets);
}

Cell const* cell_at(Curve const& curve, double bytes)
{
    auto const found = std::find_if(curve.cells.begin(), curve.cells.end(), [&](Cell const* cell) {
        return static_cast<double>(cell->bytes) == bytes;
    });
    return found == curve.cells.end() ? nullptr : *found;
}

}  // namespace copperwall

#include "host/report/world_size.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/report/panels.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

//! What all cells of a panel have in common.
struct Question {
    std::string collective, library, fabric, further;
    std::int64_t bytes = 0;
    std::uint32_t gpus = 0, ranks = 0;
    bool operator==(Question const&) const = default;
};

//! Fastest cell of each oversubscription, and whether any was infeasible.
struct Place {
    std::map<unsigned, Cell const*> best;
    bool infeasible = false;
};

struct FamilyCells {
    std::string name;
    std::size_t index = 0;
    std::map<std::uint32_t, Place> places;  //!< by world size

    //! The least oversubscribed; nullptr where none is done.
    Cell const* at(std::uint32_t world_size) const
    {
        auto const found = places.find(world_size);
        if (found == places.end() || found->second.best.empty()) return nullptr;
        return found->second.best.begin()->second;
    }
};

struct Asked {
    Question question;
    std::set<double> world_sizes;
    std::vector<FamilyCells> families;
};

//! A fabric file of several world sizes stands by itself; files of one size each make the curve together.
std::set<std::string> fabrics_of_several_sizes(Results const& results)
{
    std::map<std::string, std::set<std::uint32_t>> sizes;
    for (auto const& cell : results.cells)
        if (cell.status != CellStatus::not_run) sizes[cell.fabric].insert(cell.world_size);
    std::set<std::string> several;
    for (auto const& [fabric, found] : sizes)
        if (found.size() > 1) several.insert(fabric);
    return several;
}

std::size_t index_of(std::vector<std::string> const& labels, std::string const& family)
{
    auto const found = std::find_if(labels.begin(), labels.end(), [&](std::string const& label) {
        return interconnect_label(label).family == family;
    });
    return static_cast<std::size_t>(found - labels.begin());
}

FamilyCells& family_of(Asked& asked, std::string const& name, std::vector<std::string> const& labels)
{
    for (auto& family : asked.families)
        if (family.name == name) return family;
    asked.families.push_back({name, index_of(labels, name), {}});
    return asked.families.back();
}

void add_cell(Asked& asked, Cell const& cell, std::vector<std::string> const& labels)
{
    auto const label = interconnect_label(cell.interconnect);
    Place& place = family_of(asked, label.family, labels).places[cell.world_size];
    asked.world_sizes.insert(cell.world_size);
    place.infeasible = place.infeasible || cell.status == CellStatus::infeasible;
    if (cell.status != CellStatus::done) return;
    Cell const*& best = place.best[label.oversubscription];
    if (best == nullptr || cell.time_us < best->time_us) best = &cell;
}

std::vector<Asked> all_asked(Results const& results)
{
    auto const labels = interconnects_of(results);
    auto const alone = fabrics_of_several_sizes(results);
    std::vector<Asked> all;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        Cell const& cell = results.cells[i];
        if (cell.status == CellStatus::not_run) continue;
        Question const question{cell.collective_name(),
                                cell.library,
                                alone.count(cell.fabric) != 0 ? cell.fabric : "",
                                further_settings(results, i),
                                cell.bytes,
                                cell.gpus,
                                cell.ranks};
        auto found = std::find_if(all.begin(), all.end(),
                                  [&](Asked const& asked) { return asked.question == question; });
        if (found == all.end()) found = all.insert(all.end(), {question, {}, {}});
        add_cell(*found, cell, labels);
    }
    return all;
}

std::string hover_of(Cell const& cell, double ratio)
{
    return cell.interconnect + ", world size " + std::to_string(cell.world_size) + ": " +
           short_number(ratio) + " x, " + time_label(cell.time_us) + ", " + cell.algorithm_name() +
           (cell.extrapolated ? ", extrapolated" : "");
}

WorldSizePoint point_of(Place const& place, double reference_us)
{
    Cell const& least = *place.best.begin()->second;
    Cell const& most = *place.best.rbegin()->second;
    double const ratio = least.time_us / reference_us, other = most.time_us / reference_us;
    WorldSizePoint point{static_cast<double>(least.world_size),
                         ratio,
                         std::min(ratio, other),
                         std::max(ratio, other),
                         least.extrapolated,
                         hover_of(least, ratio)};
    if (&least != &most) point.hover += "; " + hover_of(most, other);
    return point;
}

WorldSizeSeries series_of(FamilyCells const& family)
{
    WorldSizeSeries series;
    series.family = family.name;
    series.index = family.index;
    Cell const* reference = family.at(kReferenceWorldSize);
    if (reference != nullptr) series.reference_us = reference->time_us;
    for (auto const& [world_size, place] : family.places) {
        if (place.best.empty()) {
            if (place.infeasible) series.infeasible.push_back(world_size);
        } else if (reference != nullptr) {
            series.points.push_back(point_of(place, reference->time_us));
        }
    }
    return series;
}

std::vector<std::pair<double, double>> bound_of(Asked const& asked)
{
    std::map<double, double> least;
    for (auto const& family : asked.families) {
        Cell const* reference = family.at(kReferenceWorldSize);
        if (reference == nullptr) continue;
        for (auto const& [world_size, place] : family.places) {
            Cell const* cell = family.at(world_size);
            if (cell == nullptr || !(cell->lower_bound_us > 0)) continue;
            double const ratio = cell->lower_bound_us / reference->time_us;
            auto const found = least.try_emplace(world_size, ratio).first;
            found->second = std::min(found->second, ratio);
        }
    }
    return {least.begin(), least.end()};
}

Cell const* fastest_reference(Asked const& asked)
{
    Cell const* fastest = nullptr;
    for (auto const& family : asked.families) {
        Cell const* cell = family.at(kReferenceWorldSize);
        if (cell != nullptr && (fastest == nullptr || cell->time_us < fastest->time_us)) fastest = cell;
    }
    return fastest;
}

//! The same collective, ranks and size, on a machine whose world size was asked for.
std::vector<MeasuredPoint> measured_of(Results const& results, Asked const& asked, Cell const& reference)
{
    auto const& question = asked.question;
    std::vector<MeasuredPoint> points;
    for (std::size_t i = 0; i < results.measured.size(); ++i) {
        auto const& row = results.measured[i];
        bool const same = row.collective == question.collective && row.bytes == question.bytes &&
                          row.ranks == question.ranks && asked.world_sizes.contains(row.world_size);
        if (!same) continue;
        double const ratio = row.time_us / reference.time_us;
        points.push_back({i, static_cast<double>(row.world_size), ratio,
                          "measured on " + row.machine + ", " + row.software + ": " +
                              time_label(row.time_us) + ", " + short_number(ratio) + " x " +
                              time_label(reference.time_us) + " simulated of " + reference.interconnect +
                              ", " + reference.algorithm_name() + ", library " + reference.library + "; " +
                              row.source});
    }
    return points;
}

std::string subtitle_of(Question const& q)
{
    auto text = std::to_string(q.ranks) + " ranks of " + std::to_string(q.gpus) + " gpus";
    if (!q.fabric.empty()) text += ", " + q.fabric;
    return text + ", library " + q.library + (q.further.empty() ? "" : ", " + q.further);
}

}  // namespace

InterconnectLabel interconnect_label(std::string const& label)
{
    auto const space = label.rfind(' ');
    bool const ratio = space != std::string::npos && label.size() > space + 3 && label.ends_with(":1");
    if (!ratio) return {label, 1};
    auto const digits = label.substr(space + 1, label.size() - space - 3);
    bool const number = digits.size() < 6 && digits.find_first_not_of("0123456789") == std::string::npos;
    if (!number) return {label, 1};
    return {label.substr(0, space), static_cast<unsigned>(std::stoul(digits))};
}

std::vector<WorldSizePanel> world_size_panels(Results const& results)
{
    std::vector<WorldSizePanel> panels;
    for (auto const& asked : all_asked(results)) {
        Cell const* reference = fastest_reference(asked);
        if (asked.world_sizes.size() < 2 || reference == nullptr) continue;
        auto const& q = asked.question;
        WorldSizePanel panel;
        panel.bytes = static_cast<double>(q.bytes);
        panel.collective = q.collective;
        panel.title = q.collective + ", " + size_label(panel.bytes);
        panel.subtitle = subtitle_of(q);
        panel.world_sizes.assign(asked.world_sizes.begin(), asked.world_sizes.end());
        for (auto const& family : asked.families) panel.series.push_back(series_of(family));
        panel.bound = bound_of(asked);
        panel.measured = measured_of(results, asked, *reference);
        panels.push_back(std::move(panel));
    }
    return panels;
}

}  // namespace copperwall

// The picture of world_size.h.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "host/report/figure.h"
#include "host/report/scale.h"
#include "host/report/text.h"
#include "host/report/world_size.h"

namespace copperwall {
namespace {

constexpr double kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
constexpr std::size_t kMostColumns = 4;
Stroke const kBoundStroke{kBoundColour, 5, {}};
constexpr double kCrossGap = 10;  //!< between crosses of two interconnects at one world size
constexpr char const* kBandColour = "#d9d9d9";

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = 0;
    void include(double value)
    {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

//! Of each collective at most four sizes. Returns whether some were left out.
bool keep_few_sizes(std::vector<WorldSizePanel>& panels)
{
    std::map<std::string, std::set<double>> sizes;
    for (auto const& panel : panels) sizes[panel.collective].insert(panel.bytes);
    std::set<std::pair<std::string, double>> kept;
    for (auto const& [collective, all] : sizes) {
        std::vector<double> const chosen = all.size() <= kMostColumns
                                               ? std::vector<double>(all.begin(), all.end())
                                               : nearest(all, {64 * kKiB, kMiB, 64 * kMiB, kGiB});
        for (double const bytes : chosen) kept.insert({collective, bytes});
    }
    auto const left_out = [&](WorldSizePanel const& p) { return kept.count({p.collective, p.bytes}) == 0; };
    return std::erase_if(panels, left_out) != 0;
}

std::size_t columns_of(std::vector<WorldSizePanel> const& panels)
{
    std::map<std::string, std::size_t> count;
    std::size_t widest = 1;
    for (auto const& panel : panels) widest = std::max(widest, ++count[panel.collective]);
    return std::min(widest, kMostColumns);
}

Range ratio_range(std::vector<WorldSizePanel> const& panels)
{
    Range range;
    for (auto const& panel : panels) {
        for (auto const& series : panel.series)
            for (auto const& point : series.points) {
                range.include(point.low);
                range.include(point.high);
            }
        for (auto const& [world_size, ratio] : panel.bound) range.include(ratio);
        for (auto const& point : panel.measured) range.include(point.ratio);
    }
    return range;
}

//! What the legend has to explain.
struct Shown {
    std::map<std::size_t, std::string> families;  //!< by colour
    std::map<std::size_t, std::set<double>> infeasible;
    std::vector<std::string> measured;  //!< machine and software
    bool extrapolated = false, band = false, bound = false;
};

void show_measured(Results const& results, WorldSizePanel const& panel, Shown& shown)
{
    for (auto const& point : panel.measured) {
        auto const& row = results.measured.at(point.row);
        auto const name = row.machine + ", " + row.software;
        if (std::find(shown.measured.begin(), shown.measured.end(), name) == shown.measured.end())
            shown.measured.push_back(name);
    }
}

Shown shown_in(Results const& results, std::vector<WorldSizePanel> const& panels)
{
    Shown shown;
    for (auto const& panel : panels) {
        shown.bound = shown.bound || !panel.bound.empty();
        show_measured(results, panel, shown);
        for (auto const& series : panel.series) {
            shown.families[series.index] = series.family;
            shown.infeasible[series.index].insert(series.infeasible.begin(), series.infeasible.end());
            for (auto const& point : series.points) {
                shown.extrapolated = shown.extrapolated || point.extrapolated;
                shown.band = shown.band || point.low < point.high;
            }
        }
    }
    return shown;
}

std::string infeasible_label(std::string const& family, std::set<double> const& world_sizes)
{
    std::string sizes;
    for (double const size : world_sizes) sizes += (sizes.empty() ? "" : ", ") + px(size);
    return family + ": infeasible at " + sizes;
}

std::vector<LegendEntry> legend_of(Shown const& shown)
{
    std::vector<LegendEntry> legend;
    for (auto const& [index, family] : shown.families)
        legend.push_back({family, curve_stroke(index), false, Mark::dot});
    for (auto const& [index, sizes] : shown.infeasible)
        if (!sizes.empty())
            legend.push_back({infeasible_label(shown.families.at(index), sizes),
                              {curve_stroke(index).colour, 0, {}},
                              false,
                              Mark::cross});
    if (shown.band)
        legend.push_back({"1:1 to the most oversubscribed", {kBandColour, 1, {}}, true, Mark::none});
    if (shown.extrapolated)
        legend.push_back({"extrapolated: no such machine or group of ranks was measured",
                          {kFaintInkColour, 0, {}},
                          false,
                          Mark::hollow});
    if (shown.bound) legend.push_back({"lower bound", kBoundStroke, false, Mark::none});
    for (auto const& name : shown.measured)
        legend.push_back({"measured: " + name, {"#000000", 0, {}}, false, Mark::diamond});
    return legend;
}

class WorldSizePicture {
public:
    WorldSizePicture(Svg& svg, Box const& room, WorldSizePanel const& panel, Range const& range)
        : svg_(svg),
          panel_(panel),
          plot_{room.x + 56, room.y + 44, room.width - 72, room.height - 100},
          x_(marked_scale(panel.world_sizes, plot_.x, plot_.right())),
          y_(decade_scale(range.low, range.high, plot_.bottom() - 16, plot_.y))
    {
    }

    void draw()
    {
        svg_.begin_group("panel");
        svg_.text({plot_.x, plot_.y - 24}, panel_.title, {Anchor::start, 13, kInkColour, true});
        svg_.text({plot_.x, plot_.y - 9}, panel_.subtitle, {Anchor::start, 10, kFaintInkColour});
        draw_axes(svg_, plot_, x_, y_, "world size (gpus of a scale-up domain)", "time / time at 72 (1)");
        svg_.line({plot_.x, y_.at(1)}, {plot_.right(), y_.at(1)}, {kFaintInkColour, 1, "2 2"});
        for (auto const& series : panel_.series) draw_band(series);
        draw_bound();
        for (auto const& series : panel_.series) draw_series(series);
        draw_crosses();
        for (auto const& point : panel_.measured)
            draw_mark(svg_, {x_.at(point.world_size), y_.at(point.ratio)}, Mark::diamond, "#000000",
                      point.hover);
        svg_.end_group();
    }

private:
    void draw_band(WorldSizeSeries const& series)
    {
        auto const& points = series.points;
        if (std::none_of(points.begin(), points.end(), [](auto const& p) { return p.low < p.high; })) return;
        std::vector<Point> outline;
        for (auto const& p : points) outline.push_back({x_.at(p.world_size), y_.at(p.high)});
        for (auto p = points.rbegin(); p != points.rend(); ++p)
            outline.push_back({x_.at(p->world_size), y_.at(p->low)});
        svg_.polygon(outline, curve_stroke(series.index).colour, 0.16);
    }

    void draw_bound()
    {
        std::vector<Point> line;
        for (auto const& [world_size, ratio] : panel_.bound)
            line.push_back({x_.at(world_size), y_.at(ratio)});
        if (!line.empty()) svg_.polyline(line, kBoundStroke, "bound");
    }

    void draw_series(WorldSizeSeries const& series)
    {
        if (series.points.empty()) return;
        auto const stroke = curve_stroke(series.index);
        std::vector<Point> line;
        for (auto const& p : series.points) line.push_back({x_.at(p.world_size), y_.at(p.ratio)});
        svg_.polyline(line, stroke, "curve");
        for (std::size_t i = 0; i < line.size(); ++i)
            draw_mark(svg_, line[i], series.points[i].extrapolated ? Mark::hollow : Mark::dot, stroke.colour,
                      series.points[i].hover);
    }

    //! Side by side where several interconnects are infeasible at a world size.
    void draw_crosses()
    {
        std::map<double, std::vector<WorldSizeSeries const*>> at;
        for (auto const& series : panel_.series)
            for (double const world_size : series.infeasible) at[world_size].push_back(&series);
        for (auto const& [world_size, all] : at) {
            double x = x_.at(world_size) - kCrossGap * (static_cast<double>(all.size()) - 1) / 2;
            for (auto const* series : all) {
                draw_mark(svg_, {x, plot_.bottom() - 7}, Mark::cross, curve_stroke(series->index).colour,
                          series->family + ", world size " + px(world_size) + ": infeasible");
                x += kCrossGap;
            }
        }
    }

    Svg& svg_;
    WorldSizePanel const& panel_;
    Box plot_;
    Scale x_, y_;
};

//! Measured rows that match no panel's collective, ranks and size, or whose world size it lacks.
std::size_t unmatched(Results const& results, std::vector<WorldSizePanel> const& panels)
{
    std::set<std::size_t> matched;
    for (auto const& panel : panels)
        for (auto const& point : panel.measured) matched.insert(point.row);
    return results.measured.size() - matched.size();
}

std::vector<std::string> footer_of(Results const& results, std::size_t left_out, bool sizes_left_out)
{
    std::vector<std::string> footer{
        "Times over the same interconnect's at 72 gpus a domain, each by the algorithm that is fastest "
        "there: "
        "rest the pointer on a point to see which. Crosses at the axis: infeasible."};
    if (sizes_left_out) footer.push_back("Four message sizes a collective; all are in the file.");
    if (left_out != 0)
        footer.push_back("Measured times in the file without a cell of their collective, ranks and size: " +
                         std::to_string(left_out) + ".");
    std::string dataset = "/entry/sweep/time, lower_bound, status, extrapolated";
    if (!results.measured.empty()) dataset += ", /entry/measured/time";
    auto const source = results.measured.empty()
                            ? source_footer(results, dataset)
                            : source_footer(results, dataset,
                                            "Simulated packet by packet with Copperwall; measured points as "
                                            "the table of measured machines has them.");
    footer.insert(footer.end(), source.begin(), source.end());
    return footer;
}

}  // namespace

std::string world_size_svg(Results const& results)
{
    auto panels = world_size_panels(results);
    if (panels.empty()) return {};
    auto const left_out = unmatched(results, panels);
    bool const sizes_left_out = keep_few_sizes(panels);
    FigureLayout layout;
    layout.title = "A fixed job on growing scale-up domains";
    layout.legend = legend_of(shown_in(results, panels));
    layout.panels = panels.size();
    layout.columns = columns_of(panels);
    layout.panel_width = layout.columns == kMostColumns ? 324 : layout.columns == 1 ? 640 : 420;
    layout.panel_height = 330;
    layout.footer = footer_of(results, left_out, sizes_left_out);
    Figure figure{std::move(layout)};
    auto const range = ratio_range(panels);
    for (std::size_t i = 0; i < panels.size(); ++i)
        WorldSizePicture(figure.svg(), figure.panel(i), panels[i], range).draw();
    return figure.finish();
}

}  // namespace copperwall

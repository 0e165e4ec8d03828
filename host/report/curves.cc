#include "host/report/curves.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr double kNoteSize = 10.5;
constexpr double kNoteLine = 14;
constexpr double kMarkerRadius = 2.6;
Stroke const kBoundStroke{kBoundColour, 5, {}};  // wide: seen behind curves that reach it

struct Drawn {
    Curve const* curve = nullptr;
    std::vector<CurvePoint> points;
};

struct DrawnPanel {
    Panel const* panel = nullptr;
    std::vector<Drawn> curves;
    std::vector<CurvePoint> bound;
};

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    void include(double value)
    {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool empty() const { return low > high; }
};

Range asked_sizes(Panel const& panel)
{
    Range range;
    for (auto const& curve : panel.curves) {
        for (auto const* cell : curve.cells) range.include(std::max(1.0, static_cast<double>(cell->bytes)));
    }
    return range;
}

std::vector<DrawnPanel> drawn_panels(std::vector<Panel> const& panels, CurveSpec const& spec)
{
    std::vector<DrawnPanel> all;
    for (auto const& panel : panels) {
        all.push_back({&panel, {}, spec.bound ? spec.bound(panel) : std::vector<CurvePoint>{}});
        for (auto const& curve : panel.curves)
            all.back().curves.push_back({&curve, spec.points(panel, curve)});
    }
    return all;
}

//! Over all panels: they share one scale, so that they can be compared.
Range value_range(std::vector<DrawnPanel> const& panels)
{
    Range range;
    for (auto const& panel : panels) {
        for (auto const& curve : panel.curves) {
            for (auto const& point : curve.points) {
                range.include(point.low);
                range.include(point.high);
            }
        }
        for (auto const& point : panel.bound) range.include(point.value);
    }
    return range;
}

Scale value_scale(CurveSpec const& spec, Range const& range, Box const& plot)
{
    if (range.empty()) return {};  // nothing was done: a frame without ticks
    if (spec.logarithmic) return decade_scale(range.low, range.high, plot.bottom(), plot.y);
    return linear_scale(range.high, plot.bottom(), plot.y);
}

std::vector<Point> pixels(std::vector<CurvePoint> const& points, Scale const& x, Scale const& y)
{
    std::vector<Point> list;
    for (auto const& point : points) list.push_back({x.at(point.bytes), y.at(point.value)});
    return list;
}

void draw_band(Svg& svg, Drawn const& drawn, Scale const& x, Scale const& y)
{
    auto const& points = drawn.points;
    bool const any = std::any_of(points.begin(), points.end(), [](auto const& p) { return p.low < p.high; });
    if (!any) return;
    std::vector<Point> outline;
    for (auto const& point : points) outline.push_back({x.at(point.bytes), y.at(point.high)});
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        outline.push_back({x.at(point->bytes), y.at(point->low)});
    }
    svg.polygon(outline, curve_stroke(drawn.curve->index).colour, 0.14);
}

void draw_curve(Svg& svg, Drawn const& drawn, Scale const& x, Scale const& y)
{
    auto const stroke = curve_stroke(drawn.curve->index);
    svg.polyline(pixels(drawn.points, x, y), stroke, "curve");
    for (auto const& point : drawn.points) {
        svg.circle({x.at(point.bytes), y.at(point.value)}, kMarkerRadius, stroke.colour, point.hover);
    }
}

std::string note_of(Curve const& curve, Cell const& first, bool whole, bool with_reason)
{
    auto const what = first.status == CellStatus::infeasible ? "infeasible" : "failed";
    auto const from = whole ? "" : " from " + size_label(static_cast<double>(first.bytes));
    return curve.interconnect + ": " + what + from + (with_reason ? " (" + first.reason + ")" : "");
}

bool ends_early(Curve const& curve)
{
    return std::any_of(curve.cells.begin(), curve.cells.end(),
                       [](Cell const* c) { return c->status != CellStatus::done; });
}

//! Why curves end early or are missing, one note a curve and reason. Several such curves would fill the panel
//! with reasons: they then stand in the page's table of cells alone.
std::vector<std::string> notes_of(Panel const& panel, bool with_reasons)
{
    std::vector<std::string> notes;
    with_reasons = with_reasons && std::count_if(panel.curves.begin(), panel.curves.end(), ends_early) < 2;
    for (auto const& curve : panel.curves) {
        bool const whole = std::none_of(curve.cells.begin(), curve.cells.end(),
                                        [](Cell const* c) { return c->status == CellStatus::done; });
        std::set<std::string> reasons;
        for (auto const* cell : curve.cells) {
            if (cell->status == CellStatus::done || !reasons.insert(cell->reason).second) continue;
            notes.push_back(note_of(curve, *cell, whole, with_reasons));
        }
    }
    return notes;
}

void draw_notes(Svg& svg, Box const& plot, std::vector<std::string> const& notes, bool at_top)
{
    std::vector<std::string> lines;
    for (auto const& note : notes) {
        auto const wrapped = wrap_text(note, plot.width * 0.7, kNoteSize);
        lines.insert(lines.end(), wrapped.begin(), wrapped.end());
    }
    double const first_of_bottom = plot.bottom() - 10 - kNoteLine * (static_cast<double>(lines.size()) - 1);
    double y = at_top ? plot.y + 18 : first_of_bottom;
    for (auto const& line : lines) {
        svg.text({plot.right() - 8, y}, line, {Anchor::end, kNoteSize, kWarningColour});
        y += kNoteLine;
    }
}

void draw_panel(Svg& svg, Box const& room, DrawnPanel const& drawn, Range const& values,
                CurveSpec const& spec)
{
    Box const plot{room.x + 56, room.y + 44, room.width - 76, room.height - 96};
    auto const sizes = asked_sizes(*drawn.panel);
    auto const x = size_scale(sizes.low, sizes.high, plot.x, plot.right());
    auto const y = value_scale(spec, values, plot);

    svg.begin_group("panel");
    draw_panel_title(svg, plot, *drawn.panel);
    draw_axes(svg, plot, x, y, "message size (B, binary units)", spec.y_title);
    for (auto const& curve : drawn.curves) draw_band(svg, curve, x, y);
    if (!drawn.bound.empty()) svg.polyline(pixels(drawn.bound, x, y), kBoundStroke, "bound");
    for (auto const& curve : drawn.curves) {
        if (!curve.points.empty()) draw_curve(svg, curve, x, y);
    }
    draw_notes(svg, plot, notes_of(*drawn.panel, !spec.falling), spec.falling);
    svg.end_group();
}

}  // namespace

std::string curves_svg(Results const& results, CurveSpec const& spec)
{
    auto const all = panels_of(results);
    auto const panels = with_curves(all);
    FigureLayout layout;
    layout.title = spec.title;
    layout.panels = panels.size();
    layout.columns = panel_columns(panels);
    layout.panel_width = layout.columns == 1 ? 640 : 420;
    layout.panel_height = layout.columns == 1 ? 420 : 330;
    auto const labels = interconnects_of(results);
    for (std::size_t i = 0; i < labels.size(); ++i)
        layout.legend.push_back({labels[i], curve_stroke(i), false, Mark::dot});
    if (spec.bound) layout.legend.push_back({spec.bound_label, kBoundStroke, false, Mark::none});
    layout.footer = source_footer(results, spec.dataset);
    if (panels.size() < all.size())
        layout.footer.insert(
            layout.footer.begin(),
            std::to_string(all.size() - panels.size()) +
                " fabrics and collectives of one size each are left out: no curve; /entry/sweep has them.");
    if (!spec.footnote.empty()) layout.footer.insert(layout.footer.begin(), spec.footnote);
    Figure figure{std::move(layout)};
    auto const drawn = drawn_panels(panels, spec);
    auto const values = value_range(drawn);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        draw_panel(figure.svg(), figure.panel(i), drawn[i], values, spec);
    }
    return figure.finish();
}

}  // namespace copperwall

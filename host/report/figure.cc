#include "host/report/figure.h"

#include <array>
#include <cmath>
#include <utility>

namespace copperwall {
namespace {

constexpr double kMargin = 16;
constexpr double kTitleSize = 16;
constexpr double kLegendSize = 12;
constexpr double kLegendLine = 20;
constexpr double kSwatch = 30;
constexpr double kFooterSize = 10.5;
constexpr double kFooterLine = 15;
constexpr double kTickSize = 11;

double legend_entry_width(LegendEntry const& entry)
{
    return kSwatch + 6 + text_width(entry.label, kLegendSize) + 18;
}

void draw_swatch(Svg& svg, Point at, LegendEntry const& entry)
{
    if (entry.filled) {
        svg.rect({at.x + 8, at.y - 10, 14, 12}, entry.stroke.colour);
        return;
    }
    if (entry.stroke.width > 0) svg.line({at.x, at.y - 4}, {at.x + kSwatch, at.y - 4}, entry.stroke);
    draw_mark(svg, {at.x + kSwatch / 2, at.y - 4}, entry.mark, entry.stroke.colour, {});
}

}  // namespace

Stroke curve_stroke(std::size_t index)
{
    constexpr std::array<char const*, 7> kColours = {"#d55e00", "#0072b2", "#009e73", "#cc79a7",
                                                     "#e69f00", "#56b4e9", "#000000"};
    constexpr std::array<char const*, 5> kDashes = {"", "8 4", "2 3", "10 3 2 3", "5 2"};
    // Curves that coincide stay visible: the earlier one is wider and lies below.
    double const width = index < 3 ? 3.6 - 0.8 * static_cast<double>(index) : 1.6;
    return {kColours[index % kColours.size()], width, kDashes[index % kDashes.size()]};
}

void draw_mark(Svg& svg, Point at, Mark mark, std::string const& colour, std::string const& hover)
{
    switch (mark) {
        case Mark::none:
            return;
        case Mark::dot:
            return svg.circle(at, 3, colour, hover);
        case Mark::hollow:
            return svg.circle(at, 3.4, "#ffffff", hover, Stroke{colour, 1.5, {}});
        case Mark::cross:
            return svg.cross(at, 4, {colour, 2, {}}, hover);
        case Mark::diamond:
            return svg.diamond(at, 5, colour, hover);
    }
}

std::string text_on(std::string const& fill)
{
    auto const channel = [&](std::size_t at) { return std::stoi(fill.substr(at, 2), nullptr, 16); };
    double const luma = 0.299 * channel(1) + 0.587 * channel(3) + 0.114 * channel(5);
    return luma > 140 ? "#111111" : "#ffffff";
}

Figure::Figure(FigureLayout layout) : layout_(std::move(layout))
{
    svg_.text({kMargin, kMargin + kTitleSize}, layout_.title, {Anchor::start, kTitleSize, kInkColour, true});
    draw_legend();
}

double Figure::width() const
{
    return 2 * kMargin + static_cast<double>(layout_.columns) * layout_.panel_width;
}

void Figure::draw_legend()
{
    Point at{kMargin, kMargin + kTitleSize + 26};
    for (auto const& entry : layout_.legend) {
        double const entry_width = legend_entry_width(entry);
        if (at.x > kMargin && at.x + entry_width > width() - kMargin) at = {kMargin, at.y + kLegendLine};
        draw_swatch(svg_, at, entry);
        svg_.text({at.x + kSwatch + 6, at.y}, entry.label, {Anchor::start, kLegendSize});
        at.x += entry_width;
    }
    top_ = at.y + 12;
}

Box Figure::panel(std::size_t i) const
{
    auto const column = static_cast<double>(i % layout_.columns);
    std::size_t const row = i / layout_.columns;
    return {kMargin + column * layout_.panel_width, top_of_row(row), layout_.panel_width, height_of_row(row)};
}

double Figure::height_of_row(std::size_t row) const
{
    return layout_.row_heights.empty() ? layout_.panel_height : layout_.row_heights.at(row);
}

double Figure::top_of_row(std::size_t row) const
{
    double top = top_;
    for (std::size_t above = 0; above != row; ++above) top += height_of_row(above);
    return top;
}

std::string Figure::finish()
{
    double y = top_of_row((layout_.panels + layout_.columns - 1) / layout_.columns) + 18;
    for (auto const& note : layout_.footer) {
        for (auto const& line : wrap_text(note, width() - 2 * kMargin, kFooterSize)) {
            svg_.text({kMargin, y}, line, {Anchor::start, kFooterSize, kFaintInkColour});
            y += kFooterLine;
        }
    }
    return svg_.finish(width(), y + 4, layout_.title);
}

void draw_panel_title(Svg& svg, Box const& plot, Panel const& panel)
{
    svg.text({plot.x, plot.y - 24}, panel.title, {Anchor::start, 13, kInkColour, true});
    svg.text({plot.x, plot.y - 9}, panel.subtitle, {Anchor::start, 11, kFaintInkColour});
}

void draw_axes(Svg& svg, Box const& plot, Scale const& x, Scale const& y, std::string const& x_title,
               std::string const& y_title)
{
    for (auto const& tick : x.ticks) {
        double const at = x.at(tick.value);
        if (!tick.label.empty()) svg.line({at, plot.y}, {at, plot.bottom()}, {kGridColour, 1});
        double const length = tick.label.empty() ? 3 : 6;
        svg.line({at, plot.bottom()}, {at, plot.bottom() + length}, {kInkColour, 1});
        if (tick.label.empty()) continue;
        svg.text({at, plot.bottom() + 19}, tick.label, {Anchor::middle, kTickSize});
    }
    for (auto const& tick : y.ticks) {
        double const at = y.at(tick.value);
        if (!tick.label.empty()) svg.line({plot.x, at}, {plot.right(), at}, {kGridColour, 1});
        double const length = tick.label.empty() ? 3 : 6;
        svg.line({plot.x - length, at}, {plot.x, at}, {kInkColour, 1});
        if (tick.label.empty()) continue;
        svg.text({plot.x - 9, at + 4}, tick.label, {Anchor::end, kTickSize});
    }
    svg.rect(plot, "none", {}, Stroke{kInkColour, 1});
    svg.text({plot.x + plot.width / 2, plot.bottom() + 37}, x_title, {Anchor::middle, 12});
    svg.text({plot.x - 46, plot.y + plot.height / 2}, y_title, {Anchor::middle, 12, kInkColour, false, true});
}

std::vector<std::string> source_footer(Results const& results, std::string const& dataset,
                                       std::string const& origin)
{
    std::string inputs;
    for (auto const& [path, text] : results.files) inputs += (inputs.empty() ? "" : ", ") + path;
    std::vector<std::string> footer{origin + " Data: " + dataset + " in the HDF5 file of this " +
                                    results.kind + "."};
    if (!inputs.empty()) footer.push_back("Inputs, stored whole in that file: " + inputs + ".");
    return footer;
}

}  // namespace copperwall

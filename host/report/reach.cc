#include "host/report/reach.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "host/report/figure.h"
#include "host/report/scale.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr std::array<char const*, 3> kCableHosts = {"front_panel", "spine", "co_packaged_copper"};
constexpr std::size_t kMostHistograms = 6;
constexpr std::size_t kBins = 40;
constexpr std::size_t kMostLengths = 4;  //!< dashed lines of longest links
constexpr double kNoteSize = 10;
constexpr double kLengthLabel = 76;    //!< room right of a panel
constexpr std::size_t kBandEvery = 2;  //!< conductors; more bands than that hide each other
constexpr char const* kAllLinksColour = "#c9d7e3";
constexpr char const* kElectricalColour = "#d55e00";
Stroke const kLengthStroke{"#555555", 1.2, "6 3"};

//! A row a lane rate.
struct ReachLine {
    std::string conductor;
    std::size_t index = 0;
    std::vector<ReachRow const*> rows;
};

struct ReachPanel {
    std::string host, modulation;
    std::vector<ReachLine> lines;
};

std::vector<std::string> distinct(std::vector<ReachRow> const& rows, std::string ReachRow::*name)
{
    std::vector<std::string> names;
    for (auto const& row : rows)
        if (std::find(names.begin(), names.end(), row.*name) == names.end()) names.push_back(row.*name);
    return names;
}

//! The hosts of a cable where the table has them, else all.
std::vector<std::string> drawn_hosts(std::vector<ReachRow> const& rows)
{
    auto const all = distinct(rows, &ReachRow::host);
    std::vector<std::string> hosts;
    for (auto const* host : kCableHosts)
        if (std::find(all.begin(), all.end(), host) != all.end()) hosts.emplace_back(host);
    return hosts.empty() ? all : hosts;
}

//! A conductor that is a host too (board) is no cable.
std::vector<std::string> drawn_conductors(std::vector<ReachRow> const& rows)
{
    auto names = distinct(rows, &ReachRow::conductor);
    auto const hosts = distinct(rows, &ReachRow::host);
    std::erase_if(names, [&](std::string const& name) {
        return std::find(hosts.begin(), hosts.end(), name) != hosts.end();
    });
    return names;
}

std::vector<ReachPanel> panels_of_reach(std::vector<ReachRow> const& rows)
{
    auto const conductors = drawn_conductors(rows);
    std::vector<ReachPanel> panels;
    for (auto const& modulation : distinct(rows, &ReachRow::modulation))
        for (auto const& host : drawn_hosts(rows)) {
            panels.push_back({host, modulation, {}});
            for (std::size_t i = 0; i < conductors.size(); ++i) {
                ReachLine line{conductors[i], i, {}};
                for (auto const& row : rows)
                    if (row.host == host && row.modulation == modulation && row.conductor == conductors[i])
                        line.rows.push_back(&row);
                if (!line.rows.empty()) panels.back().lines.push_back(std::move(line));
            }
        }
    return panels;
}

double highest(std::vector<ReachPanel> const& panels)
{
    double high = 0;
    for (auto const& panel : panels)
        for (auto const& line : panel.lines)
            for (auto const* row : line.rows) high = std::max(high, row->high_m);
    return high;
}

std::vector<double> lane_rates(std::vector<ReachRow> const& rows)
{
    std::set<double> rates;
    for (auto const& row : rows) rates.insert(row.lane_rate_Gbps);
    return {rates.begin(), rates.end()};
}

Box plot_in(Box const& room)
{
    return {room.x + 56, room.y + 30, room.width - 56 - kLengthLabel, room.height - 82};
}

void draw_title(Svg& svg, Box const& plot, std::string const& title)
{
    svg.text({plot.x, plot.y - 9}, title, {Anchor::start, 13, kInkColour, true});
}

//! What all panels share: rates, heights, and the lengths that links have.
struct Shared {
    std::vector<double> rates;
    double top_m = 0;
    std::vector<LongestLink> longest;
};

class ReachPicture {
public:
    ReachPicture(Svg& svg, Box const& room, Shared const& shared)
        : svg_(svg),
          plot_(plot_in(room)),
          shared_(shared),
          y_(root_scale(shared.top_m, plot_.bottom(), plot_.y))
    {
    }

    void draw(ReachPanel const& panel)
    {
        auto const x = marked_scale(shared_.rates, plot_.x, plot_.right());
        svg_.begin_group("panel");
        draw_title(svg_, plot_, panel.host + ", " + panel.modulation);
        draw_axes(svg_, plot_, x, y_, "lane rate (Gb/s)", "reach (m)");
        draw_longest();
        for (std::size_t i = 0; i < panel.lines.size(); i += kBandEvery) draw_band(panel.lines[i], x);
        for (auto const& line : panel.lines) draw_line(panel, line, x);
        svg_.end_group();
    }

    void draw(LengthHistogram const& histogram)
    {
        double most = 0;
        for (double const links : histogram.all) most = std::max(most, links);
        auto const x = linear_scale(most, plot_.x, plot_.right());
        svg_.begin_group("histogram");
        draw_title(svg_, plot_, histogram.fabric + ", world size " + std::to_string(histogram.world_size));
        draw_axes(svg_, plot_, x, y_, "directed links per gpu (1)", "length (m)");
        draw_bins(histogram, histogram.all, x, kAllLinksColour, "all links");
        draw_bins(histogram, histogram.electrical, x, kElectricalColour, "electrical");
        if (histogram.beyond > 0)
            svg_.text({plot_.right() - 6, plot_.y + 14},
                      short_number(histogram.beyond) + " per gpu are longer, up to " +
                          short_number(histogram.longest_m) + " m",
                      {Anchor::end, kNoteSize, kWarningColour});
        svg_.end_group();
    }

private:
    void draw_longest()
    {
        double last = plot_.bottom() + kNoteSize;
        for (auto const& link : shared_.longest) {
            double const y = y_.at(link.length_m);
            svg_.line({plot_.x, y}, {plot_.right(), y}, kLengthStroke);
            if (last - y < kNoteSize) continue;
            last = y;
            svg_.text({plot_.right() + 4, y + 4}, link.tier + " " + short_number(link.length_m) + " m",
                      {Anchor::start, kNoteSize, kFaintInkColour});
        }
    }

    void draw_band(ReachLine const& line, Scale const& x)
    {
        std::vector<Point> outline;
        for (auto const* row : line.rows) outline.push_back({x.at(row->lane_rate_Gbps), y_.at(row->high_m)});
        for (auto row = line.rows.rbegin(); row != line.rows.rend(); ++row)
            outline.push_back({x.at((*row)->lane_rate_Gbps), y_.at((*row)->low_m)});
        svg_.polygon(outline, curve_stroke(line.index).colour, 0.1);
    }

    void draw_line(ReachPanel const& panel, ReachLine const& line, Scale const& x)
    {
        auto const stroke = curve_stroke(line.index);
        std::vector<Point> points;
        for (auto const* row : line.rows)
            points.push_back({x.at(row->lane_rate_Gbps), y_.at(row->typical_m)});
        svg_.polyline(points, stroke, "curve");
        for (std::size_t i = 0; i < points.size(); ++i) {
            auto const& row = *line.rows[i];
            draw_mark(svg_, points[i], Mark::dot, stroke.colour,
                      line.conductor + ", " + panel.host + ", " + panel.modulation + ", " +
                          short_number(row.lane_rate_Gbps) + " Gb/s: " + short_number(row.typical_m) +
                          " m (" + short_number(row.low_m) + " to " + short_number(row.high_m) + ")");
        }
    }

    void draw_bins(LengthHistogram const& histogram, std::vector<double> const& bins, Scale const& x,
                   char const* colour, std::string const& what)
    {
        for (std::size_t i = 0; i < bins.size(); ++i) {
            if (!(bins[i] > 0)) continue;
            double const from = static_cast<double>(i) * histogram.bin_m;
            double const top = y_.at(from + histogram.bin_m);
            svg_.rect({plot_.x, top, x.at(bins[i]) - plot_.x, y_.at(from) - top}, colour,
                      what + ", " + short_number(from) + " to " + short_number(from + histogram.bin_m) +
                          " m: " + short_number(bins[i]) + " per gpu");
        }
    }

    Svg& svg_;
    Box plot_;
    Shared const& shared_;
    Scale y_;
};

std::vector<LegendEntry> legend_of(Results const& results, Shared const& shared, bool histograms)
{
    std::vector<LegendEntry> legend;
    auto const conductors = drawn_conductors(results.reach);
    for (std::size_t i = 0; i < conductors.size(); ++i)
        legend.push_back({conductors[i], curve_stroke(i), false, Mark::dot});
    if (!shared.longest.empty())
        legend.push_back({"longest electrical link of a tier", kLengthStroke, false, Mark::none});
    if (!histograms) return legend;
    legend.push_back({"electrical links", {kElectricalColour, 1, {}}, true, Mark::none});
    legend.push_back({"all links", {kAllLinksColour, 1, {}}, true, Mark::none});
    return legend;
}

std::vector<std::string> footer_of(Results const& results, std::size_t left_out)
{
    std::string bands;
    auto const conductors = drawn_conductors(results.reach);
    for (std::size_t i = 0; i < conductors.size(); i += kBandEvery)
        bands += (i == 0 ? "" : ", ") + conductors[i];
    std::vector<std::string> footer{
        "A link closes where its length lies under the line of its conductor. Bands (of " + bands +
        "): every loss at the end that shortens the reach, at the end that lengthens it. Lengths: of the "
        "interconnect with most electrical links of each fabric. Metres grow by the square root."};
    if (left_out != 0) footer.push_back(std::to_string(left_out) + " further fabrics are in the file.");
    auto const source =
        source_footer(results,
                      "/entry/reach (all hosts, conductors and modulations), "
                      "/entry/topology/*/links/length, /entry/topology/*/link_classes/longest",
                      "Computed from the loss budget of a lane, nothing simulated.");
    footer.insert(footer.end(), source.begin(), source.end());
    return footer;
}

}  // namespace

std::string reach_svg(Results const& results)
{
    if (results.reach.empty()) return {};
    auto const panels = panels_of_reach(results.reach);
    Shared shared{lane_rates(results.reach), linear_scale(highest(panels), 0, 1).high, {}};
    for (auto const& link : longest_electrical(results))
        if (link.length_m <= shared.top_m) shared.longest.push_back(link);
    if (shared.longest.size() > kMostLengths)
        shared.longest.erase(shared.longest.begin(), shared.longest.end() - kMostLengths);
    auto histograms = length_histograms(results, shared.top_m, kBins);
    std::size_t const left_out = histograms.size() - std::min(histograms.size(), kMostHistograms);
    histograms.resize(histograms.size() - left_out);
    FigureLayout layout;
    layout.title = "Reach of copper against lane rate, and the lengths of the links";
    layout.legend = legend_of(results, shared, !histograms.empty());
    layout.panels = panels.size() + histograms.size();
    layout.columns = std::min<std::size_t>(3, drawn_hosts(results.reach).size());
    layout.panel_width = 420;
    layout.panel_height = 280;
    layout.footer = footer_of(results, left_out);
    Figure figure{std::move(layout)};
    std::size_t next = 0;
    for (auto const& panel : panels) ReachPicture(figure.svg(), figure.panel(next++), shared).draw(panel);
    for (auto const& h : histograms) ReachPicture(figure.svg(), figure.panel(next++), shared).draw(h);
    return figure.finish();
}

}  // namespace copperwall

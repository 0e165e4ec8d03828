#include "host/report/measured.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "host/report/figure.h"
#include "host/report/scale.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr std::array<char const*, 3> kMeasuredColours = {"#000000", "#d55e00", "#009e73"};
Stroke const kSimulatedStroke{"#0072b2", 2, {}};
constexpr double kLogarithmicFrom = 20;  //!< highest over lowest bus bandwidth

std::string title_of(MeasuredRow const& row)
{
    return row.collective + " over " + std::to_string(row.ranks) + " gpus of " + row.machine;
}

MeasuredPanel& panel_of(std::vector<MeasuredPanel>& panels, MeasuredRow const& row)
{
    auto const title = title_of(row);
    auto const subtitle = "simulated: " + row.simulated_as;
    for (auto& panel : panels)
        if (panel.title == title && panel.subtitle == subtitle) return panel;
    panels.push_back({title, subtitle, {}, INFINITY, 0});
    return panels.back();
}

MeasuredSeries& series_of(MeasuredPanel& panel, std::string const& software)
{
    for (auto& series : panel.series)
        if (series.software == software) return series;
    panel.series.push_back({software, {}});
    return panel.series.back();
}

//! Software by its colour, over the whole picture.
std::vector<std::string> softwares(std::vector<MeasuredPanel> const& panels)
{
    std::vector<std::string> all;
    for (auto const& panel : panels)
        for (auto const& series : panel.series)
            if (std::find(all.begin(), all.end(), series.software) == all.end())
                all.push_back(series.software);
    return all;
}

class MeasuredPicture {
public:
    MeasuredPicture(Svg& svg, Box const& room, MeasuredPanel const& panel,
                    std::vector<std::string> const& all)
        : svg_(svg),
          panel_(panel),
          all_(all),
          plot_{room.x + 62, room.y + 58, room.width - 86, room.height - 112}
    {
        double low = INFINITY, high = 0, first = INFINITY, last = 0;
        for (auto const& series : panel.series)
            for (auto const* row : series.rows) {
                low = std::min({low, row->busbw_GBps, row->simulated_busbw_GBps});
                high = std::max({high, row->busbw_GBps, row->simulated_busbw_GBps});
                first = std::min(first, static_cast<double>(row->bytes));
                last = std::max(last, static_cast<double>(row->bytes));
            }
        x_ = size_scale(first, last, plot_.x + 12, plot_.right() - 12);
        y_ = high > kLogarithmicFrom * low ? decade_scale(low, high, plot_.bottom(), plot_.y)
                                           : linear_scale(high, plot_.bottom(), plot_.y);
    }

    void draw()
    {
        svg_.begin_group("panel");
        svg_.text({plot_.x, plot_.y - 39}, panel_.title, {Anchor::start, 13, kInkColour, true});
        svg_.text({plot_.x, plot_.y - 24}, panel_.subtitle, {Anchor::start, 10, kFaintInkColour});
        svg_.text({plot_.x, plot_.y - 9},
                  "simulated over measured time: " + short_number(panel_.least) + " to " +
                      short_number(panel_.most),
                  {Anchor::start, 10, kFaintInkColour});
        draw_axes(svg_, plot_, x_, y_, "message size", "bus bandwidth (GB/s)");
        draw_simulated();
        for (auto const& series : panel_.series) draw_series(series);
        svg_.end_group();
    }

private:
    Point at(MeasuredRow const& row, double GBps) const
    {
        return {x_.at(static_cast<double>(row.bytes)), y_.at(GBps)};
    }

    void draw_simulated()
    {
        std::map<std::int64_t, MeasuredRow const*> by_size;
        for (auto const& series : panel_.series)
            for (auto const* row : series.rows) by_size[row->bytes] = row;
        std::vector<Point> line;
        for (auto const& [bytes, row] : by_size) line.push_back(at(*row, row->simulated_busbw_GBps));
        svg_.polyline(line, kSimulatedStroke, "curve");
        for (auto const& [bytes, row] : by_size)
            draw_mark(svg_, at(*row, row->simulated_busbw_GBps), Mark::dot, kSimulatedStroke.colour,
                      "simulated, " + size_label(static_cast<double>(bytes)) + ": " +
                          short_number(row->simulated_busbw_GBps) + " GB/s, " +
                          time_label(row->simulated_us));
    }

    void draw_series(MeasuredSeries const& series)
    {
        auto const index =
            static_cast<std::size_t>(std::find(all_.begin(), all_.end(), series.software) - all_.begin());
        for (auto const* row : series.rows)
            draw_mark(
                svg_, at(*row, row->busbw_GBps), Mark::diamond,
                kMeasuredColours[index % kMeasuredColours.size()],
                "measured, " + row->software + ", " + size_label(static_cast<double>(row->bytes)) + ": " +
                    short_number(row->busbw_GBps) + " GB/s, " + time_label(row->time_us) +
                    "; simulated over measured time: " + short_number(row->simulated_us / row->time_us));
    }

    Svg& svg_;
    MeasuredPanel const& panel_;
    std::vector<std::string> const& all_;
    Box plot_;
    Scale x_, y_;
};

std::vector<std::string> footer_of(Results const& results)
{
    std::vector<std::string> footer;
    for (auto const& row : results.measured) {
        if (row.simulated_as.empty() || row.note.empty()) continue;
        auto const note = row.collective + ", " + row.software + ": " + row.note + ".";
        if (std::find(footer.begin(), footer.end(), note) == footer.end()) footer.push_back(note);
    }
    auto const source = source_footer(results, "/entry/measured/busbw, simulated_busbw",
                                      "Measured by those whom the table below names; simulated packet by "
                                      "packet with Copperwall.");
    footer.insert(footer.end(), source.begin(), source.end());
    return footer;
}

}  // namespace

std::vector<MeasuredPanel> measured_panels(Results const& results)
{
    std::vector<MeasuredPanel> panels;
    for (auto const& row : results.measured) {
        if (!(row.simulated_us > 0)) continue;
        auto& panel = panel_of(panels, row);
        series_of(panel, row.software).rows.push_back(&row);
        panel.least = std::min(panel.least, row.simulated_us / row.time_us);
        panel.most = std::max(panel.most, row.simulated_us / row.time_us);
    }
    for (auto& panel : panels)
        for (auto& series : panel.series)
            std::stable_sort(series.rows.begin(), series.rows.end(),
                             [](auto const* a, auto const* b) { return a->bytes < b->bytes; });
    return panels;
}

std::string measured_svg(Results const& results)
{
    auto const panels = measured_panels(results);
    if (panels.empty()) return {};
    auto const all = softwares(panels);
    FigureLayout layout;
    layout.title = "Measured machines and the model of them";
    layout.legend.push_back(
        {"simulated, the same collective on the same machine", kSimulatedStroke, false, Mark::dot});
    for (std::size_t i = 0; i != all.size(); ++i)
        layout.legend.push_back({"measured: " + all[i],
                                 {kMeasuredColours[i % kMeasuredColours.size()], 0, {}},
                                 false,
                                 Mark::diamond});
    layout.panels = panels.size();
    layout.columns = std::min<std::size_t>(panels.size(), 2);
    layout.panel_width = 640;
    layout.panel_height = 360;
    layout.footer = footer_of(results);
    Figure figure{std::move(layout)};
    for (std::size_t i = 0; i != panels.size(); ++i)
        MeasuredPicture(figure.svg(), figure.panel(i), panels[i], all).draw();
    return figure.finish();
}

}  // namespace copperwall

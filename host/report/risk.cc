#include "host/report/risk.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "host/report/figure.h"
#include "host/report/html_table.h"
#include "host/report/panels.h"
#include "host/report/scale.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

//! A quantity as a panel draws it: of one row, at the typical values or at an end of the band.
struct Drawn {
    char const* title;
    char const* y_title;
    RiskFigure figure;
    double (*value)(double figure, RiskRow const& row);
    bool logarithmic;
};

double per_gpu(double usd, RiskRow const& row)
{
    return usd / row.gpus * 1e-3;
}

double lost_percent(double share, RiskRow const&)
{
    return 100 * (1 - share);
}

constexpr double kNoDifference = 1e-9;

constexpr Drawn kDrawn[] = {
    {"Price of links and switches", "kUSD per gpu", kCost, per_gpu, false},
    {"Work lost to links and switches", "% of a year", kGoodput, lost_percent, true},
    {"Work lost to them and to gpus", "% of a year", kGoodputWithGpus, lost_percent, true},
};

struct RiskCurve {
    std::string interconnect;
    std::size_t index = 0;  //!< on the interconnect axis: its colour
    std::vector<RiskRow const*> rows;
};

//! Same fabric file, gpus and setting.
struct RiskGroup {
    std::string title;
    std::vector<RiskCurve> curves;
    std::set<double> world_sizes;
};

std::string title_of(RiskRow const& row)
{
    return row.fabric + ", " + std::to_string(row.gpus) + " gpus" +
           (row.setting.empty() ? "" : ", " + row.setting);
}

RiskCurve& curve_of(RiskGroup& group, RiskRow const& row, std::vector<std::string> const& names)
{
    for (RiskCurve& curve : group.curves)
        if (curve.interconnect == row.interconnect) return curve;
    auto const index = std::find(names.begin(), names.end(), row.interconnect) - names.begin();
    group.curves.push_back({row.interconnect, static_cast<std::size_t>(index), {}});
    return group.curves.back();
}

std::vector<RiskGroup> groups_of(Results const& results)
{
    auto const names = interconnects_of(results);
    std::vector<RiskGroup> groups;
    for (RiskRow const& row : results.risk) {
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](RiskGroup const& g) { return g.title == title_of(row); });
        if (group == groups.end()) group = groups.insert(groups.end(), {title_of(row), {}, {}});
        curve_of(*group, row, names).rows.push_back(&row);
        group->world_sizes.insert(row.world_size);
    }
    std::erase_if(groups, [](RiskGroup const& g) { return g.world_sizes.size() < 2; });
    for (RiskGroup& group : groups)
        for (RiskCurve& curve : group.curves)
            std::stable_sort(curve.rows.begin(), curve.rows.end(),
                             [](auto const* a, auto const* b) { return a->world_size < b->world_size; });
    return groups;
}

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", 100 * share);
    return text;
}

class RiskPicture {
public:
    RiskPicture(Svg& svg, Box const& room, RiskGroup const& group, Drawn const& drawn)
        : svg_(svg),
          group_(group),
          drawn_(drawn),
          plot_{room.x + 62, room.y + 40, room.width - 86, room.height - 92}
    {
        double low = INFINITY, high = 0;
        for (auto const& curve : group.curves)
            for (auto const* row : curve.rows)
                for (double const end : {band(*row).low, band(*row).typical, band(*row).high}) {
                    if (end > 0) low = std::min(low, end);
                    high = std::max(high, end);
                }
        x_ = marked_scale({group.world_sizes.begin(), group.world_sizes.end()}, plot_.x, plot_.right());
        y_ = drawn.logarithmic && low < high ? decade_scale(low, high, plot_.bottom(), plot_.y)
                                             : linear_scale(high, plot_.bottom(), plot_.y);
    }

    void draw()
    {
        svg_.begin_group("panel");
        svg_.text({plot_.x, plot_.y - 24}, drawn_.title, {Anchor::start, 13, kInkColour, true});
        svg_.text({plot_.x, plot_.y - 9}, group_.title, {Anchor::start, 10, kFaintInkColour});
        draw_axes(svg_, plot_, x_, y_, "gpus of a scale-up domain", drawn_.y_title);
        draw_band(group_.curves.front());
        for (auto const& curve : group_.curves) draw_curve(curve);
        svg_.end_group();
    }

private:
    Band band(RiskRow const& row) const
    {
        Band const& b = row.risk.of[drawn_.figure];
        double const low = drawn_.value(b.low, row);
        double const high = drawn_.value(b.high, row);
        return {drawn_.value(b.typical, row), std::min(low, high), std::max(low, high)};
    }

    Point at(RiskRow const& row, double value) const
    {
        return {x_.at(row.world_size), y_.at(std::max(value, y_.low))};
    }

    void draw_band(RiskCurve const& curve)
    {
        std::vector<Point> outline;
        for (auto const* row : curve.rows) outline.push_back(at(*row, band(*row).high));
        for (auto row = curve.rows.rbegin(); row != curve.rows.rend(); ++row)
            outline.push_back(at(**row, band(**row).low));
        svg_.polygon(outline, curve_stroke(curve.index).colour, 0.08);
    }

    void draw_curve(RiskCurve const& curve)
    {
        auto const stroke = curve_stroke(curve.index);
        std::vector<Point> line;
        for (auto const* row : curve.rows) line.push_back(at(*row, band(*row).typical));
        svg_.polyline(line, stroke, "curve");
        for (std::size_t i = 0; i != line.size(); ++i) {
            RiskRow const& row = *curve.rows[i];
            Band const b = band(row);
            draw_mark(svg_, line[i], Mark::dot, stroke.colour,
                      curve.interconnect + ", domains of " + std::to_string(row.world_size) + ": " +
                          short_number(b.typical) + " (" + short_number(b.low) + " to " +
                          short_number(b.high) + ") " + drawn_.y_title);
        }
    }

    Svg& svg_;
    RiskGroup const& group_;
    Drawn const& drawn_;
    Box plot_;
    Scale x_, y_;
};

std::string banded(Band const& band, std::string (*text)(double))
{
    return text(band.typical) + " (" + text(band.low) + " \xE2\x80\xA6 " + text(band.high) + ")";
}

std::string banded_per_gpu(Band const& usd, RiskRow const& row)
{
    return banded({per_gpu(usd.typical, row), per_gpu(usd.low, row), per_gpu(usd.high, row)}, short_number);
}

char const* word(Verdict verdict)
{
    constexpr char const* words[] = {"baseline", "same", "better", "worse", "undecided"};
    return words[static_cast<int>(verdict)];
}

Row row_of(RiskRow const& r)
{
    Row row{{r.fabric, r.interconnect, r.setting},
            {std::to_string(r.world_size), std::to_string(r.gpus), banded_per_gpu(r.risk.of[kCost], r),
             banded(r.risk.of[kFailures], short_number), banded(r.risk.of[kAvailability], percent),
             banded(r.risk.of[kGoodput], percent), banded(r.risk.of[kGoodputWithGpus], percent)}};
    Verdict const verdict = verdict_of(r, kGoodput);
    row.numbers.push_back(r.baseline);
    if (verdict == Verdict::baseline) {
        row.numbers.insert(row.numbers.end(), {"", "", word(verdict), ""});
        return row;
    }
    row.numbers.push_back(banded_per_gpu(r.difference.of[kCost], r));
    row.numbers.push_back(banded(r.difference.of[kGoodput], percent));
    row.numbers.emplace_back(word(verdict));
    row.numbers.push_back(short_number(r.break_even_failures));
    return row;
}

}  // namespace

Verdict verdict_of(RiskRow const& row, RiskFigure figure)
{
    Band const& difference = row.difference.of[figure];
    if (row.interconnect == row.baseline) return Verdict::baseline;
    if (std::max(std::fabs(difference.low), std::fabs(difference.high)) < kNoDifference) return Verdict::same;
    if (difference.low > 0) return Verdict::better;
    return difference.high < 0 ? Verdict::worse : Verdict::undecided;
}

std::string risk_svg(Results const& results)
{
    auto const groups = groups_of(results);
    if (groups.empty()) return {};
    FigureLayout layout;
    layout.title = "What a fabric costs and what its failures take, against the size of a domain";
    std::set<std::size_t> drawn;
    for (auto const& group : groups)
        for (auto const& curve : group.curves)
            if (drawn.insert(curve.index).second)
                layout.legend.push_back({curve.interconnect, curve_stroke(curve.index), false, Mark::dot});
    layout.panels = groups.size() * std::size(kDrawn);
    layout.columns = std::size(kDrawn);
    layout.panel_width = 430;
    layout.panel_height = 330;
    layout.footer = source_footer(
        results, "/entry/risk",
        "Closed forms. The band holds 90 % of the draws of prices, failure rates "
        "and hours of the first interconnect; the table has all. As if all traffic took every "
        "tier: collectives that stay within a domain lose less. Shares are of each fabric's own "
        "rate. Front end and NICs have no price here.");
    Figure figure{std::move(layout)};
    std::size_t next = 0;
    for (auto const& group : groups)
        for (auto const& each : kDrawn) RiskPicture(figure.svg(), figure.panel(next++), group, each).draw();
    return figure.finish();
}

std::string risk_table_html(Results const& results)
{
    if (results.risk.empty()) return {};
    std::string html = "<div class=\"scroll\"><table>\n" +
                       header_row({"fabric", "interconnect", "setting", "world size", "gpus",
                                   "price (kUSD per gpu)", "failures (1/year)", "availability (%)",
                                   "goodput (%)", "with gpus failing (%)", "baseline", "price to it",
                                   "goodput to it (%)", "goodput", "break-even (failures \xC3\x97)"}) +
                       "<tbody>\n";
    for (RiskRow const& row : results.risk) html += row_of(row).html();
    return html + "</tbody></table></div>\n";
}

}  // namespace copperwall

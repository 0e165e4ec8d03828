#include <algorithm>
#include <map>

#include "host/report/curves.h"
#include "host/report/report.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

std::string hover_of(Cell const& cell)
{
    return cell.interconnect + ", " + size_label(static_cast<double>(cell.bytes)) + ": " +
           short_number(cell.busbw_GBps) + " GB/s, " + time_label(cell.time_us) + ", bound by " +
           cell.bound_by + (cell.extrapolated ? ", extrapolated" : "");
}

//! Bus bandwidth is inverse to time, so a time's bus bandwidth follows from the cell's own pair.
double busbw_at(Cell const& cell, double us)
{
    return us > 0 ? cell.busbw_GBps * cell.time_us / us : cell.busbw_GBps;
}

std::vector<CurvePoint> busbw_points(Panel const&, Curve const& curve)
{
    std::vector<CurvePoint> points;
    for (auto const* cell : curve.cells) {
        if (cell->status != CellStatus::done || !(cell->busbw_GBps > 0)) continue;
        points.push_back({static_cast<double>(cell->bytes), cell->busbw_GBps, busbw_at(*cell, cell->high_us),
                          busbw_at(*cell, cell->low_us), hover_of(*cell)});
    }
    return points;
}

//! At each size the highest bus bandwidth that the lower bounds of the panel's interconnects leave.
std::vector<CurvePoint> bound_points(Panel const& panel)
{
    std::map<double, double> best;
    for (auto const& curve : panel.curves) {
        for (auto const* cell : curve.cells) {
            if (cell->status != CellStatus::done || !(cell->lower_bound_us > 0)) continue;
            auto& value = best[static_cast<double>(cell->bytes)];
            value = std::max(value, busbw_at(*cell, cell->lower_bound_us));
        }
    }
    std::vector<CurvePoint> points;
    for (auto const& [bytes, value] : best) points.push_back({bytes, value, value, value, {}});
    return points;
}

double fastest_us(Panel const& panel, double bytes)
{
    double fastest = 0;
    for (auto const& curve : panel.curves) {
        auto const* cell = cell_at(curve, bytes);
        if (cell == nullptr || cell->status != CellStatus::done) continue;
        if (fastest == 0 || cell->time_us < fastest) fastest = cell->time_us;
    }
    return fastest;
}

std::vector<CurvePoint> added_points(Panel const& panel, Curve const& curve)
{
    std::vector<CurvePoint> points;
    for (auto const* cell : curve.cells) {
        if (cell->status != CellStatus::done) continue;
        auto const bytes = static_cast<double>(cell->bytes);
        double const fastest = fastest_us(panel, bytes);
        if (!(fastest > 0)) continue;
        double const per_cent = 100 * (cell->time_us / fastest - 1);
        points.push_back({bytes, per_cent, per_cent, per_cent,
                          cell->interconnect + ", " + size_label(bytes) + ": +" + short_number(per_cent) +
                              " %, " + time_label(cell->time_us)});
    }
    return points;
}

}  // namespace

std::string busbw_svg(Results const& results)
{
    CurveSpec spec;
    spec.title = "Bus bandwidth against message size";
    spec.y_title = "bus bandwidth (GB/s)";
    spec.dataset = "/entry/sweep/busbw, time_low, time_high, lower_bound";
    spec.footnote = "Band: every latency at its low to every latency at its high.";
    spec.points = busbw_points;
    spec.bound = bound_points;
    spec.bound_label = "lower bound of time, as bus bandwidth (no in-network reduction)";
    return curves_svg(results, spec);
}

std::string added_time_svg(Results const& results)
{
    CurveSpec spec;
    spec.title = "Time added over the fastest interconnect";
    spec.y_title = "added time (%)";
    spec.dataset = "/entry/sweep/time";
    spec.logarithmic = false;
    spec.falling = true;
    spec.points = added_points;
    return curves_svg(results, spec);
}

}  // namespace copperwall

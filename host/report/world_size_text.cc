#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "host/report/text.h"
#include "host/report/world_size.h"

namespace copperwall {
namespace {

constexpr int kCellWidth = 17;
constexpr int kReferenceWidth = 12;
constexpr std::size_t kGap = 2;

std::string microseconds(double us)
{
    return std::isfinite(us) ? short_number(us) + " us" : "-";
}

std::string ratio_text(WorldSizePoint const& point)
{
    std::string text = short_number(point.low);
    if (point.high > point.low) text += ".." + short_number(point.high);
    return text + (point.extrapolated ? "~" : " ");
}

std::string cell_text(WorldSizeSeries const& series, double world_size)
{
    for (auto const& point : series.points)
        if (point.world_size == world_size) return ratio_text(point);
    bool const cannot =
        std::find(series.infeasible.begin(), series.infeasible.end(), world_size) != series.infeasible.end();
    return cannot ? "infeasible " : "- ";
}

std::size_t longest_family(std::vector<WorldSizePanel> const& panels)
{
    std::size_t longest = 0;
    for (auto const& panel : panels)
        for (auto const& series : panel.series) longest = std::max(longest, series.family.size());
    return longest;
}

void add_panel(WorldSizePanel const& panel, std::size_t family_width, std::ostream& out)
{
    auto const width = static_cast<int>(family_width + kGap);
    out << '\n' << panel.title << ": " << panel.subtitle << '\n' << std::setw(width) << "";
    out << std::setw(kReferenceWidth) << "at " + std::to_string(kReferenceWorldSize);
    for (double const size : panel.world_sizes)
        out << std::setw(kCellWidth) << std::to_string(std::llround(size)) + " ";
    out << '\n';
    for (auto const& series : panel.series) {
        out << "  " << std::left << std::setw(width - static_cast<int>(kGap)) << series.family << std::right
            << std::setw(kReferenceWidth) << microseconds(series.reference_us);
        for (double const size : panel.world_sizes) out << std::setw(kCellWidth) << cell_text(series, size);
        out << '\n';
    }
}

}  // namespace

std::string world_size_text(Results const& results)
{
    auto const panels = world_size_panels(results);
    if (panels.empty()) return {};
    std::ostringstream out;
    out << "Time by GPUs in a scale-up domain, over that of the same interconnect with "
        << kReferenceWorldSize
        << " of them; of the fastest algorithm.\n"
           "low..high: spines from least to most oversubscribed; ~ extrapolated: no such machine was "
           "measured\n";
    std::size_t const family_width = longest_family(panels);
    for (auto const& panel : panels) add_panel(panel, family_width, out);
    return out.str();
}

}  // namespace copperwall

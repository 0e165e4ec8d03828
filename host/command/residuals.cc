#include "host/command/residuals.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "host/input/csv.h"

namespace copperwall {
namespace {

constexpr double kSmall_B = 64 << 10;
constexpr double kMiddle_B = 64 << 20;

constexpr std::size_t kSourceWidth = 44;
constexpr std::size_t kOfWidth = 14;

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string right(std::string const& text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string percent(double share, char const* format)
{
    char text[40];
    std::snprintf(text, sizeof text, format, 100 * share);
    return text;
}

//! Errors of some rows.
class Errors {
public:
    void add(Residual const& residual)
    {
        if (residual.skipped.empty())
            errors_.push_back(residual.error());
        else
            ++skipped_;
    }

    std::string line(std::string const& source, std::string const& of) const
    {
        std::string text = padded(source, kSourceWidth) + " " + padded(of, kOfWidth) + " ";
        text += right(std::to_string(errors_.size()), 5) + " " + right(std::to_string(skipped_), 7);
        if (errors_.empty()) return text + "\n";
        for (double const share : {median(), mean(true)}) text += right(percent(share, "%.1f"), 8);
        for (double const share : {mean(false), worst()}) text += right(percent(share, "%+.1f"), 8);
        return text + right(percent(within(0.15), "%.0f"), 7) + "\n";
    }

private:
    double median() const
    {
        std::vector<double> sizes;
        for (double const error : errors_) sizes.push_back(std::abs(error));
        std::sort(sizes.begin(), sizes.end());
        return (sizes[(sizes.size() - 1) / 2] + sizes[sizes.size() / 2]) / 2;
    }
    double mean(bool of_sizes) const
    {
        double sum = 0;
        for (double const error : errors_) sum += of_sizes ? std::abs(error) : error;
        return sum / static_cast<double>(errors_.size());
    }
    double worst() const
    {
        return *std::max_element(errors_.begin(), errors_.end(),
                                 [](double a, double b) { return std::abs(a) < std::abs(b); });
    }
    double within(double most) const
    {
        auto const good = std::count_if(errors_.begin(), errors_.end(),
                                        [most](double error) { return std::abs(error) <= most; });
        return static_cast<double>(good) / static_cast<double>(errors_.size());
    }

    std::vector<double> errors_;
    std::size_t skipped_ = 0;
};

char const* const kSizeClasses[] = {"to 64 KiB", "to 64 MiB", "above", "no size told"};

//! Of kSizeClasses.
std::size_t size_class(MeasuredTableRow const& row)
{
    if (!row.message_bytes) return 3;
    if (*row.message_bytes <= kSmall_B) return 0;
    return *row.message_bytes <= kMiddle_B ? 1 : 2;
}

std::string skips_text(std::vector<Residual> const& residuals)
{
    std::map<std::string, std::size_t> reasons;
    for (auto const& residual : residuals)
        if (!residual.skipped.empty()) ++reasons[residual.skipped];
    std::string text = reasons.empty() ? "" : "\nrows not simulated, and why\n";
    for (auto const& [why, rows] : reasons) {
        char count[24];
        std::snprintf(count, sizeof count, "%7zu  ", rows);
        text += count + why + "\n";
    }
    return text;
}

std::string number(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

}  // namespace

std::vector<Residual> residuals_of(MeasuredTable const& table, ValidationWork const& work,
                                   std::vector<Cell> const& cells)
{
    std::vector<Residual> residuals;
    for (std::size_t i = 0; i != table.rows.size(); ++i) {
        RowPlan const& plan = work.rows[i];
        Residual residual{&table.rows[i], plan.scenario, plan.skipped, plan.measured_us, 0};
        if (plan.skipped.empty()) {
            Cell const& cell = cells[plan.job];
            residual.simulated_us = cell.time_us;
            if (cell.status != CellStatus::done) residual.skipped = cell.reason;
        }
        residuals.push_back(std::move(residual));
    }
    return residuals;
}

std::string residuals_text(std::vector<Residual> const& residuals)
{
    std::map<std::pair<std::string, std::string>, Errors> sources;
    std::map<std::size_t, Errors> sizes;
    Errors all;
    for (auto const& residual : residuals) {
        sources[{residual.row->source_id, residual.row->collective}].add(residual);
        sizes[size_class(*residual.row)].add(residual);
        all.add(residual);
    }
    std::string text = padded("source", kSourceWidth) + " " + padded("collective", kOfWidth) +
                       "  rows skipped  median    mean    bias   worst within\n" +
                       padded("", kSourceWidth + kOfWidth + 1) +
                       "                 |e| %   |e| %     e %     e %   15 %\n";
    for (auto const& [of, errors] : sources) text += errors.line(of.first, of.second);
    for (auto const& [size, errors] : sizes) text += errors.line("all, by size", kSizeClasses[size]);
    text += all.line("all", "");
    return text + "e = simulated / measured - 1\n" + skips_text(residuals);
}

std::string residuals_csv(MeasuredTable const& table, std::vector<Residual> const& residuals)
{
    std::string text = table.header + ",scenario,simulated_us,error,skipped_because\n";
    for (auto const& r : residuals) {
        bool const done = r.skipped.empty();
        text += r.row->text + "," + csv_field(r.scenario) + "," + (done ? number(r.simulated_us) : "") + "," +
                (done ? number(r.error()) : "") + "," + csv_field(r.skipped) + "\n";
    }
    return text;
}

}  // namespace copperwall

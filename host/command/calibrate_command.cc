#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/command/library_fit.h"
#include "host/command/library_rows.h"
#include "host/command/library_text.h"
#include "host/results/atomic_file.h"

namespace copperwall {
namespace {

constexpr double kOutlier = 0.1;  //!< errors above weigh by their size, not by its square
constexpr double kTold = 1e-4;    //!< of the cost, that a number must change to be told by the rows

using Rows = std::vector<std::size_t>;

double mean_cost(std::vector<double> const& log_errors, Rows const& rows)
{
    double sum = 0;
    for (std::size_t const row : rows) {
        double const e = log_errors[row] / kOutlier;
        sum += std::sqrt(1 + e * e) - 1;
    }
    return sum / static_cast<double>(rows.size());
}

double mean_error(std::vector<double> const& log_errors, Rows const& rows)
{
    double sum = 0;
    for (std::size_t const row : rows) sum += std::abs(std::expm1(log_errors[row]));
    return sum / static_cast<double>(rows.size());
}

LibrarySpec with(LibrarySpec library, std::vector<FreeNumber> const& numbers,
                 std::vector<double> const& values)
{
    for (std::size_t i = 0; i != numbers.size(); ++i) numbers[i].in(library).value = values[i];
    return library;
}

class Calibration {
public:
    explicit Calibration(LibraryRows& rows) : rows_(rows), numbers_(free_numbers(rows.library()))
    {
        LibrarySpec library = rows.library();
        for (auto const& number : numbers_) {
            Quantity const& quantity = number.in(library);
            was_.push_back(quantity.value);
            low_.push_back(quantity.low);
            high_.push_back(quantity.high);
        }
        all_.resize(rows.size());
        std::iota(all_.begin(), all_.end(), std::size_t{0});
    }

    std::vector<double> fitted(Rows const& of)
    {
        std::vector<double> values = was_;
        descend(values, low_, high_, [&](std::vector<double> const& at) { return cost(at, of); });
        return values;
    }

    std::string text(std::vector<double> const& values)
    {
        std::string text = line("number", "low", "high", "was", "now", "");
        for (std::size_t i = 0; i != numbers_.size(); ++i)
            text += line(numbers_[i].name, figure(low_[i]), figure(high_[i]), figure(was_[i]),
                         figure(values[i]), remark(values, i));
        char errors[300];
        std::snprintf(
            errors, sizeof errors,
            "\n%zu rows, mean |closed form / measured - 1|: %.1f %% before, %.1f %% now; %.1f %% in "
            "series (one source, collective, number of gpus) that the fit to the others never saw\n",
            rows_.size(), 100 * mean_error(errors_of(was_), all_), 100 * mean_error(errors_of(values), all_),
            100 * held_out_error());
        return text + errors;
    }

    Rows const& all() const { return all_; }

    //! The library's own text with other numbers.
    std::string file(std::vector<double> const& values) const
    {
        LibrarySpec library = rows_.library();
        std::vector<std::pair<Place, double>> changes;
        for (std::size_t i = 0; i != numbers_.size(); ++i)
            changes.emplace_back(numbers_[i].in(library).place, values[i]);
        return with_numbers(rows_.library_text(), changes);
    }

private:
    static std::string figure(double value)
    {
        char text[32];
        std::snprintf(text, sizeof text, "%.5g", value);
        return text;
    }

    static std::string line(std::string const& name, std::string const& low, std::string const& high,
                            std::string const& was, std::string const& now, std::string const& remark)
    {
        char text[200];
        std::snprintf(text, sizeof text, "%-32s %9s %9s %9s %9s  %s", name.c_str(), low.c_str(), high.c_str(),
                      was.c_str(), now.c_str(), remark.c_str());
        std::string trimmed = text;
        trimmed.erase(trimmed.find_last_not_of(' ') + 1);
        return trimmed + "\n";
    }

    std::vector<double> errors_of(std::vector<double> const& values)
    {
        return rows_.log_errors(with(rows_.library(), numbers_, values));
    }

    double cost(std::vector<double> const& values, Rows const& of)
    {
        return mean_cost(errors_of(values), of);
    }

    //! A number that may be anything within its range, or that would leave it.
    std::string remark(std::vector<double> values, std::size_t i)
    {
        double const best = cost(values, all_);
        bool const at_end = values[i] == low_[i] || values[i] == high_[i];
        bool told = false;
        for (double const end : {low_[i], high_[i]}) {
            values[i] = end;
            told = told || cost(values, all_) > best * (1 + kTold);
        }
        if (!told) return "no row tells it";
        return at_end ? "at the end of its range" : "";
    }

    //! Each half of the series by a fit to the other.
    double held_out_error()
    {
        Rows halves[2];
        for (std::size_t const row : all_) halves[rows_.series()[row] % 2].push_back(row);
        if (halves[0].empty() || halves[1].empty()) return std::nan("");
        double sum = 0;
        for (int half : {0, 1}) {
            auto const errors = errors_of(fitted(halves[half]));
            sum += mean_error(errors, halves[1 - half]) * static_cast<double>(halves[1 - half].size());
        }
        return sum / static_cast<double>(all_.size());
    }

    LibraryRows& rows_;
    std::vector<FreeNumber> numbers_;
    std::vector<double> was_, low_, high_;
    Rows all_;
};

}  // namespace

int calibrate_command(CalibrateOptions const& options, Terminal const& terminal)
{
    if (!options.output.empty()) prepare_output("-o", options.output);
    ExecutionOptions execution;
    execution.threads = options.threads;
    LibraryRows rows(read_measured_table(options.data), load_validation(options.rules), options.library,
                     threads_of(execution));
    Calibration calibration(rows);
    std::vector<double> const values = calibration.fitted(calibration.all());
    terminal.out << calibration.text(values) << std::flush;
    if (options.output.empty()) return kDone;
    write_whole(options.output, calibration.file(values));
    log(terminal, "wrote " + options.output.string());
    return kDone;
}

}  // namespace copperwall

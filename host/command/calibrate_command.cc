#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/command/interrupt.h"
#include "host/command/library_fit.h"
#include "host/command/library_rows.h"
#include "host/command/library_text.h"
#include "host/results/atomic_file.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

constexpr double kOutlier = 0.1;  //!< errors above weigh by their size, not by its square
constexpr double kTold = 1e-4;    //!< of the cost, that a number must change to be told by the rows

using Rows = std::vector<std::size_t>;

double mean_cost(std::vector<double> const& log_errors)
{
    double sum = 0;
    for (double const error : log_errors) sum += std::sqrt(1 + std::pow(error / kOutlier, 2)) - 1;
    return sum / static_cast<double>(log_errors.size());
}

double mean_error(std::vector<double> const& log_errors)
{
    double sum = 0;
    for (double const error : log_errors) sum += std::abs(std::expm1(error));
    return sum / static_cast<double>(log_errors.size());
}

LibrarySpec with(LibrarySpec library, std::vector<FreeNumber> const& numbers,
                 std::vector<double> const& values)
{
    for (std::size_t i = 0; i != numbers.size(); ++i) numbers[i].in(library).value = values[i];
    return library;
}

class Calibration {
public:
    Calibration(LibraryRows& rows, std::atomic<bool> const& stop)
        : rows_(rows), stop_(stop), numbers_(free_numbers(rows.library()))
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
        Rows const own = own_rows(values);
        text += "\n" + std::to_string(own.size()) + " of " + std::to_string(rows_.size()) +
                " rows run with it, mean |closed form / measured - 1|: " + percent(was_, own) + " before, " +
                percent(values, own) + " now";
        if (auto const held_out = held_out_error(own))
            text +=
                "; " + percent_text(*held_out) +
                " in series (one source, collective, number of gpus) that the fit to the others never saw";
        return text + "\n";
    }

    Rows const& all() const { return all_; }

    //! The library's own text with other numbers.
    std::string file(std::vector<double> const& values, std::filesystem::path const& data) const
    {
        LibrarySpec library = rows_.library();
        std::vector<std::pair<Place, double>> changes;
        for (std::size_t i = 0; i != numbers_.size(); ++i)
            changes.emplace_back(numbers_[i].in(library).place, values[i]);
        return "# Values by copperwall " + std::string(full_version()) + " calibrate from " + data.string() +
               ", " + std::to_string(rows_.size()) +
               " rows; sources below are those of the values before.\n" +
               with_numbers(rows_.library_text(), changes);
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

    static std::string percent_text(double share)
    {
        char text[32];
        std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
        return text;
    }

    std::string percent(std::vector<double> const& values, Rows const& of)
    {
        return percent_text(mean_error(errors_of(values, of)));
    }

    std::vector<double> errors_of(std::vector<double> const& values, Rows const& of)
    {
        if (stop_.load()) throw Interrupted{};
        return rows_.log_errors(with(rows_.library(), numbers_, values), of);
    }

    double cost(std::vector<double> const& values, Rows const& of)
    {
        return mean_cost(errors_of(values, of));
    }

    //! Rows that run with the library and not with another, before or now.
    Rows own_rows(std::vector<double> const& values)
    {
        errors_of(was_, all_);
        std::vector<char> own = rows_.own();
        errors_of(values, all_);
        Rows list;
        for (std::size_t const row : all_)
            if (own[row] != 0 || rows_.own()[row] != 0) list.push_back(row);
        return list;
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

    //! Each half of the series by a fit to the other; nothing where there is only one.
    std::optional<double> held_out_error(Rows const& of)
    {
        Rows halves[2];
        for (std::size_t const row : of) halves[rows_.series()[row] % 2].push_back(row);
        if (halves[0].empty() || halves[1].empty()) return std::nullopt;
        double sum = 0;
        for (int half : {0, 1}) {
            Rows const& unseen = halves[1 - half];
            sum += mean_error(errors_of(fitted(halves[half]), unseen)) * static_cast<double>(unseen.size());
        }
        return sum / static_cast<double>(of.size());
    }

    LibraryRows& rows_;
    std::atomic<bool> const& stop_;
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
    InterruptWatch const interrupt;
    Calibration calibration(rows, interrupt.requested());
    std::vector<double> const values = calibration.fitted(calibration.all());
    terminal.out << calibration.text(values) << std::flush;
    if (options.output.empty()) return kDone;
    write_whole(options.output, calibration.file(values, options.data));
    log(terminal, "wrote " + options.output.string());
    return kDone;
}

}  // namespace copperwall

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "host/command/cell_name.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/input/error.h"
#include "host/input/nccl_log.h"
#include "host/input/size_text.h"
#include "host/results/results.h"

namespace copperwall {
namespace {

//! Cells of one way to run the collective, by size.
using Series = std::map<std::int64_t, Cell const*>;

bool fits(Cell const& cell, NcclLog const& log)
{
    return cell.status == CellStatus::done && cell.op == log.op &&
           (log.ranks == 0 || cell.ranks == log.ranks);
}

std::map<std::string, Series> series_of(Results const& results, NcclLog const& log)
{
    std::map<std::string, Series> all;
    for (std::size_t i = 0; i != results.cells.size(); ++i)
        if (fits(results.cells[i], log))
            all[cell_name(results, i)][results.cells[i].bytes] = &results.cells[i];
    return all;
}

//! Series that have none of the log's sizes say nothing.
void keep_sizes_of(NcclLog const& log, std::map<std::string, Series>& all)
{
    std::erase_if(all, [&](auto const& series) {
        return std::none_of(log.rows.begin(), log.rows.end(),
                            [&](NcclLogRow const& row) { return series.second.contains(row.bytes); });
    });
}

std::string names_in(Results const& results)
{
    std::map<std::string, std::string> sizes;
    for (std::size_t i = 0; i != results.cells.size(); ++i)
        if (results.cells[i].status == CellStatus::done)
            sizes[cell_name(results, i)] += " " + size_text(results.cells[i].bytes);
    std::string text;
    for (auto const& [name, of] : sizes) text += "\n  " + name + ":" + of;
    return text;
}

std::string log_text(NcclLog const& log)
{
    return log.op + (log.ranks == 0 ? "" : " of " + std::to_string(log.ranks) + " ranks") +
           (log.device.empty() ? "" : " on " + log.device) + ", " + std::to_string(log.rows.size()) +
           " sizes";
}

std::string line(NcclLogRow const& row, Cell const& cell, double error)
{
    char text[160];
    std::snprintf(text, sizeof text, "%12lld  %12.2f  %12.2f  %+8.1f  %10.2f  %10.2f\n",
                  static_cast<long long>(row.bytes), row.time_us, cell.time_us, 100 * error, row.busbw_GBps,
                  cell.busbw_GBps);
    return text;
}

std::string series_text(std::string const& name, Series const& series, NcclLog const& log)
{
    std::string text = name + "\n    size (B)   measured us  simulated us   error %  busbw GB/s  simulated\n";
    double sum = 0;
    std::size_t rows = 0;
    for (auto const& row : log.rows) {
        auto const found = series.find(row.bytes);
        if (found == series.end()) continue;
        double const error = found->second->time_us / row.time_us - 1;
        text += line(row, *found->second, error);
        sum += std::abs(error);
        ++rows;
    }
    char mean[120];
    std::snprintf(mean, sizeof mean,
                  "mean |error| %.1f %% over %zu sizes; %zu of the log are not simulated\n",
                  100 * sum / static_cast<double>(rows), rows, log.rows.size() - rows);
    return text + mean;
}

}  // namespace

int compare_command(CompareOptions const& options, Terminal const& terminal)
{
    Results const results = read_hdf5(options.results);
    NcclLog log = read_nccl_log(options.log);
    if (!options.op.empty()) log.op = options.op;
    if (log.op.empty())
        throw InputError(options.log.string() +
                         ": does not say which collective it ran; say so, for example --op all_reduce");
    auto series = series_of(results, log);
    keep_sizes_of(log, series);
    if (series.empty())
        throw InputError(options.results.string() + " holds nothing that is comparable to the log (" +
                         log_text(log) + "); it holds" + names_in(results));
    terminal.out << "log: " << log_text(log) << ", out of place\n";
    for (auto const& [name, cells] : series) terminal.out << '\n' << series_text(name, cells, log);
    return kDone;
}

}  // namespace copperwall

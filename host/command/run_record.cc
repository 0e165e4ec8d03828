// What differs between two runs of the same input: goes to /entry/run only.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <utility>

#include "host/command/execution.h"
#include "host/results/results_memory.h"

namespace copperwall {
namespace {

std::string now()
{
    std::time_t const time = std::time(nullptr);
    std::tm parts = {};
    localtime_r(&time, &parts);
    std::array<char, 40> text = {};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S%z", &parts);
    std::string result = text.data();
    if (result.size() > 5) result.insert(result.size() - 2, ":");
    return result;
}

std::string hostname()
{
    std::array<char, 256> name = {};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

rusage used()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

double cpu_seconds(rusage const& usage)
{
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

std::string backend_text(ExecutionOptions const& options)
{
    if (options.fidelity == Fidelity::bound) return "none, closed forms";
    unsigned const threads = threads_of(options);
    std::string const engine = options.engine == Engine::reference ? ", reference engine" : "";
    if (options.backend == Backend::cuda && options.engine == Engine::windows) return "cuda";
    return "cpu, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads") + engine;
}

//! Fabrics and what is left of all cells; and on top the most of: as many cells as run at once, the largest
//! ones, as far as the limit lets them; writing and naming what the results hold.
std::uint64_t forecast_of(CellList const& list, std::vector<Cell> const& cells,
                          ExecutionOptions const& options)
{
    std::uint64_t held = 0;
    std::uint64_t writing = 0;
    for (auto const& fabric : list.fabrics) held += memory_of(*fabric);
    for (auto const& fabric : list.fabrics) writing = std::max(writing, results_memory(*fabric));
    std::vector<std::uint64_t> running;
    for (auto const& cell : cells) {
        held += sizeof(Cell) + cell.timeline.size() * sizeof(TimelineRow);
        running.push_back(cell.forecast_bytes);
    }
    std::sort(running.rbegin(), running.rend());
    std::size_t const most = std::min<std::size_t>(running.size(), cells_at_once(options));
    auto const end = running.begin() + static_cast<std::ptrdiff_t>(most);
    std::uint64_t together = std::accumulate(running.begin(), end, std::uint64_t{0});
    if (MemoryLimit const limit = memory_limit(options); limit.bytes > held && !running.empty())
        together = std::max(running.front(), std::min(together, limit.bytes - held));
    return held + std::max(together, held + writing);
}

}  // namespace

RunRecord::RunRecord(std::string command_line)
{
    info_.command_line = std::move(command_line);
    info_.hostname = hostname();
    info_.start_time = now();
}

RunInfo RunRecord::finish(CellList const& list, std::vector<Cell> const& cells,
                          ExecutionOptions const& options) const
{
    RunInfo info = info_;
    info.backend = backend_text(options);
    info.end_time = now();
    info.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    info.cpu_s = cpu_seconds(used());
    info.memory_forecast_bytes = forecast_of(list, cells, options);
    info.memory_peak_bytes = memory_.peak_bytes();
    return info;
}

std::string cost_text(RunInfo const& info)
{
    std::array<char, 120> text = {};
    std::snprintf(text.data(), text.size(), "took %.1f s, %.1f CPU s, at most %.0f MiB of memory",
                  info.wall_s, info.cpu_s, static_cast<double>(info.memory_peak_bytes) / (1 << 20));
    return text.data();
}

}  // namespace copperwall

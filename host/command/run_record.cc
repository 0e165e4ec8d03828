// What differs between two runs of the same input: goes to /entry/run only.
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "host/command/execution.h"

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

}  // namespace

RunRecord::RunRecord(std::string command_line, ExecutionOptions const& options)
{
    info_.command_line = std::move(command_line);
    info_.hostname = hostname();
    info_.start_time = now();
    info_.backend = backend_text(options);
}

RunInfo RunRecord::finish() const
{
    RunInfo info = info_;
    info.end_time = now();
    info.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    rusage const usage = used();
    info.cpu_s = cpu_seconds(usage);
    info.peak_memory_bytes = std::int64_t{1024} * usage.ru_maxrss;
    return info;
}

std::string cost_text(RunInfo const& info)
{
    std::array<char, 120> text = {};
    std::snprintf(text.data(), text.size(), "took %.1f s, %.1f CPU s, at most %.0f MiB of memory",
                  info.wall_s, info.cpu_s, static_cast<double>(info.peak_memory_bytes) / (1 << 20));
    return text.data();
}

}  // namespace copperwall

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "cuda/device.h"
#include "cuda/train.h"
#include "host/command/bench_cases.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/command/machine.h"
#include "host/command/measure.h"
#include "host/input/error.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

//! A packet on its own is a train, which is written to the device's memory and read again.
constexpr double kBytesOfHop = 2 * sizeof(Train);

struct Row {
    BenchCase const* bench = nullptr;
    Backend backend = Backend::cpu;
    Measurement windows;
    Measurement heap;

    static double per_second(std::int64_t hops, double seconds)
    {
        return seconds > 0 ? static_cast<double>(hops) / seconds : 0;
    }
    static double rate(Measurement const& m) { return per_second(m.work.hops, m.cpu_s); }
    double ratio() const { return rate(heap) > 0 ? rate(windows) / rate(heap) : 0; }
};

EngineInput small_input()
{
    return bench_cases().front().make(1);
}

void add(Work& work, EngineResult const& result)
{
    work.hops += result.hops;
    work.effective_hops += result.effective_hops;
    work.windows += result.windows;
}

Work run_in_turn(EngineInput const& input, EngineOptions const& options, std::uint32_t copies)
{
    Work work;
    for (std::uint32_t i = 0; i < copies; ++i) add(work, run(input, options));
    return work;
}

//! All at once, as many as the device holds.
Work run_on_device(EngineInput const& input, EngineOptions const& options, std::uint32_t copies)
{
    std::vector<EngineResult> results(copies);
    std::mutex mutex;
    std::exception_ptr error;
    double const before_s = device_use().kernel_s;
    {
        std::vector<std::jthread> threads;
        for (auto& result : results) {
            threads.emplace_back([&] {
                try {
                    result = run(input, options);
                } catch (...) {
                    std::scoped_lock const lock(mutex);
                    error = std::current_exception();
                }
            });
        }
    }
    if (error) std::rethrow_exception(error);
    Work work;
    for (auto const& result : results) add(work, result);
    work.kernel_s = device_use().kernel_s - before_s;
    return work;
}

Measurement measure(BenchCase const& bench, Engine engine, Backend backend)
{
    bool const heap = engine == Engine::reference;
    return measure_in_child([&bench, heap, engine, backend] {
        auto const input = std::make_shared<EngineInput>(bench.make(heap ? bench.heap_amount : bench.amount));
        EngineOptions options;
        options.engine = engine;
        options.backend = heap ? Backend::cpu : backend;
        options.longest_train = bench.longest_train;
        std::uint32_t const copies = heap ? 1 : bench.copies;
        if (options.backend == Backend::cuda) run(small_input(), options);  // what a process does once
        return [input, options, copies] {
            return options.backend == Backend::cuda ? run_on_device(*input, options, copies)
                                                    : run_in_turn(*input, options, copies);
        };
    });
}

nlohmann::ordered_json json(Row const& row)
{
    return {{"case", row.bench->name},
            {"backend", row.backend == Backend::cuda ? "cuda" : "cpu"},
            {"hops", row.windows.work.hops},
            {"effective_hops", row.windows.work.effective_hops},
            {"cpu_s", row.windows.cpu_s},
            {"wall_s", row.windows.wall_s},
            {"hops_per_cpu_s", Row::rate(row.windows)},
            {"windows", row.windows.work.windows},
            {"kernel_s", row.windows.work.kernel_s},
            {"hops_per_kernel_s", Row::per_second(row.windows.work.hops, row.windows.work.kernel_s)},
            {"hops_per_wall_s", Row::per_second(row.windows.work.hops, row.windows.wall_s)},
            {"heap_hops", row.heap.work.hops},
            {"heap_cpu_s", row.heap.cpu_s},
            {"heap_hops_per_cpu_s", Row::rate(row.heap)},
            {"ratio", row.ratio()},
            {"peak_rss_bytes", row.windows.peak_rss_bytes}};
}

void print_json(std::vector<Row> const& rows, Backend backend, std::ostream& out)
{
    nlohmann::ordered_json all;
    all["machine"] = {{"cpu", cpu_model()},
                      {"cores", std::thread::hardware_concurrency()},
                      {"compiler", compiler()},
                      {"version", full_version()}};
    if (backend == Backend::cuda) {
        double const copy_Bps = device_copy_Bps();
        all["machine"]["device"] = device_names().front();
        all["machine"]["device_copy_Bps"] = copy_Bps;
        all["machine"]["hops_per_s_at_copy_rate"] = copy_Bps / kBytesOfHop;
    }
    all["rows"] = nlohmann::ordered_json::array();
    for (auto const& row : rows) all["rows"].push_back(json(row));
    out << all.dump(2) << '\n';
}

void print_heading(std::ostream& out)
{
    out << "# " << cpu_model() << ", " << compiler() << ", copperwall " << version() << ", one core\n"
        << "# a hop is one packet leaving one port; heap: the reference engine on less of the same traffic\n"
        << "# case                   hops   cpu(s)  Mhops/cpu-s  heap Mhops/cpu-s   ratio  peak(MB)\n";
}

//! `most`: hops a second that the memory's copy rate allows.
void print_device_row(Row const& row, double most, std::ostream& out)
{
    Work const& work = row.windows.work;
    double const rate = Row::per_second(work.hops, work.kernel_s);
    char line[160];
    std::snprintf(line, sizeof line, "%-17s %12lld %10.4f %10.4f %15.1f %14.1f %10.2f %9.2f\n",
                  row.bench->name, static_cast<long long>(work.hops), work.kernel_s, row.windows.wall_s,
                  rate / 1e6, Row::per_second(work.hops, row.windows.wall_s) / 1e6,
                  1e6 * work.kernel_s * row.bench->copies / static_cast<double>(work.windows),
                  most > 0 ? 100 * rate / most : 0);
    out << line << std::flush;
}

void print_device_rows(std::vector<Row> const& rows, std::ostream& out)
{
    double const copy_Bps = device_copy_Bps();
    char limit[160];
    std::snprintf(
        limit, sizeof limit,
        "# copying within its memory moves %.2f TB/s; packets one by one move %.0f B a hop at least: "
        "of-copy is the share of %.0f Mhops/s\n",
        copy_Bps / 1e12, kBytesOfHop, copy_Bps / kBytesOfHop / 1e6);
    out << "# " << device_names().front() << ", copperwall " << version() << "\n"
        << "# a hop is one packet leaving one port; kernel: launch to end, without copies and preparation\n"
        << limit
        << "# case                   hops  kernel(s)    wall(s)  Mhops/kernel-s   Mhops/wall-s  us/window "
           "of-copy(%)\n";
    for (auto const& row : rows) print_device_row(row, copy_Bps / kBytesOfHop, out);
}

void print_row(Row const& row, std::ostream& out)
{
    char line[160];
    std::snprintf(line, sizeof line, "%-17s %12lld %8.3f %12.1f %17.2f %7.1f %9.1f\n", row.bench->name,
                  static_cast<long long>(row.windows.work.hops), row.windows.cpu_s,
                  Row::rate(row.windows) / 1e6, Row::rate(row.heap) / 1e6, row.ratio(),
                  static_cast<double>(row.windows.peak_rss_bytes) / 1e6);
    out << line << std::flush;
}

std::vector<BenchCase const*> chosen(std::string const& only, Backend backend)
{
    std::vector<BenchCase const*> cases;
    std::string names;
    for (auto const& bench : bench_cases()) {
        if (only.empty() ? backend == Backend::cuda || !bench.device_only : only == bench.name)
            cases.push_back(&bench);
        names += std::string(names.empty() ? "" : ", ") + bench.name;
    }
    if (cases.empty()) throw InputError("--case: there is no case '" + only + "'; use one of " + names);
    return cases;
}

}  // namespace

int bench_command(BenchOptions const& options, Terminal const& terminal)
{
    bool const device = options.backend == Backend::cuda;
    auto const cases = chosen(options.only, options.backend);
    std::vector<Row> rows;
    if (!options.json && !device) print_heading(terminal.out);
    for (auto const* bench : cases) {
        log(terminal, std::string(bench->name) + ": " + bench->what);
        rows.push_back({bench, options.backend, measure(*bench, Engine::windows, options.backend), {}});
        // The heap runs on a core whatever the backend: its rate stands in the rows of the cpu.
        if (device) continue;
        rows.back().heap = measure(*bench, Engine::reference, Backend::cpu);
        if (!options.json) print_row(rows.back(), terminal.out);
    }
    if (options.json)
        print_json(rows, options.backend, terminal.out);
    else if (device)  // last: a process that has looked at a device cannot fork any more
        print_device_rows(rows, terminal.out);
    return kDone;
}

}  // namespace copperwall

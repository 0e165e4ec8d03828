#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "host/command/bench_cases.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/command/machine.h"
#include "host/command/measure.h"
#include "host/input/error.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

struct Row {
    BenchCase const* bench = nullptr;
    Backend backend = Backend::cpu;
    Measurement windows;
    Measurement heap;

    static double rate(Measurement const& m)
    {
        return static_cast<double>(m.work.hops) / std::max(m.cpu_s, 1e-6);
    }
    double ratio() const { return rate(windows) / rate(heap); }
};

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
        return [input, options, copies] {
            Work work;
            for (std::uint32_t i = 0; i < copies; ++i) {
                EngineResult const result = run(*input, options);
                work.hops += result.hops;
                work.effective_hops += result.effective_hops;
            }
            return work;
        };
    });
}

nlohmann::ordered_json json(Row const& row)
{
    return {
        {"case", row.bench->name},
        {"backend", row.backend == Backend::cuda ? "cuda" : "cpu"},
        {"hops", row.windows.work.hops},
        {"effective_hops", row.windows.work.effective_hops},
        {"cpu_s", row.windows.cpu_s},
        {"wall_s", row.windows.wall_s},
        {"hops_per_cpu_s", Row::rate(row.windows)},
        {"hops_per_wall_s", static_cast<double>(row.windows.work.hops) / std::max(row.windows.wall_s, 1e-6)},
        {"heap_hops", row.heap.work.hops},
        {"heap_cpu_s", row.heap.cpu_s},
        {"heap_hops_per_cpu_s", Row::rate(row.heap)},
        {"ratio", row.ratio()},
        {"peak_rss_bytes", row.windows.peak_rss_bytes}};
}

void print_json(std::vector<Row> const& rows, std::ostream& out)
{
    nlohmann::ordered_json all;
    all["machine"] = {{"cpu", cpu_model()},
                      {"cores", std::thread::hardware_concurrency()},
                      {"compiler", compiler()},
                      {"version", full_version()}};
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

void print_row(Row const& row, std::ostream& out)
{
    char line[160];
    std::snprintf(line, sizeof line, "%-17s %12lld %8.3f %12.1f %17.2f %7.1f %9.1f\n", row.bench->name,
                  static_cast<long long>(row.windows.work.hops), row.windows.cpu_s,
                  Row::rate(row.windows) / 1e6, Row::rate(row.heap) / 1e6, row.ratio(),
                  static_cast<double>(row.windows.peak_rss_bytes) / 1e6);
    out << line << std::flush;
}

std::vector<BenchCase const*> chosen(std::string const& only)
{
    std::vector<BenchCase const*> cases;
    std::string names;
    for (auto const& bench : bench_cases()) {
        if (only.empty() || only == bench.name) cases.push_back(&bench);
        names += std::string(names.empty() ? "" : ", ") + bench.name;
    }
    if (cases.empty()) throw InputError("--case: there is no case '" + only + "'; use one of " + names);
    return cases;
}

}  // namespace

int bench_command(BenchOptions const& options, Terminal const& terminal)
{
    auto const cases = chosen(options.only);
    std::vector<Row> rows;
    if (!options.json) print_heading(terminal.out);
    for (auto const* bench : cases) {
        log(terminal, std::string(bench->name) + ": " + bench->what);
        rows.push_back({bench, options.backend, measure(*bench, Engine::windows, options.backend),
                        measure(*bench, Engine::reference, Backend::cpu)});
        if (!options.json) print_row(rows.back(), terminal.out);
    }
    if (options.json) print_json(rows, terminal.out);
    return kDone;
}

}  // namespace copperwall

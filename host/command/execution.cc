#include "host/command/execution.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <system_error>
#include <thread>

#include "cuda/device.h"
#include "host/account/blank_cell.h"
#include "host/command/backend_choice.h"
#include "host/command/exit_code.h"
#include "host/command/progress.h"
#include "host/command/unfinished_list.h"
#include "host/input/error.h"
#include "host/input/size_text.h"
#include "host/report/panels.h"
#include "host/results/reach_table.h"
#include "host/results/risk_table.h"
#include "host/results/topology_hash.h"
#include "host/schedule/registry.h"

namespace copperwall {
namespace {

constexpr std::size_t kMostFailuresShown = 20;

//! Side by side on a device: their threads do nothing but wait, and prepare the next ones meanwhile.
constexpr unsigned kDeviceCells = 64;

std::string name_of(Cell const& cell)
{
    return cell.fabric + " " + cell.interconnect + " " + cell.op + " " + cell.algorithm + " " + cell.library +
           " " + size_text(cell.bytes);
}

std::uint64_t mask(std::vector<unsigned> const& devices)
{
    std::uint64_t bits = 0;
    for (unsigned const device : devices) bits |= std::uint64_t{1} << device;
    return bits;
}

//! Roughly, on one core: to plan, wire and check a cell, and to move its packets.
double expected_s(CellJob const& job)
{
    constexpr double kCell_s = 0.5;
    constexpr double kHopsPerS = 1e7;
    return kCell_s + (job.expected == nullptr ? 0 : job.expected->hops / kHopsPerS);
}

std::size_t count(std::vector<Cell> const& cells, CellStatus status)
{
    return static_cast<std::size_t>(std::count_if(
        cells.begin(), cells.end(), [status](Cell const& cell) { return cell.status == status; }));
}

//! Of libraries of which a cell used fewer NICs than there are.
std::set<std::string> nic_notes(std::vector<CellJob> const& jobs, std::vector<Cell> const& cells)
{
    std::set<std::string> notes;
    for (std::size_t i = 0; i != cells.size(); ++i) {
        Fabric const& fabric = *jobs[i].fabric;
        auto const& nics = jobs[i].scenario->library.nics_per_domain;
        Algorithm const* const ran = find_algorithm(cells[i].op, cells[i].ran);
        bool const one_domain = fabric.domain_gpus == fabric.network.gpus;
        if (one_domain || !nics || nics->value >= fabric.domain_gpus || ran == nullptr ||
            !uses_few_nics(*ran))
            continue;
        std::ostringstream text;
        text << ran->name << " of " << cells[i].library << " uses " << nics->value << " (" << nics->low
             << " to " << nics->high << ") NICs of a domain: " << nics->source;
        notes.insert(text.str());
    }
    return notes;
}

}  // namespace

void require_backend(ExecutionOptions const& options)
{
    if (options.backend != Backend::cuda || options.fidelity == Fidelity::bound) return;
    if (auto const why = why_no_device(); !why.empty()) throw InputError(why);
    std::size_t const there = device_names().size();
    for (unsigned const device : options.devices)
        if (device >= there)
            throw InputError("--devices: there is no device " + std::to_string(device) +
                             "; see copperwall list devices");
}

ExecutionOptions with_backend(ExecutionOptions options, CellList const& list, Terminal const& terminal)
{
    auto const choice =
        choose_backend(options, list.expected, list.jobs.size(), threads_of(options), no_device_reason());
    options.backend = choice.backend;
    if (!choice.why.empty() && built_with_cuda())
        log(terminal, std::string("backend: ") + (choice.backend == Backend::cuda ? "cuda" : "cpu") + ", " +
                          choice.why);
    return options;
}

unsigned cells_at_once(ExecutionOptions const& options)
{
    unsigned const threads = threads_of(options);
    return options.backend == Backend::cuda ? std::max(threads, kDeviceCells) : threads;
}

unsigned threads_of(ExecutionOptions const& options)
{
    return options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

unsigned threads_of_each(ExecutionOptions const& options, std::size_t cells)
{
    unsigned const threads = threads_of(options);
    return threads / static_cast<unsigned>(std::clamp<std::size_t>(cells, 1, threads));
}

MemoryLimit memory_limit(ExecutionOptions const& options)
{
    if (options.memory_bytes) return {*options.memory_bytes, "what --memory allows"};
    return {free_memory() / 5 * 4, "80 % of what this machine has free"};
}

std::vector<Cell> run_with_progress(std::vector<CellJob> jobs, ExecutionOptions const& options,
                                    Terminal const& terminal, std::atomic<bool> const& stop,
                                    CellSink const& sink)
{
    double work_s = 0;
    for (auto& job : jobs) {
        job.options.threads = threads_of_each(options, jobs.size());
        job.options.backend = options.backend;
        job.options.devices = mask(options.devices);
        work_s += expected_s(job);
    }
    Progress progress(terminal, jobs.size(), work_s, "cells");
    auto const done = [&](std::size_t job, Cell const& cell) {
        if (sink) sink(job, cell);
        progress.advance(expected_s(jobs[job]));
    };
    return run_cells(jobs, cells_at_once(options), &stop, done, memory_limit(options));
}

std::size_t unfinished(std::vector<Cell> const& cells)
{
    return count(cells, CellStatus::not_run);
}

bool in_rounds(Cell const& cell)
{
    Algorithm const* const ran = find_algorithm(cell.op, cell.ran);
    return ran != nullptr && ran->units;
}

//! Of the cells that are done: a fabric that cannot be has no price.
std::vector<RiskRow> risks_of(Results const& results, CellList const& list, Cube const& cube)
{
    std::vector<FabricAsked> asked;
    for (std::size_t i = 0; i != list.jobs.size(); ++i) {
        Cell const& cell = results.cells[cube.positions[i]];
        if (cell.status != CellStatus::done) continue;
        CellJob const& job = list.jobs[i];
        asked.push_back({cell.interconnect, further_settings(results, cube.positions[i]), job.fabric.get(),
                         job.scenario->simulation.seed});
    }
    return risk_table(asked);
}

Results assemble(CellList const& list, Cube const& cube, std::vector<Cell> const& cells,
                 ExecutionOptions const& options, RunInfo run)
{
    Results results;
    results.title = list.title;
    results.kind = list.kind;
    results.axes = cube.axes;
    auto const& first = list.jobs.front();
    results.cells = holes(cube, blank_cell(*first.scenario, *first.fabric, first.collective, first.bytes));
    std::map<Fabric const*, std::string> topologies;
    for (auto const& fabric : list.fabrics) {
        topologies[fabric.get()] = topology_hash(*fabric);
        results.fabrics.push_back(*fabric);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        Cell& cell = results.cells[cube.positions[i]] = cells[i];
        cell.topology = topologies.at(list.jobs[i].fabric.get());
    }
    if (options.fidelity == Fidelity::bound)
        results.notes.push_back("times are closed forms (--fidelity bound): nothing was simulated");
    bool const laws =
        std::any_of(cells.begin(), cells.end(), [](Cell const& c) { return c.protocol == "law"; });
    if (laws)
        results.notes.push_back(
            "times of algorithm in_network are a law with measured rates: switches reduce, nothing was "
            "simulated; "
            "their bound is that of such switches");
    bool const rounds = std::any_of(cells.begin(), cells.end(), in_rounds);
    if (rounds)
        results.notes.push_back(
            "switch_reduce and switch_copy run in rounds, 'chunks' of them, each whole before switches send "
            "it on: about 2 / chunks of the time; all-reduce and reduce-scatter hold two rounds open in the "
            "switches; their bound is that of such switches; pJ/bit counts bits that gpus get, fewer than "
            "without such switches: of a reduce-scatter the sums alone");
    for (auto const& note : nic_notes(list.jobs, cells)) results.notes.push_back(note);
    results.risk = risks_of(results, list, cube);
    results.reach = reach_table(first.scenario->channel);
    results.files = list.files;
    results.seed = list.seed;
    results.run = std::move(run);
    if (unfinished(cells) != 0)
        results.status = CellStatus::not_run;
    else if (count(cells, CellStatus::failed) != 0)
        results.status = CellStatus::failed;
    return results;
}

int outcome(std::vector<Cell> const& cells, ExecutionOptions const& options, Terminal const& terminal)
{
    std::size_t failed = 0;
    for (auto const& cell : cells)
        if (cell.status == CellStatus::failed && ++failed <= kMostFailuresShown)
            print_error(terminal, "error: " + name_of(cell) + ": " + cell.reason);
    if (failed > kMostFailuresShown)
        print_error(terminal,
                    "error: and " + std::to_string(failed - kMostFailuresShown) + " more cells failed");
    if (failed != 0) return kScenarioFailed;
    return options.strict && count(cells, CellStatus::infeasible) != 0 ? kInfeasible : kDone;
}

bool deliver(Results const& results, std::filesystem::path const& output, WriteResults write,
             TableFormat format, Terminal const& terminal)
{
    bool written = true;
    try {
        if (!output.empty()) {
            write(output, results);
            log(terminal, "wrote " + output.string());
        }
        list_unfinished(results.cells, output, terminal);
    } catch (std::runtime_error const& error) {
        written = false;
        print_error(terminal, std::string("error: ") + error.what());
    }
    print_table(terminal.out, results, format);
    terminal.out << std::flush;
    return written;
}

void prepare_output(char const* option, std::filesystem::path const& file)
{
    namespace fs = std::filesystem;
    std::string const what = std::string(option) + " " + file.string() + ": ";
    std::error_code error;
    if (fs::is_directory(file, error)) throw InputError(what + "is a folder; name a file in it");
    fs::path const folder = file.has_parent_path() ? file.parent_path() : ".";
    fs::create_directories(folder, error);
    if (error && !fs::is_directory(folder))
        throw InputError(what + "cannot make the folder " + folder.string() + " (" + error.message() +
                         "); choose another place");
    if (access(folder.c_str(), W_OK) != 0)
        throw InputError(what + "the folder " + folder.string() +
                         " cannot be written to; choose another place");
}

}  // namespace copperwall

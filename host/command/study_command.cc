#include <exception>
#include <map>
#include <optional>
#include <sstream>

#include "host/account/blank_cell.h"
#include "host/command/cell_store.h"
#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/command/interrupt.h"
#include "host/command/measured.h"
#include "host/input/size_text.h"
#include "host/results/topology_hash.h"

namespace copperwall {
namespace {

//! Which cells there are already and which this process has to run.
struct Share {
    std::vector<std::optional<Cell>> kept;  //!< of each job
    std::vector<std::size_t> to_run;        //!< jobs
};

bool in_shard(Shard const& shard, std::size_t job)
{
    return job % shard.count == shard.index - 1;
}

//! A failed cell is run again: the machine may have been the reason.
bool usable(std::optional<Cell> const& cell)
{
    return cell && cell->status != CellStatus::failed;
}

Share share_of(CellList const& list, StudyOptions const& options, CellStore& store)
{
    Share share;
    share.kept.resize(list.jobs.size());
    for (std::size_t job = 0; job < list.jobs.size(); ++job) {
        if (options.resume) share.kept[job] = store.load(list.jobs[job]);
        if (in_shard(options.shard, job) && !usable(share.kept[job])) share.to_run.push_back(job);
    }
    return share;
}

int dry_run(CellList const& list, Share const& share, Terminal const& terminal)
{
    terminal.out << "# " << list.jobs.size() << " cells on " << list.fabrics.size() << " fabrics, "
                 << share.to_run.size() << " to run\n"
                 << "# fabric interconnect collective algorithm library gpus size\n";
    for (std::size_t const job : share.to_run) {
        auto const& c = list.coordinates[job];
        terminal.out << c.fabric << ' ' << c.interconnect << ' ' << c.collective << ' ' << c.algorithm << ' '
                     << c.library << ' ' << c.world_size << ' ' << size_text(c.bytes) << '\n';
    }
    return kDone;
}

//! Settings whose whole effect is in the hash of a fabric's topology.
bool shows_in_topology(std::string const& key)
{
    for (char const* shown : {"fabric.file", "fabric.ends", "fabric.fallback", "fabric.domain_gpus",
                              "fabric.domains", "fabric.scale_out", "fabric.oversubscription",
                              "fabric.scale_out_oversubscription", "fabric.lane_rate_Gbps", "fabric.lengths"})
        if (key == shown || key.rfind(std::string(shown) + ".", 0) == 0) return true;
    return false;
}

//! All that decides a cell's figures: labels aside, two cells with the same are one.
std::string physics_of(CellJob const& job, std::map<Fabric const*, std::string>& hashes)
{
    std::string& fabric = hashes[job.fabric.get()];
    if (fabric.empty()) fabric = topology_hash(*job.fabric);
    CollectiveSpec const& c = job.collective;
    SimulationSpec const& s = job.scenario->simulation;
    std::ostringstream text;
    text << fabric << ' ' << c.op << ' ' << c.algorithm << ' ' << c.chunks << ' ' << c.group << ' '
         << c.groups << ' ' << c.experts << ' ' << c.top_k << ' ' << c.token_bytes << ' ' << c.zipf << ' '
         << job.bytes << ' ' << job.scenario->library.name << ' ' << s.packet_bytes << ' ' << s.fold << ' '
         << s.seed;
    for (auto const& [key, value] : job.scenario->settings)
        if (!shows_in_topology(key)) text << ' ' << key << '=' << value;
    return text.str();
}

//! Jobs of which each stands for all with the same physics, and for every job which one that is.
struct Distinct {
    std::vector<CellJob> jobs;
    std::vector<std::size_t> of;  //!< index into `jobs` of each job asked for
};

Distinct distinct(std::vector<CellJob> const& jobs)
{
    Distinct d;
    std::map<Fabric const*, std::string> hashes;
    std::map<std::string, std::size_t> seen;
    for (CellJob const& job : jobs) {
        auto const [at, is_new] = seen.try_emplace(physics_of(job, hashes), d.jobs.size());
        if (is_new) d.jobs.push_back(job);
        d.of.push_back(at->second);
    }
    return d;
}

//! The same figures under the labels of another job.
Cell relabelled(Cell cell, CellJob const& job)
{
    Cell const asked = blank_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
    cell.interconnect = asked.interconnect;
    cell.collective = asked.collective;
    if (cell.status == CellStatus::done) cell.risk = job.fabric->risk;
    return cell;
}

//! Bounds take longer to write than to compute; only shards need those of others.
bool keeps_cells(StudyOptions const& options)
{
    return !options.output.empty() &&
           (options.execution.fidelity != Fidelity::bound || options.shard.count > 1);
}

//! Runs what is to run and keeps each cell as it ends. Throws what kept one from being written, at the end.
std::vector<Cell> run_share(CellList const& list, Share const& share, StudyOptions const& options,
                            CellStore& store, Terminal const& terminal, std::atomic<bool> const& stop)
{
    std::vector<CellJob> jobs;
    for (std::size_t const job : share.to_run) jobs.push_back(list.jobs[job]);
    Distinct const once = distinct(jobs);
    std::exception_ptr unkept;
    auto const keep = [&](std::size_t ran, Cell const& cell) {
        if (!keeps_cells(options) || unkept) return;
        try {
            for (std::size_t i = 0; i != jobs.size(); ++i)
                if (once.of[i] == ran) store.keep(jobs[i], relabelled(cell, jobs[i]));
        } catch (std::exception const&) {
            unkept = std::current_exception();
        }
    };
    auto const ran = run_with_progress(once.jobs, options.execution, terminal, stop, keep);
    if (unkept) std::rethrow_exception(unkept);
    store.flush();
    std::vector<Cell> cells;
    for (std::size_t i = 0; i != jobs.size(); ++i) cells.push_back(relabelled(ran[once.of[i]], jobs[i]));
    return cells;
}

//! A cell that this process did not run: of an earlier run, of another shard, or not there yet.
Cell other_cell(CellList const& list, std::size_t job, Share const& share, StudyOptions const& options,
                CellStore& store)
{
    std::optional<Cell> cell = share.kept[job];
    CellJob const& j = list.jobs[job];
    if (!cell && options.shard.count > 1) cell = store.load(j);
    if (cell) return *cell;
    Cell missing = blank_cell(*j.scenario, *j.fabric, j.collective, j.bytes);
    missing.reason = "in another shard";
    return missing;
}

//! Every cell of the study as far as this process knows it.
std::vector<Cell> all_cells(CellList const& list, Share const& share, std::vector<Cell> const& ran,
                            StudyOptions const& options, CellStore& store)
{
    std::vector<Cell> cells;
    std::size_t next = 0;
    for (std::size_t job = 0; job < list.jobs.size(); ++job) {
        bool const own = next < share.to_run.size() && share.to_run[next] == job;
        cells.push_back(own ? ran[next++] : other_cell(list, job, share, options, store));
    }
    return cells;
}

std::string progress_text(std::vector<Cell> const& cells)
{
    return std::to_string(cells.size() - unfinished(cells)) + " of " + std::to_string(cells.size()) +
           " cells";
}

void say_how_to_resume(std::vector<Cell> const& cells, StudyOptions const& options, CellStore& store,
                       Terminal const& terminal, bool interrupted)
{
    std::string line =
        std::string("error: ") + (interrupted ? "interrupted" : "stopped") + " after " + progress_text(cells);
    if (options.output.empty())
        line += ", nothing is kept without -o; give -o FILE.h5 next time";
    else if (!keeps_cells(options))
        line += ", those are in the file; bounds are computed anew next time";
    else
        line += ", those are kept in " + store.folder().string() + "; go on with: " + options.command_line +
                (options.resume ? "" : " --resume");
    print_error(terminal, line);
}

}  // namespace

int study_command(StudyOptions const& asked, Terminal const& terminal)
{
    RunRecord const record(asked.command_line);
    require_backend(asked.execution);
    CellList list = cells_of_study(asked, terminal);
    for (std::string const& remark : list.remarks) log(terminal, "note: " + remark);
    StudyOptions options = asked;
    if (!options.dry_run) options.execution = with_backend(asked.execution, list, terminal);
    MeasuredWork measured = measured_work(list.measured, options.execution, list.files);
    Cube const cube = lay_out(list.coordinates, list.other_names);
    CellStore store(options.output, options.shard);
    Share const share = share_of(list, options, store);
    if (options.dry_run) return dry_run(list, share, terminal);
    if (!options.output.empty()) prepare_output("-o", options.output);

    InterruptWatch const interrupt;
    auto const ran = run_share(list, share, options, store, terminal, interrupt.requested());
    CellStore now(options.output, options.shard);  // what other shards have kept by this time
    auto const cells = all_cells(list, share, ran, options, now);
    bool const whole = unfinished(cells) == 0;
    std::vector<Cell> models;  // of measured machines
    if (whole) models = run_with_progress(measured.jobs, options.execution, terminal, interrupt.requested());
    measured.put(models);
    bool const interrupted = unfinished(ran) + unfinished(models) != 0;

    Results results =
        assemble(list, cube, cells, options.execution, record.finish(list, ran, options.execution));
    results.measured = measured.rows;
    auto const output = whole || interrupted ? options.output : std::filesystem::path();
    bool const written = deliver(results, output, write_shared, options.format, terminal);
    if (!whole && !interrupted)
        log(terminal, "this shard is done, " + progress_text(cells) +
                          " of the study are there; the last shard to end writes " + options.output.string());
    log(terminal, cost_text(record.finish(list, ran, options.execution)));
    auto judged = options.shard.count == 1 ? cells : ran;
    judged.insert(judged.end(), models.begin(), models.end());
    int const code = outcome(judged, options.execution, terminal);
    if (!interrupted) return written ? code : kScenarioFailed;
    bool const by_user = interrupt.requested();
    say_how_to_resume(cells, options, store, terminal, by_user);
    return by_user ? kInterrupted : kScenarioFailed;
}

}  // namespace copperwall

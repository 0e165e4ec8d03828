#include "host/command/cell_store.h"

#include <random>

#include "host/command/cube.h"
#include "host/input/error.h"
#include "host/results/topology_hash.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

Coordinates coordinates_of(Cell const& cell)
{
    return {cell.fabric, cell.interconnect, cell.op,   cell.algorithm, cell.library,
            {},          cell.world_size,   cell.bytes};
}

//! A cell's file names the link classes of its timeline; nodes and links are in the study's file.
Fabric without_links(Fabric fabric)
{
    fabric.nodes.clear();
    fabric.lengths_m.clear();
    fabric.network.links.clear();
    return fabric;
}

Results results_of(CellJob const& job, Cell const& cell)
{
    Results results;
    results.title = job.scenario->title;
    results.kind = "run";
    results.axes = lay_out({coordinates_of(cell)}, {}).axes;
    results.fabrics = {without_links(*job.fabric)};
    results.cells = {cell};
    results.cells.front().topology = topology_hash(results.fabrics.front());
    results.seed = job.scenario->simulation.seed;
    results.status = cell.status;
    return results;
}

bool belongs_to(Cell const& cell, CellJob const& job)
{
    return cell.status != CellStatus::not_run && cell.fabric == job.fabric->spec.name &&
           cell.interconnect == job.fabric->interconnect && cell.op == job.collective.op &&
           cell.algorithm == job.collective.algorithm && cell.library == job.scenario->library.name &&
           cell.world_size == job.fabric->network.gpus && cell.bytes == job.bytes;
}

}  // namespace

std::string content_hash(CellJob const& job)
{
    ScenarioSpec const& scenario = *job.scenario;
    bool const reference = job.options.engine == Engine::reference;
    std::string content = full_version();
    content += job.bound_only ? "\nbound\n" : reference ? "\nreference\n" : "\nwindows\n";
    for (auto const& [path, text] : scenario.files) content += path + '\n' + text + '\n';
    for (auto const& [key, value] : scenario.settings) content += key + '=' + value + '\n';
    content += job.collective.op + ' ' + job.collective.algorithm + ' ' +
               std::to_string(job.collective.group) + ' ' + std::to_string(job.bytes);
    return fingerprint(content);
}

void write_shared(fs::path const& file, Results const& results)
{
    std::random_device random;
    fs::path own = file;
    own += "." + std::to_string(random()) + ".tmp";
    write_hdf5(own, results);
    fs::rename(own, file);
}

CellStore::CellStore(fs::path const& output) : folder_(output)
{
    folder_ += ".cells";
}

fs::path CellStore::file_of(CellJob const& job) const
{
    return folder_ / (content_hash(job) + ".h5");
}

std::optional<Cell> CellStore::load(CellJob const& job) const
{
    fs::path const file = file_of(job);
    std::error_code error;
    if (!fs::exists(file, error)) return std::nullopt;
    try {
        Results const results = read_hdf5(file);
        if (results.cells.size() != 1 || !belongs_to(results.cells.front(), job)) return std::nullopt;
        return results.cells.front();
    } catch (InputError const&) {
        return std::nullopt;
    }
}

void CellStore::save(CellJob const& job, Cell const& cell) const
{
    fs::create_directories(folder_);
    write_shared(file_of(job), results_of(job, cell));
}

}  // namespace copperwall

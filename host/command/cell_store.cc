#include "host/command/cell_store.h"

#include <algorithm>
#include <random>
#include <vector>

#include "host/command/cube.h"
#include "host/input/error.h"
#include "host/results/topology_hash.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kShortestWait = std::chrono::seconds(1);
constexpr int kWaitPerWrite = 10;  //!< at most a tenth of the time goes into writing

//! The cells' file names the link classes of their timelines; nodes and links are in the study's file.
Fabric without_links(Fabric fabric)
{
    fabric.nodes.clear();
    fabric.lengths_m.clear();
    fabric.network.links.clear();
    return fabric;
}

Results results_of(CellJob const& job, std::map<std::int64_t, Cell> const& cells)
{
    Results results;
    results.title = job.scenario->title;
    results.kind = "run";
    results.fabrics = {without_links(*job.fabric)};
    std::string const topology = topology_hash(results.fabrics.front());
    std::vector<Coordinates> coordinates;
    for (auto const& [bytes, cell] : cells) {
        coordinates.push_back({cell.fabric,
                               cell.interconnect,
                               cell.collective,
                               cell.algorithm,
                               cell.library,
                               {},
                               cell.world_size,
                               bytes});
        results.cells.push_back(cell);
        results.cells.back().topology = topology;
        if (cell.status == CellStatus::failed) results.status = CellStatus::failed;
    }
    results.axes = lay_out(coordinates, {}).axes;
    results.seed = job.scenario->simulation.seed;
    return results;
}

//! A hash can be right by chance, a file can be put there by hand.
bool belongs_to(Cell const& cell, CellJob const& job)
{
    return cell.status != CellStatus::not_run && cell.fabric == job.fabric->spec.name &&
           cell.op == job.collective.op && cell.algorithm == job.collective.algorithm &&
           cell.library == job.scenario->library.name && cell.world_size == job.fabric->domain_gpus &&
           cell.gpus == job.fabric->network.gpus;
}

}  // namespace

std::string content_hash(CellJob const& job)
{
    ScenarioSpec const& scenario = *job.scenario;
    bool const reference = job.options.engine == Engine::reference;
    std::string content = full_version();
    content += job.bound_only ? "\nbound\n" : reference ? "\nreference\n" : "\nwindows\n";
    for (auto const& [path, text] : scenario.files)
        content.append(path).append("\n").append(text).append("\n");
    for (auto const& [key, value] : scenario.settings)
        if (key != "collective.bytes") content.append(key).append("=").append(value).append("\n");
    content += job.collective.op + ' ' + job.collective.algorithm + ' ' +
               std::to_string(job.collective.chunks) + ' ' + std::to_string(job.collective.group) + ' ' +
               std::to_string(job.collective.groups) + ' ' + job.collective.label + ' ' +
               std::to_string(job.collective.experts) + ' ' + std::to_string(job.collective.top_k) + ' ' +
               std::to_string(job.collective.token_bytes) + ' ' + std::to_string(job.collective.zipf) + ' ' +
               scenario.interconnect;
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

CellStore::CellStore(fs::path const& output, Shard const& shard) : folder_(output)
{
    folder_ += ".cells";
    ending_ = "." + std::to_string(shard.index) + "-" + std::to_string(shard.count) + ".h5";
}

std::optional<Cell> CellStore::load(CellJob const& job)
{
    std::string const name = content_hash(job);
    Group& group = groups_[name];
    if (!group.job) group.job = job;
    if (!group.read) read(name, group);
    group.read = true;
    auto const found = group.cells.find(job.bytes);
    return found == group.cells.end() ? std::nullopt : std::optional(found->second);
}

void CellStore::read(std::string const& name, Group& group) const
{
    std::error_code error;
    for (auto const& entry : fs::directory_iterator(folder_, error)) {
        std::string const file = entry.path().filename().string();
        if (file.rfind(name, 0) != 0 || entry.path().extension() != ".h5") continue;
        try {
            for (auto const& cell : read_hdf5(entry.path()).cells) {
                Cell& known = group.cells[cell.bytes];
                bool const better = known.status == CellStatus::not_run || known.status == CellStatus::failed;
                if (better && belongs_to(cell, *group.job)) known = cell;
            }
        } catch (InputError const&) {
            continue;  // a damaged file is as good as none
        }
    }
    std::erase_if(group.cells, [](auto const& item) { return item.second.status == CellStatus::not_run; });
}

void CellStore::keep(CellJob const& job, Cell const& cell)
{
    Group& group = groups_[content_hash(job)];
    if (!group.job) group.job = job;
    group.cells[job.bytes] = cell;
    group.changed = true;
    if (Clock::now() >= next_flush_) flush();
}

void CellStore::flush()
{
    auto const start = Clock::now();
    for (auto& [name, group] : groups_) {
        if (!group.changed) continue;
        write(name, group);
        group.changed = false;
    }
    auto const end = Clock::now();
    next_flush_ = end + std::max<Clock::duration>(kShortestWait, kWaitPerWrite * (end - start));
}

void CellStore::write(std::string const& name, Group const& group) const
{
    fs::create_directories(folder_);
    write_shared(folder_ / (name + ending_), results_of(*group.job, group.cells));
}

}  // namespace copperwall

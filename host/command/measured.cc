#include "host/command/measured.h"

#include <optional>

#include "host/account/plan.h"
#include "host/input/error.h"
#include "host/schedule/registry.h"

namespace copperwall {
namespace {

[[noreturn]] void refuse(Place const& place, std::string const& what)
{
    throw InputError({Diagnostic{place, what, "", ""}});
}

double factor_of(MeasuredSeriesSpec const& series)
{
    try {
        return busbw_factor(series.op, series.ranks);
    } catch (std::invalid_argument const&) {
        refuse(series.place,
               "unknown op '" + series.op + "' (see 'copperwall list algorithms'); name one of them");
    }
}

MeasuredRow row_of(MeasuredSeriesSpec const& series, MeasuredPointSpec const& point)
{
    double const moved_B = factor_of(series) * static_cast<double>(point.bytes);
    MeasuredRow row;
    row.collective = series.label.empty() ? series.op : series.label;
    row.ranks = series.ranks;
    row.bytes = point.bytes;
    row.time_us = point.time_us != 0 ? point.time_us : moved_B / (1e3 * point.busbw_GBps);
    row.busbw_GBps = moved_B / (1e3 * row.time_us);
    row.source = series.source;
    row.world_size = series.domain_gpus;
    row.machine = series.machine;
    row.software = series.software;
    row.note = series.note;
    return row;
}

//! A scenario that simulates what a series measured.
struct Model {
    std::shared_ptr<ScenarioSpec const> scenario;
    std::shared_ptr<Fabric const> fabric;

    CollectiveSpec const& collective() const { return scenario->collectives.front(); }
};

Model model_of(MeasuredSeriesSpec const& series)
{
    Model model{std::make_shared<ScenarioSpec const>(load_scenario(series.scenario)), nullptr};
    model.fabric = std::make_shared<Fabric const>(build_fabric(*model.scenario));
    std::uint32_t const ranks = ranks_of(model.collective(), *model.fabric);
    if (model.scenario->collectives.size() != 1 || model.collective().op != series.op ||
        ranks != series.ranks || model.fabric->domain_gpus != series.domain_gpus)
        refuse(series.scenario_place,
               "'" + series.scenario.string() + "' runs " + model.collective().op + " of " +
                   std::to_string(ranks) + " ranks on domains of " +
                   std::to_string(model.fabric->domain_gpus) + " gpus, and measured was " + series.op +
                   " of " + std::to_string(series.ranks) + " on " + std::to_string(series.domain_gpus) +
                   "; name a scenario of that one collective");
    return model;
}

std::string text_of(Model const& model)
{
    return model.fabric->spec.name + ", " + model.fabric->interconnect + ", " + model.collective().algorithm +
           ", library " + model.scenario->library.name + " (" + model.scenario->place.file + ")";
}

class Collector {
public:
    explicit Collector(ExecutionOptions const& options) : options_(options) {}

    MeasuredWork work;

    void add(MeasuredSeriesSpec const& series, std::map<std::string, std::string>& files)
    {
        std::optional<Model> const model = found(series, files);
        for (auto const& point : series.points) {
            MeasuredRow row = row_of(series, point);
            if (model) {
                row.simulated_as = text_of(*model);
                job(*model, series.scenario, point.bytes).push_back(work.rows.size());
            }
            work.rows.push_back(std::move(row));
        }
    }

private:
    std::optional<Model> found(MeasuredSeriesSpec const& series, std::map<std::string, std::string>& files)
    {
        if (series.scenario.empty()) return std::nullopt;
        Model const model = model_of(series);
        files.insert(model.scenario->files.begin(), model.scenario->files.end());
        return model;
    }

    //! The rows of the job of that scenario and size, which is made where it is new.
    std::vector<std::size_t>& job(Model const& model, std::filesystem::path const& scenario,
                                  std::int64_t bytes)
    {
        auto const [at, is_new] = known_.try_emplace({scenario, bytes}, work.jobs.size());
        if (is_new) {
            CellJob made{model.scenario, model.fabric, model.collective(),
                         bytes,          {},           options_.fidelity == Fidelity::bound};
            made.options.engine = options_.engine;
            made.options.backend = options_.backend;
            work.jobs.push_back(std::move(made));
            work.of.emplace_back();
        }
        return work.of[at->second];
    }

    ExecutionOptions options_;
    std::map<std::pair<std::filesystem::path, std::int64_t>, std::size_t> known_;
};

}  // namespace

void MeasuredWork::put(std::vector<Cell> const& cells)
{
    for (std::size_t i = 0; i != cells.size(); ++i) {
        if (cells[i].status != CellStatus::done) continue;
        for (std::size_t const row : of[i]) {
            rows[row].simulated_us = cells[i].time_us;
            rows[row].simulated_busbw_GBps = cells[i].busbw_GBps;
            if (cells[i].extrapolated) rows[row].simulated_as += ", extrapolated";
        }
    }
}

MeasuredWork measured_work(std::vector<MeasuredSpec> const& measured, ExecutionOptions const& options,
                           std::map<std::string, std::string>& files)
{
    Collector collector(options);
    for (auto const& file : measured)
        for (auto const& series : file.series) collector.add(series, files);
    return std::move(collector.work);
}

}  // namespace copperwall

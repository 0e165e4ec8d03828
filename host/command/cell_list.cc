#include "host/command/cell_list.h"

#include "host/account/blank_cell.h"
#include "host/account/forecast.h"
#include "host/account/parallel.h"
#include "host/command/execution.h"
#include "host/command/fabric_cache.h"
#include "host/command/progress.h"
#include "host/command/study_axes.h"
#include "host/input/error_list.h"
#include "host/input/load_scenario.h"
#include "host/input/size_text.h"

namespace copperwall {
namespace {

//! Collects cells scenario by scenario, and every error of all of them.
class Collector {
public:
    Collector(ExecutionOptions const& execution, Terminal const& terminal)
        : execution_(execution), terminal_(terminal), limit_(memory_limit(execution))
    {
    }

    CellList list;

    //! `load` makes the scenario; `others` is its place on the study's axes; `sizes`, unless empty, replaces
    //! the sizes of its collectives.
    template <class Load>
    void add(Load load, std::vector<std::string> const& others, std::vector<std::int64_t> const& sizes)
    {
        try {
            auto const scenario = std::make_shared<ScenarioSpec const>(load());
            list.files.insert(scenario->files.begin(), scenario->files.end());
            list.seed = scenario->simulation.seed;
            auto const fabric = fabrics_.get(*scenario);
            for (auto const& collective : scenario->collectives)
                for (std::int64_t const bytes : sizes.empty() ? collective.bytes : sizes)
                    add_cell(scenario, fabric, collective, bytes, others);
        } catch (InputError const& error) {
            for (auto const& d : error.diagnostics()) add_error(d);
        }
    }

    CellList take()
    {
        plan_all();
        if (!errors_.empty()) throw InputError(errors_);
        list.fabrics = fabrics_.all();
        return std::move(list);
    }

private:
    void add_cell(std::shared_ptr<ScenarioSpec const> const& scenario,
                  std::shared_ptr<Fabric const> const& fabric, CollectiveSpec const& collective,
                  std::int64_t bytes, std::vector<std::string> const& others)
    {
        require_plannable(*fabric, collective);
        CellJob job{scenario, fabric, collective, bytes, {}, execution_.fidelity == Fidelity::bound};
        job.options.engine = execution_.engine;
        job.options.backend = execution_.backend;
        list.jobs.push_back(std::move(job));
        Cell const asked = blank_cell(*scenario, *fabric, collective, bytes);
        list.coordinates.push_back({asked.fabric, asked.interconnect, asked.collective, asked.algorithm,
                                    asked.library, others, asked.world_size, bytes});
    }

    //! What each cell will take, and what is wrong with those that cannot be.
    void plan_all()
    {
        auto& jobs = list.jobs;
        std::vector<std::exception_ptr> failed(jobs.size());
        Progress progress(terminal_, jobs.size(), static_cast<double>(jobs.size()), "cells planned");
        for_each_in_parallel(jobs.size(), threads_of(execution_), [&](std::size_t i) {
            try {
                jobs[i].options.threads = threads_of_each(execution_, jobs.size());
                jobs[i].expected = std::make_shared<Expectation const>(expect(jobs[i]));
            } catch (...) {
                failed[i] = std::current_exception();
            }
            progress.advance(1);
        });
        for (std::size_t i = 0; i != jobs.size(); ++i) {
            try {
                if (failed[i]) std::rethrow_exception(failed[i]);
                list.expected.add(jobs[i].expected->hops, jobs[i].expected->visits);
            } catch (InputError const& error) {
                for (auto const& d : error.diagnostics()) add_error(d);
            }
        }
    }

    //! Tables of schedules are made before the whole forecast is.
    void require_plannable(Fabric const& fabric, CollectiveSpec const& collective) const
    {
        std::uint64_t const least = planning_memory(collective, fabric);
        if (limit_.bytes == 0 || least <= limit_.bytes) return;
        throw InputError({Diagnostic{collective.place,
                                     collective.op + " " + collective.algorithm +
                                         ": the table of its messages alone takes " + rounded_size(least) +
                                         ", more than " + rounded_size(limit_.bytes) + ", " + limit_.what +
                                         "; use a smaller collective.group, or allow more with --memory",
                                     {},
                                     {}}});
    }

    //! Many cells share a mistake; it is reported once.
    void add_error(Diagnostic const& d)
    {
        for (auto const& known : errors_)
            if (known.message == d.message && known.place.file == d.place.file &&
                known.place.line == d.place.line)
                return;
        errors_.push_back(d);
    }

    ExecutionOptions execution_;
    Terminal const& terminal_;
    MemoryLimit limit_;
    FabricCache fabrics_;
    std::vector<Diagnostic> errors_;
};

//! The label of the point on an axis that is called "interconnect", if there is one.
std::string interconnect_of(StudySpec const& study, std::vector<std::string> const& labels)
{
    for (std::size_t a = 0; a != study.axes.size(); ++a)
        if (study.axes[a].name == "interconnect") return labels[a];
    return {};
}

//! Every combination of the axes' values.
void add_points(StudySpec const& study, StudyOptions const& options, Terminal const& terminal,
                Collector& collector)
{
    auto const points = product(study);
    Progress progress(terminal, points.size(), static_cast<double>(points.size()), "scenarios read");
    for (auto const& point : points) {
        auto settings = command_line_settings(options.settings);
        settings.insert(settings.end(), point.settings.begin(), point.settings.end());
        collector.add(
            [&] {
                Loader loader(study.scenario);
                auto scenario = read_scenario(loader, study.scenario, settings);
                loader.errors.throw_if_any();
                scenario.interconnect = interconnect_of(study, point.labels);
                return scenario;
            },
            point.labels, {});
        progress.advance(1);
    }
}

void record(CellList& list, char const* option, std::string const& text)
{
    std::string& lines = list.files["command line"];
    lines.append(option).append(" ").append(text).append("\n");
}

void record(CellList& list, Settings const& settings)
{
    for (auto const& [key, value] : settings)
        record(list, "--set", std::string(key).append("=").append(value));
}

}  // namespace

CellList cells_of_run(RunOptions const& options, Terminal const& terminal)
{
    Collector collector(options.execution, terminal);
    auto const sizes = options.sizes.smallest.empty() ? std::vector<std::int64_t>{} : expand(options.sizes);
    collector.add(
        [&] {
            auto scenario = load_scenario(options.scenario, options.settings);
            collector.list.title = scenario.title.empty() ? scenario.name : scenario.title;
            return scenario;
        },
        {}, sizes);
    collector.list.kind = "run";
    record(collector.list, options.settings);
    if (!sizes.empty())
        record(collector.list, "-b",
               options.sizes.smallest + " -e " + options.sizes.largest + " -f " +
                   std::to_string(options.sizes.factor));
    return collector.take();
}

CellList cells_of_study(StudyOptions const& options, Terminal const& terminal)
{
    StudySpec const study = varied(load_study(options.study), options.settings, options.variations);
    Collector collector(options.execution, terminal);
    collector.list.title = study.title.empty() ? study.name : study.title;
    collector.list.kind = "study";
    collector.list.files = study.files;
    collector.list.measured = study.measured;
    collector.list.remarks = rules_without_cells(study);
    for (auto const& axis : study.axes) collector.list.other_names.push_back(axis.name);
    add_points(study, options, terminal, collector);
    record(collector.list, options.settings);
    for (auto const& variation : options.variations) {
        std::string values;
        for (auto const& value : variation.values) values += (values.empty() ? "" : ",") + value;
        record(collector.list, "--vary", variation.key + "=" + values);
    }
    return collector.take();
}

}  // namespace copperwall

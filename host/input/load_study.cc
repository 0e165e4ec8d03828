#include <algorithm>

#include "host/input/load_scenario.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

void add_values(StudyAxis& axis, std::vector<AxisPoint> const& points, ErrorList& errors)
{
    for (auto const& point : points) {
        if (std::find(axis.labels.begin(), axis.labels.end(), point.label) != axis.labels.end())
            errors.add(point.place, "'" + point.label + "' stands twice on axis '" + axis.name +
                                        "' (each value is one cell); remove one");
        axis.labels.push_back(point.label);
        auto& settings = axis.settings.emplace_back();
        for (auto const& assignment : point.settings) settings.emplace_back(assignment.key, assignment.value.toml);
    }
}

//! The axes' settings, one value of each axis, tried on the scenario: every value once.
void try_settings(StudySpec const& study, ErrorList& errors)
{
    for (auto const& axis : study.axes) {
        for (std::size_t i = 0; i != axis.settings.size(); ++i) {
            std::vector<Setting> settings;
            for (auto const& [key, value] : axis.settings[i]) settings.push_back({key, value, axis.place});
            Loader loader(study.scenario);
            try {
                load_scenario(loader, study.scenario, settings);
            } catch (InputError const& error) {
                for (auto const& d : error.diagnostics())
                    errors.add(d.place, d.message + " [axis " + axis.name + ", value " + axis.labels[i] + "]", d.hint);
            }
        }
    }
}

}  // namespace

StudySpec load_study(fs::path const& file)
{
    Loader loader(file);
    StudyFile study;
    auto const document = loader.open(file);
    if (document && has_tree(loader, document->file) && read_document(loader, *document, FileKind::study, &study)) {
        fs::path const from = fs::path(document->file).parent_path();
        auto const scenario = loader.find_file(study.scenario, from, loader.tree.workloads(), "scenario");
        for (std::size_t a = 0; a != study.axes.size(); ++a)
            add_values(study.spec.axes[a], study.axes[a], loader.errors);
        loader.errors.throw_if_any();
        study.spec.name = file.stem().string();
        study.spec.scenario = *scenario;
        study.spec.files = loader.files;
        try_settings(study.spec, loader.errors);
    }
    loader.errors.throw_if_any();
    return study.spec;
}

}  // namespace copperwall

#include "host/input/load_study.h"

#include "host/input/load_scenario.h"
#include "host/input/rule_holds.h"
#include "host/input/study_rules.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

constexpr double kMostCells = 1e6;

using Axes = std::vector<std::vector<AxisPoint>>;

void check_axes(StudyFile const& study, Document const& document, ErrorList& errors)
{
    Place const place = document.place_at("axes");
    auto const* written = document.root.at_path("axes").as_table();
    if (written != nullptr && written->empty())
        errors.add(place,
                   "[axes] is empty (a study varies at least one key); add an axis, or run the scenario");
    double cells = 1;
    for (auto const& axis : study.axes) cells *= static_cast<double>(axis.size());
    if (cells > kMostCells)
        errors.add(place, "the axes make " + std::to_string(static_cast<std::int64_t>(cells)) +
                              " cells (at most 1000000); give some axis fewer values");
}

//! Two axes that set one key would undo each other.
void check_keys(StudyFile const& study, ErrorList& errors)
{
    std::map<std::string, std::string> owner;
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
        auto const& axis = study.spec.axes[i];
        std::map<std::string, Place> keys;
        for (auto const& point : study.axes[i]) {
            for (auto const& setting : point.settings) keys.emplace(setting.key, point.place);
        }
        for (auto const& [key, place] : keys) {
            auto const [first, added] = owner.emplace(key, axis.name);
            if (!added)
                errors.add(place, "the axes '" + first->second + "' and '" + axis.name + "' both set '" +
                                      key + "' (the later would undo the earlier); remove one");
        }
    }
}

void append(std::vector<Setting>& settings, std::vector<WrittenAssignment> const& assignments)
{
    for (auto const& assignment : assignments)
        settings.push_back({assignment.key, assignment.value.toml, assignment.value.place});
}

void try_settings(Loader& loader, Document const& document, fs::path const& scenario,
                  std::vector<Setting> const& settings)
{
    Loader trial(scenario);
    trial.errors.remember(document.file, loader.files.begin()->second);
    read_scenario(trial, scenario, settings);
    try {
        trial.errors.throw_if_any();
    } catch (InputError const& error) {
        loader.errors.merge(error);
    }
}

//! What the cell at these points of the axes sets, with what rules set there.
std::vector<Setting> settings_at(StudyFile const& study, std::vector<std::size_t> const& points)
{
    std::vector<Setting> settings;
    for (std::size_t i = 0; i < points.size(); ++i) append(settings, study.axes[i][points[i]].settings);
    auto const label_on = [&](std::string const& name) {
        std::size_t const axis = axis_named(study, name);
        return study.axes[axis][points[axis]].label;
    };
    for (auto const& rule : study.rules)
        if (rule_holds(rule.rule, label_on)) append(settings, rule.settings);
    return settings;
}

//! Every point of every axis, with the first of every other.
void try_axes(Loader& loader, Document const& document, fs::path const& scenario, StudyFile const& study)
{
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
        for (std::size_t k = i == 0 ? 0 : 1; k < study.axes[i].size(); ++k) {
            std::vector<std::size_t> points(study.axes.size(), 0);
            points[i] = k;
            try_settings(loader, document, scenario, settings_at(study, points));
        }
    }
}

//! Every rule, at the first of the cells that it holds for.
void try_rules(Loader& loader, Document const& document, fs::path const& scenario, StudyFile const& study)
{
    for (auto const& rule : study.rules) {
        std::vector<std::size_t> points(study.axes.size(), 0);
        for (auto const& [name, labels] : rule.rule.at) {
            std::size_t const axis = axis_named(study, name);
            points[axis] = point_labelled(study.axes[axis], labels.front());
        }
        try_settings(loader, document, scenario, settings_at(study, points));
    }
}

void read_all_measured(Loader& loader, StudyFile& study, fs::path const& from)
{
    for (auto const& name : study.measured) {
        auto const file = loader.find_file(name, from, loader.tree.measured(), FileKind::measured);
        auto measured = file ? read_measured(loader, *file) : std::nullopt;
        if (measured) study.spec.measured.push_back(std::move(*measured));
    }
}

using PlainSettings = std::vector<std::pair<std::string, std::string>>;

PlainSettings plain(std::vector<WrittenAssignment> const& assignments)
{
    PlainSettings settings;
    for (auto const& assignment : assignments) settings.emplace_back(assignment.key, assignment.value.toml);
    return settings;
}

//! Moves what is set at points and by rules into the spec, as plain text.
void write_settings(StudyFile& study)
{
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
        auto& axis = study.spec.axes[i];
        for (auto const& point : study.axes[i]) {
            axis.labels.push_back(point.label);
            axis.settings.push_back(plain(point.settings));
        }
    }
    for (auto& [rule, places, settings] : study.rules) {
        rule.settings = plain(settings);
        study.spec.rules.push_back(std::move(rule));
    }
}

}  // namespace

StudySpec read_study(Loader& loader, fs::path const& file)
{
    StudyFile study;
    std::size_t const before = loader.errors.size();
    auto const document = loader.open(file);
    if (!document || !has_tree(loader, document->file)) return {};
    if (!read_document(loader, *document, FileKind::study, &study)) return {};
    check_axes(study, *document, loader.errors);
    check_keys(study, loader.errors);
    bool const rules_are_sound = loader.errors.size() == before && check_rules(study, loader.errors);
    if (!study.scenario.text.empty()) {
        fs::path const from = fs::path(document->file).parent_path();
        auto const scenario =
            loader.find_file(study.scenario, from, loader.tree.workloads(), FileKind::scenario);
        if (scenario) study.spec.scenario = *scenario;
        if (!rules_are_sound) study.rules.clear();
        if (scenario && !study.axes.empty()) try_axes(loader, *document, *scenario, study);
        if (scenario) try_rules(loader, *document, *scenario, study);
    }
    read_all_measured(loader, study, fs::path(document->file).parent_path());
    write_settings(study);
    study.spec.name = file.stem().string();
    study.spec.files = loader.files;
    return std::move(study.spec);
}

}  // namespace copperwall

#include "host/command/study_axes.h"

#include <algorithm>

#include "host/input/error.h"
#include "host/input/rule_holds.h"

namespace copperwall {
namespace {

constexpr std::size_t kMostPoints = 1'000'000;

bool sets_alone(StudyAxis const& axis, std::string const& key)
{
    return std::all_of(axis.settings.begin(), axis.settings.end(), [&](auto const& assignments) {
        return assignments.size() == 1 && assignments.front().first == key;
    });
}

//! "nvl72.toml" -> "nvl72", "\"cpo\"" -> "cpo": as the axes of a study file are labelled.
std::string label_of(std::string value)
{
    static std::string const kEnding = ".toml";
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    bool const is_file = value.size() > kEnding.size() &&
                         value.compare(value.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
    return is_file ? std::filesystem::path(value).stem().string() : value;
}

StudyAxis axis_of(Variation const& variation)
{
    StudyAxis axis;
    axis.name = variation.key;
    axis.place.file = "command line: --vary " + variation.key;
    for (auto const& value : variation.values) {
        std::string const label = label_of(value);
        if (std::find(axis.labels.begin(), axis.labels.end(), label) != axis.labels.end())
            throw InputError("--vary: " + variation.key + " has '" + label +
                             "' twice (each value is one cell); remove one");
        axis.labels.push_back(label);
        axis.settings.push_back({{variation.key, value}});
    }
    return axis;
}

void refuse_both(StudyAxis const& axis, Settings const& settings)
{
    for (auto const& [key, value] : settings)
        for (auto const& assignments : axis.settings)
            for (auto const& assignment : assignments)
                if (assignment.first == key)
                    throw InputError("--set: " + key + " is what the axis '" + axis.name +
                                     "' varies (the axis would win); use --vary " + key + "=" + value);
}

//! What a rule sets, nothing on the command line can.
void refuse_both(StudyRule const& rule, Settings const& settings, std::vector<Variation> const& variations)
{
    auto const refuse = [&](char const* option, std::string const& key) {
        throw InputError(std::string(option) + ": " + key + " is what [[where]] at " + rule.place.file + ":" +
                         std::to_string(rule.place.line) +
                         " sets of some cells (it would win); change it in the file");
    };
    for (auto const& [key, value] : rule.settings) {
        for (auto const& setting : settings)
            if (setting.first == key) refuse("--set", key);
        for (auto const& variation : variations)
            if (variation.key == key) refuse("--vary", key);
    }
}

//! "" where there is no such axis.
std::string label_on(std::vector<StudyAxis> const& axes, std::vector<std::string> const& labels,
                     std::string const& name)
{
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i].name == name) return labels[i];
    return {};
}

}  // namespace

StudySpec varied(StudySpec study, Settings const& settings, std::vector<Variation> const& variations)
{
    for (auto const& variation : variations) {
        auto const known = std::find_if(study.axes.begin(), study.axes.end(), [&](StudyAxis const& axis) {
            return axis.name == variation.key || sets_alone(axis, variation.key);
        });
        if (known == study.axes.end()) {
            study.axes.push_back(axis_of(variation));
            continue;
        }
        std::string const name = known->name;
        *known = axis_of({known->settings.front().front().first, variation.values});
        known->name = name;
    }
    for (auto const& axis : study.axes) refuse_both(axis, settings);
    for (auto const& rule : study.rules) refuse_both(rule, settings, variations);
    return study;
}

std::vector<std::string> rules_without_cells(StudySpec const& study)
{
    std::vector<std::string> all;
    for (StudyRule const& rule : study.rules)
        for (auto const& [name, labels] : rule.at) {
            auto const axis =
                std::find_if(study.axes.begin(), study.axes.end(),
                             [&, &wanted = name](StudyAxis const& a) { return a.name == wanted; });
            bool const somewhere = std::any_of(labels.begin(), labels.end(), [&](std::string const& label) {
                return axis != study.axes.end() &&
                       std::find(axis->labels.begin(), axis->labels.end(), label) != axis->labels.end();
            });
            if (somewhere) continue;
            all.push_back("[[where]] at " + rule.place.file + ":" + std::to_string(rule.place.line) +
                          " holds for no cell: the axis '" + name + "' has none of its labels");
            break;
        }
    return all;
}

std::vector<StudyPoint> product(StudySpec const& study)
{
    std::vector<StudyPoint> points(1);
    for (auto const& axis : study.axes) {
        if (points.size() * axis.labels.size() > kMostPoints)
            throw InputError("the study has more than a million cells; give it fewer values or axes");
        std::vector<StudyPoint> longer;
        for (auto const& point : points) {
            for (std::size_t i = 0; i < axis.labels.size(); ++i) {
                auto next = point;
                next.labels.push_back(axis.labels[i]);
                for (auto const& [key, value] : axis.settings[i])
                    next.settings.push_back({key, value, axis.place});
                longer.push_back(std::move(next));
            }
        }
        points = std::move(longer);
    }
    for (auto& point : points)
        for (auto const& rule : study.rules)
            if (rule_holds(rule, [&](auto const& name) { return label_on(study.axes, point.labels, name); }))
                for (auto const& [key, value] : rule.settings)
                    point.settings.push_back({key, value, rule.place});
    return points;
}

}  // namespace copperwall

#include "host/input/study_rules.h"

#include <algorithm>

namespace copperwall {

std::size_t axis_named(StudyFile const& study, std::string const& name)
{
    auto const& axes = study.spec.axes;
    return static_cast<std::size_t>(
        std::find_if(axes.begin(), axes.end(), [&](StudyAxis const& axis) { return axis.name == name; }) -
        axes.begin());
}

std::size_t point_labelled(std::vector<AxisPoint> const& points, std::string const& label)
{
    return static_cast<std::size_t>(
        std::find_if(points.begin(), points.end(), [&](AxisPoint const& p) { return p.label == label; }) -
        points.begin());
}

namespace {

//! "8, 72, 144"
template <class Range, class Name>
std::string listed(Range const& range, Name name)
{
    std::string text;
    for (auto const& one : range) text += (text.empty() ? "" : ", ") + name(one);
    return text;
}

//! A rule's axes and labels are the study's.
bool is_somewhere(StudyFile const& study, RuleFile const& rule, ErrorList& errors)
{
    std::size_t const before = errors.size();
    if (rule.places.empty())
        errors.add(rule.rule.place,
                   "[[where]] names no axis (it would hold for every cell); set it in the "
                   "scenario, or name an axis and its labels");
    for (std::size_t i = 0; i < rule.places.size(); ++i) {
        auto const& [name, labels] = rule.rule.at[i];
        std::size_t const axis = axis_named(study, name);
        if (axis == study.axes.size()) {
            errors.add(rule.places[i],
                       "the study has no axis '" + name + "' (its axes are " +
                           listed(study.spec.axes, [](StudyAxis const& a) { return a.name; }) +
                           "); take one of them");
            continue;
        }
        auto const& points = study.axes[axis];
        for (auto const& label : labels) {
            if (point_labelled(points, label) != points.size()) continue;
            errors.add(rule.places[i], "the axis '" + name + "' has no '" + label + "' (it has " +
                                           listed(points, [](AxisPoint const& p) { return p.label; }) +
                                           "); take one of them");
        }
    }
    return errors.size() == before;
}

bool share_a_label(std::vector<std::string> const& a, std::vector<std::string> const& b)
{
    return std::any_of(a.begin(), a.end(), [&](std::string const& label) {
        return std::find(b.begin(), b.end(), label) != b.end();
    });
}

//! Whether both hold for some cell.
bool overlap(StudyRule const& a, StudyRule const& b)
{
    return std::all_of(a.at.begin(), a.at.end(), [&](auto const& mine) {
        return std::all_of(b.at.begin(), b.at.end(), [&](auto const& other) {
            return mine.first != other.first || share_a_label(mine.second, other.second);
        });
    });
}

//! Two rules that set one key of one cell would undo each other.
void check_keys(RuleFile const& earlier, RuleFile const& rule, ErrorList& errors)
{
    for (auto const& mine : rule.settings)
        for (auto const& other : earlier.settings)
            if (mine.key == other.key)
                errors.add(mine.value.place, "the [[where]] of line " +
                                                 std::to_string(earlier.rule.place.line) + " sets '" +
                                                 mine.key +
                                                 "' of some of the same cells (the later would undo the "
                                                 "earlier); let no cell be in both");
}

//! The labels of an axis that sets one key alone are that key's values, which a rule would belie.
void check_axes_of(StudyFile const& study, RuleFile const& rule, ErrorList& errors)
{
    for (auto const& setting : rule.settings)
        for (std::size_t i = 0; i < study.axes.size(); ++i) {
            bool const alone =
                std::all_of(study.axes[i].begin(), study.axes[i].end(), [&](AxisPoint const& p) {
                    return p.settings.size() == 1 && p.settings.front().key == setting.key;
                });
            if (alone)
                errors.add(setting.value.place, "the axis '" + study.spec.axes[i].name + "' is of '" +
                                                    setting.key +
                                                    "' (its labels would not be what runs); set another key");
        }
}

}  // namespace

bool check_rules(StudyFile const& study, ErrorList& errors)
{
    std::size_t const before = errors.size();
    for (auto rule = study.rules.begin(); rule != study.rules.end(); ++rule) {
        check_axes_of(study, *rule, errors);
        if (!is_somewhere(study, *rule, errors)) continue;
        for (auto earlier = study.rules.begin(); earlier != rule; ++earlier)
            if (overlap(earlier->rule, rule->rule)) check_keys(*earlier, *rule, errors);
    }
    return errors.size() == before;
}

}  // namespace copperwall

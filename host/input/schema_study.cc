// The schema of studies.
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

//! [[where]] axes = { world = ["8", "72"] }, set = { "simulation.packet_bytes" = "64KiB" }
static Section rule()
{
    Open const append = [](void* parent, std::string const&, Place const& at) -> void* {
        auto& rule = static_cast<StudyFile*>(parent)->rules.emplace_back();
        rule.rule.place = at;
        return &rule;
    };
    Store const store_labels = [](void* target, Found const& found) {
        auto& rule = *static_cast<RuleFile*>(target);
        rule.rule.at.emplace_back(found.key, std::get<std::vector<std::string>>(found.value));
        rule.places.push_back(found.key_place);
    };
    return maybe(list(table(
        "where", append, "what cells set that lie at these places of the axes",
        {special("set", Type::assignments, required,
                 "keys of the scenario and their values, over those of the axes", into(&RuleFile::settings))},
        {table("axes", same(), "the cells that have one of the labels on each of them",
               {names("*", optional, "labels of that axis", store_labels)})})));
}

Section study()
{
    using S = StudyFile;
    Open const at_place = [](void* parent, std::string const&, Place const& at) {
        static_cast<S*>(parent)->spec.place = at;
        return parent;
    };
    Store const store_measured = [](void* target, Found const& found) {
        for (auto const& name : std::get<std::vector<std::string>>(found.value))
            static_cast<S*>(target)->measured.push_back({name, found.place});
    };
    Store const store_axis = [](void* target, Found const& found) {
        auto& study = *static_cast<S*>(target);
        study.spec.axes.push_back({found.key, {}, {}, found.key_place});
        study.axes.push_back(std::get<std::vector<AxisPoint>>(found.value));
    };
    return file(
        "workloads/studies/NAME.toml, a study: a scenario run over every combination of the axes",
        {text("title", required, "name for people", into<S>(&S::spec, &StudySpec::title)),
         names("measured", optional,
               "files of measured collectives to show beside it, from here or from workloads/measured/",
               store_measured)},
        {table(
             "base", at_place, "what is varied",
             {text("scenario", required, "scenario file, from here or from workloads/", into(&S::scenario))}),
         table("axes", same(), "a key of the scenario and its values, one axis a row",
               {special("*", Type::axis, optional,
                        "\"fabric.ends.rack\" = [values]; or NAME = { key, values }; or "
                        "NAME = [{ label, set }] for axes that set several keys at once",
                        store_axis)}),
         rule()});
}

}  // namespace copperwall::schema_rows

// Files of what machines and software in measured tables mean, read by the schema.
#include <algorithm>

#include "host/input/loader.h"
#include "host/input/validation_spec.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

void resolve_scenario(Loader& loader, fs::path const& file, MachineRule& machine)
{
    if (!machine.skip.empty()) return;
    if (machine.scenario.empty()) {
        loader.errors.add(machine.place, "a machine without 'scenario'; name one, or say in 'skip' why not");
        return;
    }
    auto const found = loader.find_file({machine.scenario.string(), machine.scenario_place},
                                        file.parent_path(), loader.tree.workloads(), FileKind::scenario);
    if (found) machine.scenario = *found;
}

void check_software(SoftwareRule const& rule, ErrorList& errors)
{
    if (rule.skip.empty() && (rule.op.empty() || rule.runs.empty()))
        errors.add(rule.place, "software without 'op' and 'runs'; give both, or say in 'skip' why not");
    for (auto const& run : rule.runs)
        if (run.find('/') == std::string::npos)
            errors.add(rule.place, "'runs' holds '" + run + "'; expected \"library/algorithm\"");
}

bool has(std::vector<std::string> const& names, std::string const& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_network(Loader& loader, MachineRule const& machine)
{
    if (!machine.scale_out.empty() && !has(names_in_folder(loader.tree.scale_outs()), machine.scale_out))
        loader.errors.add(machine.place, "no network '" + machine.scale_out + "' in topologies/scale_out");
}

//! Of a library with a generation in its name, that of one machine at least.
void check_libraries(Loader& loader, ValidationSpec const& validation, SoftwareRule const& rule)
{
    std::vector<std::string> const known = names_in_folder(loader.tree.libraries());
    for (auto const& run : rule.runs) {
        std::string const name = run.substr(0, run.find('/'));
        auto const slot = name.find(kGeneration);
        bool found = has(known, name);
        for (auto const& machine : validation.machines)
            found = found ||
                    (slot != std::string::npos &&
                     has(known, std::string(name).replace(slot, kGeneration.size(), machine.generation)));
        if (!found)
            loader.errors.add(
                rule.place,
                "'runs' names library '" + name +
                    "', which is not in workloads/libraries for any machine; correct it or add the file");
    }
}

}  // namespace

std::optional<ValidationSpec> read_validation(Loader& loader, fs::path const& file)
{
    auto const document = loader.open(file);
    ValidationSpec validation;
    if (!document || !read_document(loader, *document, FileKind::validation, &validation))
        return std::nullopt;
    for (auto& machine : validation.machines) resolve_scenario(loader, file, machine);
    for (auto const& machine : validation.machines) check_network(loader, machine);
    for (auto const& rule : validation.software) {
        check_software(rule, loader.errors);
        check_libraries(loader, validation, rule);
    }
    return validation;
}

}  // namespace copperwall

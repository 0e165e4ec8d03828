// Files of what machines and software in measured tables mean, read by the schema.
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

}  // namespace

std::optional<ValidationSpec> read_validation(Loader& loader, fs::path const& file)
{
    auto const document = loader.open(file);
    ValidationSpec validation;
    if (!document || !read_document(loader, *document, FileKind::validation, &validation))
        return std::nullopt;
    for (auto& machine : validation.machines) resolve_scenario(loader, file, machine);
    for (auto const& rule : validation.software) check_software(rule, loader.errors);
    return validation;
}

}  // namespace copperwall

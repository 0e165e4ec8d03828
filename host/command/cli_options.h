//! Options that several subcommands have. For cli.cc alone: CLI11 takes long to compile.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/command/arguments.h"
#include "host/command/commands.h"

namespace copperwall {

inline std::string joined(std::vector<std::string> const& names, char const* between)
{
    std::string text;
    for (auto const& name : names) text += (text.empty() ? "" : between) + name;
    return text;
}

//! An option or argument that takes one of a few names.
inline void restrict_to(CLI::Option* option, std::vector<std::string> const& names)
{
    option->type_name(joined(names, "|"))
        ->check(CLI::Validator(
            [names](std::string const& text) {
                if (std::find(names.begin(), names.end(), text) != names.end()) return std::string();
                return "there is no '" + text + "'; use one of " + joined(names, ", ");
            },
            ""));
}

template <class Enum>
void add_choice(CLI::App& app, std::string const& name, Enum& target,
                std::vector<std::pair<std::string, Enum>> const& choices, std::string const& help)
{
    std::map<std::string, Enum> const values(choices.begin(), choices.end());
    std::vector<std::string> names;
    names.reserve(choices.size());
    for (auto const& choice : choices) names.push_back(choice.first);
    restrict_to(app.add_option_function<std::string>(
                    name, [&target, values](std::string const& text) { target = values.at(text); }, help),
                names);
}

inline void add_settings(CLI::App& app, std::vector<std::string>& target, std::string const& help)
{
    app.add_option("--set", target, help)->allow_extra_args(false)->type_name("KEY=VALUE");
}

inline void add_format(CLI::App& app, TableFormat& target)
{
    add_choice<TableFormat>(
        app, "--format", target,
        {{"table", TableFormat::table}, {"csv", TableFormat::csv}, {"json", TableFormat::json}},
        "how the table on stdout looks (table)");
}

inline void add_execution(CLI::App& app, ExecutionOptions& target)
{
    add_choice<Engine>(app, "--engine", target.engine,
                       {{"windows", Engine::windows}, {"reference", Engine::reference}},
                       "reference: a plain event heap, slow, the same results to the bit (windows)");
    add_choice<Backend>(app, "--backend", target.backend,
                        {{"auto", Backend::automatic}, {"cpu", Backend::cpu}, {"cuda", Backend::cuda}},
                        "where the engine runs (auto)");
    app.add_option("--devices", target.devices,
                   "GPUs to share the cells among, see copperwall list devices (0)")
        ->delimiter(',')
        ->check(CLI::Range(0u, 63u))
        ->allow_extra_args(false)
        ->type_name("0,1");
    add_choice<Fidelity>(app, "--fidelity", target.fidelity,
                         {{"packets", Fidelity::packets}, {"bound", Fidelity::bound}},
                         "bound: closed forms only, nothing is simulated (packets)");
    app.add_option("--threads", target.threads, "cores to use: over cells first, then inside one (all)")
        ->check(CLI::Range(1u, 1024u))
        ->type_name("N");
    app.add_option_function<std::string>(
           "--memory",
           [&target](std::string const& text) {
               target.memory_bytes =
                   text == "0" ? 0 : static_cast<std::uint64_t>(option_size("--memory", text));
           },
           "memory that all cells together stay below, by forecast: 16G, 0 for no limit (80 % of what is "
           "free)")
        ->type_name("SIZE");
    app.add_flag("--strict", target.strict, "exit code 3 where a cell is infeasible");
}

inline void add_rules(CLI::App& app, std::filesystem::path& target)
{
    app.add_option("--rules", target,
                   "what its machines and software are (workloads/validation/machines.toml)")
        ->type_name("RULES.toml");
}

}  // namespace copperwall

#include <array>
#include <fstream>

#include "host/account/library.h"
#include "host/account/plan.h"
#include "host/command/asked_rows.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/input/error.h"
#include "host/input/measured_table.h"

namespace copperwall {
namespace {

//! By the first bytes, whatever the name; a file called .h5 is one even when it is broken.
bool is_hdf5(std::filesystem::path const& file)
{
    static constexpr std::array<char, 8> kSignature = {'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    if (file.extension() == ".h5") return true;
    std::array<char, 8> start = {};
    std::ifstream(file, std::ios::binary).read(start.data(), start.size());
    return start == kSignature;
}

//! What the input room cannot know: wirings, ops, algorithms and how they fit the fabric.
void check_plans(std::filesystem::path const& file)
{
    ScenarioSpec const scenario = load_scenario(file);
    Fabric const fabric = build_fabric(scenario);
    for (auto const& collective : scenario.collectives)
        plan_cell(scenario, fabric, collective, collective.bytes.front());
}

//! Names in it that only rooms above input know.
void check_names(std::filesystem::path const& file)
{
    FileKind const kind = kind_of(file);
    if (kind == FileKind::scenario) check_plans(file);
    if (kind == FileKind::library) check_protocols(load_library(file));
    if (kind == FileKind::validation) check_rules(load_validation(file));
}

//! Throws InputError, or returns the errors one a line.
std::string breaches(std::filesystem::path const& file)
{
    if (!is_hdf5(file)) {
        if (file.extension() == ".csv") {
            read_measured_table(file);
        } else {
            check_file(file);
            check_names(file);
        }
        return "";
    }
    std::string errors;
    for (auto const& breach : check_hdf5(file)) errors += file.string() + ": error: " + breach + "\n";
    return errors;
}

bool sound(std::filesystem::path const& file, Terminal const& terminal)
{
    try {
        std::string const errors = breaches(file);
        if (errors.empty()) {
            terminal.out << file.string() << ": sound\n";
            return true;
        }
        print_error(terminal, errors);
    } catch (InputError const& error) {
        print_error(terminal, error.what());
    }
    return false;
}

}  // namespace

int check_command(std::vector<std::filesystem::path> const& files, Terminal const& terminal)
{
    bool all_sound = true;
    for (auto const& file : files) all_sound = sound(file, terminal) && all_sound;
    return all_sound ? kDone : kBadInput;
}

}  // namespace copperwall

//! A scenario with everything it names, from files and settings.
#pragma once

#include "host/input/loader.h"
#include "host/input/settings.h"

namespace copperwall {

//! Throws InputError with all mistakes of all files.
ScenarioSpec load_scenario(Loader& loader, std::filesystem::path const& file, std::vector<Setting> const& settings);

//! False after adding an error where no tree with topologies/ was found.
bool has_tree(Loader& loader, std::string const& file);

}  // namespace copperwall

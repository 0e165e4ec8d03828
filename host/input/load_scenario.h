//! Loads a scenario with values put into it, wherever they come from.
#pragma once

#include <filesystem>
#include <vector>

#include "host/input/loader.h"
#include "host/input/settings.h"

namespace copperwall {

//! The scenario with all its files; whether it is sound, loader.errors tells.
ScenarioSpec read_scenario(Loader& loader, std::filesystem::path const& file,
                           std::vector<Setting> const& settings);

//! False, after adding an error about `file`, where no topologies/ lies above.
bool has_tree(Loader& loader, std::string const& file);

}  // namespace copperwall

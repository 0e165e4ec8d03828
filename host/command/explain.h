//! A scenario explained before anything runs: the fabric counted, every figure with its parts and source.
#pragma once

#include <string>

#include "host/fabric/fabric.h"

namespace copperwall {

std::string explain_text(ScenarioSpec const& scenario, Fabric const& fabric);
std::string explain_json(ScenarioSpec const& scenario, Fabric const& fabric);

}  // namespace copperwall

//! What makes a fabric impossible, whatever file it came from.
#pragma once

#include <vector>

#include "host/input/error.h"

namespace copperwall {

//! Every reason why the scenario's fabric cannot be built: counts, ports, rates, ends, media. Empty: it can.
std::vector<Diagnostic> impossible_in(ScenarioSpec const& scenario);

}  // namespace copperwall

//! Links and planes that a scenario says are slow, down or dead: are they there?
#pragma once

#include "host/input/document.h"
#include "host/input/error_list.h"

namespace copperwall {

//! Takes dead planes off the fabric. Chips go with the planes they hold.
void kill_planes(std::uint32_t dead, Document const& document, FabricSpec& fabric, ErrorList& errors);

//! All that can be said before chips are wired.
void check_degraded(ScenarioSpec const& scenario, FabricSpec const& fabric, Document const& document,
                    ErrorList& errors);

}  // namespace copperwall

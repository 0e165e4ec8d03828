//! What a scenario's [job] may be.
#pragma once

#include "host/input/document.h"
#include "host/input/error_list.h"
#include "host/input/spec.h"

namespace copperwall {

//! Hours that are some, and fewer spare trays than a domain has. Needs the scenario's fabric.
void check_job(ScenarioSpec const& scenario, Document const& document, ErrorList& errors);

}  // namespace copperwall

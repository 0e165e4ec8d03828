//! Channels of input buffers: are there buffers that have them?
#pragma once

#include "host/input/document.h"
#include "host/input/error_list.h"

namespace copperwall {

void check_buffers(ScenarioSpec const& scenario, Document const& document, ErrorList& errors);

//! Of a scenario whose library is known: nothing sends by turns in each of several channels.
void check_turns(ScenarioSpec const& scenario, Document const& document, ErrorList& errors);

}  // namespace copperwall

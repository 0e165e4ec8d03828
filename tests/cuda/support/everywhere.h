//! Every backend in one call: where there is a device, runs of the window engine are repeated on it.
#pragma once

#include "cuda/engine.h"

namespace copperwall::testing {

bool has_device();

//! run(). Where there is a device it runs there too, side by side with what other calls have asked for,
//! before the program ends; the program fails where that gives other bits. Only the longest window is
//! repeated: shorter ones show nothing of a backend.
EngineResult run_everywhere(EngineInput const& input, EngineOptions const& options = {});

}  // namespace copperwall::testing

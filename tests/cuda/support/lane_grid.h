//! The body of the CUDA kernel run by host threads: teams of several lanes, real barriers, real atomics.
#pragma once

#include "cuda/engine.h"

namespace copperwall::testing {

//! run(), through GridLoop on `blocks` teams of `lanes` threads each. Pauses every few windows, as the
//! device does to go back to the host.
EngineResult run_lanes(EngineInput const& input, EngineOptions const& options, unsigned blocks,
                       unsigned lanes);

}  // namespace copperwall::testing

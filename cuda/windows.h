//! The window engine on the CPU: nodes are shared out over threads, two barriers a window, no busy waiting.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! Errors as run().
EngineResult run_windows(EngineInput const& input, EngineOptions const& options);

}  // namespace copperwall

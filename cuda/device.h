//! The CUDA backend as host code sees it. A build without CUDA has the same functions (device_none.cc).
#pragma once

#include <string>
#include <vector>

#include "cuda/engine.h"

namespace copperwall {

//! One line a device: index, name, compute capability, memory. Empty without a device, a driver or CUDA.
std::vector<std::string> device_names();

//! Why there is no device to run on; empty where there is one.
std::string why_no_device();

//! The window engine on device 0. Throws std::runtime_error with why_no_device() or the call that failed.
EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options);

}  // namespace copperwall

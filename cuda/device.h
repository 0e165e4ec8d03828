//! The CUDA backend as host code sees it. A build without nvcc has the same functions in no_device.cc.
#pragma once

#include <string>
#include <vector>

#include "cuda/engine.h"
#include "cuda/laws.h"

namespace copperwall {

//! One line a device: index, name, compute capability, memory. Empty without a device, a driver or CUDA.
std::vector<std::string> device_names();

//! Why there is no device to run on, and what to do; empty where there is one.
std::string why_no_device();

//! The window engine on device 0, input as accepted by check(). Throws std::runtime_error with
//! why_no_device(), the CUDA call that failed, or that device memory is too small.
EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options);

//! evaluate_links() on device 0, one thread a link; the same bits as on the host. Errors as above.
std::vector<LinkLaws> evaluate_links_cuda(std::vector<LinkInput> const& links);

}  // namespace copperwall

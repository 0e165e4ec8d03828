//! The CUDA backend as host code sees it. A build without nvcc has the same functions in no_device.cc.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "cuda/engine.h"
#include "cuda/laws.h"
#include "cuda/risk_bands.h"

namespace copperwall {

//! One line a device: index, name, compute capability, memory. Empty without a device, a driver or CUDA.
std::vector<std::string> device_names();

bool built_with_cuda();

//! Why there is no device, in a few words; empty where there is one.
std::string no_device_reason();

//! The same as an error: what to do, too.
std::string why_no_device();

//! There is no device, or a call failed after which this process can do nothing more on it.
struct DeviceError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

//! The window engine on the least busy of options.devices that has not failed, input as accepted by check().
//! Calls from several threads run side by side in one launch. Throws DeviceError with why_no_device(), or the
//! CUDA call that failed on the last of them; std::runtime_error where device memory is too small;
//! Interrupted.
EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options);

//! What this process has done on its devices so far.
struct DeviceUse {
    double kernel_s = 0;         //!< from launch to end, of all launches
    std::uint64_t launches = 0;  //!< of the window loop
    std::uint64_t scenarios = 0;
};

DeviceUse device_use();

//! Bytes read and written a second by a copy within the memory of device 0: the measured limit.
double device_copy_Bps();

//! evaluate_links() on device 0, one thread a link; the same bits as on the host. Errors as above.
std::vector<LinkLaws> evaluate_links_cuda(std::vector<LinkInput> const& links);

//! risk_bands() on device 0, one thread a draw of a model, sorted there; the same bits. Errors as above.
std::vector<RiskBands> risk_bands_cuda(std::vector<RiskModel const*> const& models, std::uint64_t seed);

}  // namespace copperwall

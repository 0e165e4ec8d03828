#include "cuda/device.h"

namespace copperwall {

std::vector<std::string> device_names()
{
    return {};
}

bool built_with_cuda()
{
    return false;
}

std::string no_device_reason()
{
    return "this build has no CUDA";
}

std::string why_no_device()
{
    return "--backend cuda: this build has no CUDA; use --backend cpu, or build where nvcc is found";
}

EngineResult run_windows_cuda(EngineInput const&, EngineOptions const&)
{
    throw DeviceError(why_no_device());
}

DeviceUse device_use()
{
    return {};
}

double device_copy_Bps()
{
    return 0;
}

std::vector<LinkLaws> evaluate_links_cuda(std::vector<LinkInput> const&)
{
    throw DeviceError(why_no_device());
}

std::vector<RiskBands> risk_bands_cuda(std::vector<RiskModel const*> const&, std::uint64_t)
{
    throw DeviceError(why_no_device());
}

}  // namespace copperwall

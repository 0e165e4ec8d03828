#include "cuda/device.h"
#include "cuda/device_memory.cuh"

namespace copperwall {

std::vector<std::string> device_names()
{
    std::vector<std::string> names;
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess) return names;
    for (int i = 0; i != count; ++i) {
        cudaDeviceProp device{};
        CW_CUDA_CALL(cudaGetDeviceProperties(&device, i));
        names.push_back(std::to_string(i) + "  " + device.name + ", compute capability " +
                        std::to_string(device.major) + "." + std::to_string(device.minor) + ", " +
                        std::to_string(device.totalGlobalMem >> 30) + " GiB");
    }
    return names;
}

std::string why_no_device()
{
    int count = 0;
    cudaError_t const error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count != 0) return {};
    std::string const reason = error != cudaSuccess ? cudaGetErrorString(error) : "no CUDA device";
    return "--backend cuda: no device to run on (" + reason + "); use --backend cpu";
}

}  // namespace copperwall

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

bool built_with_cuda()
{
    return true;
}

std::string no_device_reason()
{
    int count = 0;
    cudaError_t const error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count != 0) return {};
    return error != cudaSuccess ? cudaGetErrorString(error) : "no CUDA device";
}

std::string why_no_device()
{
    std::string const reason = no_device_reason();
    if (reason.empty()) return {};
    return "--backend cuda: no device to run on (" + reason + "); use --backend cpu";
}

double device_copy_Bps()
{
    constexpr std::size_t kBytes = std::size_t{1} << 30;
    constexpr int kCopies = 20;
    DeviceArray<char> const from(kBytes);
    DeviceArray<char> const to(kBytes);
    cudaEvent_t start = nullptr;
    cudaEvent_t end = nullptr;
    CW_CUDA_CALL(cudaEventCreate(&start));
    CW_CUDA_CALL(cudaEventCreate(&end));
    for (int i = -1; i != kCopies; ++i) {
        if (i == 0) CW_CUDA_CALL(cudaEventRecord(start));
        CW_CUDA_CALL(cudaMemcpyAsync(to.data(), from.data(), kBytes, cudaMemcpyDeviceToDevice));
    }
    CW_CUDA_CALL(cudaEventRecord(end));
    CW_CUDA_CALL(cudaEventSynchronize(end));
    float ms = 0;
    CW_CUDA_CALL(cudaEventElapsedTime(&ms, start, end));
    CW_CUDA_CALL(cudaEventDestroy(start));
    CW_CUDA_CALL(cudaEventDestroy(end));
    return 2.0 * kBytes * kCopies / (1e-3 * static_cast<double>(ms));
}

}  // namespace copperwall

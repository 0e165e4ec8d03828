#include "cuda/device.h"
#include "cuda/device_memory.cuh"

namespace copperwall {
namespace {

__global__ void evaluate_links_kernel(LinkInput const* links, LinkLaws* laws, std::size_t n)
{
    std::size_t const thread = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    evaluate_links(links, laws, n, thread, static_cast<std::size_t>(gridDim.x) * blockDim.x);
}

}  // namespace

std::vector<LinkLaws> evaluate_links_cuda(std::vector<LinkInput> const& links)
{
    if (std::string const why = why_no_device(); !why.empty()) throw DeviceError(why);
    std::vector<LinkLaws> laws(links.size());
    if (links.empty()) return laws;
    DeviceArray<LinkInput> const inputs(links);
    DeviceArray<LinkLaws> const outputs(links.size());
    constexpr unsigned kThreads = 256;
    std::size_t const blocks = (links.size() + kThreads - 1) / kThreads;
    evaluate_links_kernel<<<static_cast<unsigned>(blocks < 65535 ? blocks : 65535), kThreads>>>(
        inputs.data(), outputs.data(), links.size());
    CW_CUDA_CALL(cudaGetLastError());
    CW_CUDA_CALL(cudaDeviceSynchronize());
    outputs.copy_to(laws.data());
    return laws;
}

}  // namespace copperwall

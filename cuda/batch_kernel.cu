#include "cuda/batch_kernel.cuh"

#include "cuda/device_memory.cuh"
#include "cuda/device_worker.cuh"

namespace copperwall {
namespace {

constexpr std::size_t kMostSharedBytes = 32 << 10;

__global__ void __launch_bounds__(kThreadsPerBlock) batch_kernel(DeviceBatch const __grid_constant__ batch)
{
    __shared__ alignas(16) unsigned char shared_bytes[sizeof(BlockShared)];
    extern __shared__ std::uint32_t shared_words[];
    BlockShared& shared = *reinterpret_cast<BlockShared*>(shared_bytes);
    std::uint32_t* const words = batch.port_words == nullptr
                                     ? shared_words
                                     : batch.port_words + std::size_t{blockIdx.x} * kPortArrays * batch.ports;
    DeviceWorker worker(batch, shared, words);
    bool done = true;
    while (done && worker.take()) {
        DeviceScenario const& now = shared.scenario;
        GridLoop<DeviceWorker> loop(worker, now.model, now.state, now.wiring, *now.control);
        if (shared.fresh != 0) loop.launch();
        done = loop.run();
        worker.add_up();
    }
    worker.close();
}

std::size_t shared_bytes_of(std::uint32_t ports)
{
    std::size_t const bytes = std::size_t{kPortArrays} * ports * sizeof(std::uint32_t);
    return bytes <= kMostSharedBytes ? bytes : 0;
}

}  // namespace

unsigned resident_blocks(std::uint32_t ports)
{
    int device = 0;
    int per_sm = 0;
    int sms = 0;
    CW_CUDA_CALL(cudaGetDevice(&device));
    CW_CUDA_CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_sm, batch_kernel, kThreadsPerBlock,
                                                               shared_bytes_of(ports)));
    CW_CUDA_CALL(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, device));
    return static_cast<unsigned>(per_sm * sms);
}

std::size_t port_words(unsigned blocks, std::uint32_t ports)
{
    return shared_bytes_of(ports) != 0 ? 0 : std::size_t{blocks} * kPortArrays * ports;
}

void launch_batch(DeviceBatch const& batch, unsigned blocks, cudaStream_t stream)
{
    DeviceBatch copy = batch;
    void* arguments[] = {&copy};
    CW_CUDA_CALL(cudaLaunchCooperativeKernel(reinterpret_cast<void const*>(batch_kernel), dim3(blocks),
                                             dim3(kThreadsPerBlock), arguments, shared_bytes_of(batch.ports),
                                             stream));
    CW_CUDA_CALL(cudaStreamSynchronize(stream));
}

}  // namespace copperwall

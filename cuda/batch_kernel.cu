#include "cuda/batch_kernel.cuh"

#include <algorithm>

#include "cuda/device_memory.cuh"
#include "cuda/device_worker.cuh"

namespace copperwall {
namespace {

constexpr std::uint32_t kSharedKeys = 2048;  //!< 22 packets on each of 72 inputs, and more
constexpr std::size_t kBlockBytes = (sizeof(BlockShared) + 15) / 16 * 16;
constexpr std::size_t kMostWordBytes = 24 << 10;
constexpr unsigned kLeastThreads = 128;
constexpr unsigned kMostThreads = kMostWarps * kWarp;
constexpr unsigned kBlocksPerSm = 3;  //!< of kMostThreads, at least: 80 registers; 128 and 186 gave less

__global__ void __launch_bounds__(kMostThreads, kBlocksPerSm)
    batch_kernel(DeviceBatch const __grid_constant__ batch)
{
    BlockShared& shared = *reinterpret_cast<BlockShared*>(shared_memory());
    std::uint64_t* const shared_keys = reinterpret_cast<std::uint64_t*>(shared_memory() + kBlockBytes);
    std::size_t const own_words = port_words_of_block(batch.ports, blockDim.x / kWarp);
    std::uint32_t* const words = batch.port_words == nullptr
                                     ? reinterpret_cast<std::uint32_t*>(shared_keys + batch.shared_keys)
                                     : batch.port_words + blockIdx.x * own_words;
    LaneState lane;
    BlockWorker worker(batch, shared, lane, words, shared_keys);
    bool done = true;
    while (done && worker.take()) {
        DeviceScenario const& now = shared.scenario;
        GridLoop<BlockWorker> loop(worker, now.model, now.state, now.wiring, *now.control);
        if (shared.fresh != 0) loop.launch();
        done = loop.run();
        worker.add_up();
    }
    worker.close();
}

}  // namespace

BlockShape block_shape(std::uint32_t ports)
{
    BlockShape shape;
    shape.threads = std::clamp((ports + kWarp - 1) / kWarp * kWarp, kLeastThreads, kMostThreads);
    shape.port_words = port_words_of_block(ports, shape.threads / kWarp);
    shape.shared_keys = kSharedKeys;
    shape.shared_bytes = kBlockBytes + kSharedKeys * sizeof(std::uint64_t);
    shape.words_are_shared = shape.port_words * sizeof(std::uint32_t) <= kMostWordBytes;
    if (shape.words_are_shared) shape.shared_bytes += shape.port_words * sizeof(std::uint32_t);
    int device = 0;
    int per_sm = 0;
    int sms = 0;
    CW_CUDA_CALL(cudaGetDevice(&device));
    CW_CUDA_CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        &per_sm, batch_kernel, static_cast<int>(shape.threads), shape.shared_bytes));
    CW_CUDA_CALL(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, device));
    shape.most_blocks = static_cast<unsigned>(per_sm * sms);
    return shape;
}

void launch_batch(DeviceBatch const& batch, BlockShape const& shape, unsigned blocks, cudaStream_t stream)
{
    DeviceBatch copy = batch;
    void* arguments[] = {&copy};
    CW_CUDA_CALL(cudaLaunchCooperativeKernel(batch_kernel, dim3(blocks), dim3(shape.threads), arguments,
                                             shape.shared_bytes, stream));
    CW_CUDA_CALL(cudaStreamSynchronize(stream));
}

}  // namespace copperwall

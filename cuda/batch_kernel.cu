#include "cuda/batch_kernel.cuh"

#include <algorithm>

#include "cuda/device_memory.cuh"
#include "cuda/device_worker.cuh"

namespace copperwall {
namespace {

constexpr std::uint32_t kSharedKeys = 2048;  //!< 22 packets on each of 72 inputs, and more
constexpr std::size_t kBlockBytes = (sizeof(BlockShared) + 15) / 16 * 16;
constexpr std::size_t kMostWordBytes = 24 << 10;
constexpr unsigned kLeastThreads = 64;
constexpr unsigned kMostThreads = kMostWarps * kWarp;

// Blocks of kMostThreads on a multiprocessor, at least. With two a lane has 128 registers, which is best
// where there are blocks enough; with one, about 190, best where there is one a multiprocessor or less.
constexpr unsigned kFull = 2;
constexpr unsigned kSparse = 1;

template <unsigned blocks_per_sm>
__global__ void __launch_bounds__(kMostThreads, blocks_per_sm)
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

using Kernel = void (*)(DeviceBatch);

Kernel kernel_of(BlockShape const& shape)
{
    return shape.sparse ? batch_kernel<kSparse> : batch_kernel<kFull>;
}

}  // namespace

BlockShape block_shape(std::uint32_t ports, std::uint64_t blocks)
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
    CW_CUDA_CALL(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, device));
    shape.sparse = blocks <= static_cast<std::uint64_t>(sms);
    CW_CUDA_CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        &per_sm, kernel_of(shape), static_cast<int>(shape.threads), shape.shared_bytes));
    shape.most_blocks = static_cast<unsigned>(per_sm * sms);
    return shape;
}

void launch_batch(DeviceBatch const& batch, BlockShape const& shape, unsigned blocks, cudaStream_t stream)
{
    DeviceBatch copy = batch;
    void* arguments[] = {&copy};
    CW_CUDA_CALL(cudaLaunchCooperativeKernel(kernel_of(shape), dim3(blocks), dim3(shape.threads), arguments,
                                             shape.shared_bytes, stream));
    CW_CUDA_CALL(cudaStreamSynchronize(stream));
}

}  // namespace copperwall

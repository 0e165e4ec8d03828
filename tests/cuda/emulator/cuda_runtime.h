//! In place of the CUDA runtime: as much of it as the window engine's .cu files use, on the host. So the very
//! text of the kernel and of its queue runs where there is no GPU, and under the host compiler's sanitizers:
//! CUDA threads take turns on the thread that launches them, each until it waits; device memory is memory of
//! the heap; there are two devices of one multiprocessor.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

#define __global__
#define __device__
#define __grid_constant__
#define __launch_bounds__(...)

struct dim3 {
    unsigned x = 1;
    dim3(unsigned n = 1) : x(n) {}
};

namespace copperwall::emulator {

struct Fiber;

//! Of all threads of a block, or of a warp.
class Barrier {
public:
    explicit Barrier(unsigned threads) : threads_(threads) {}
    void arrive_and_wait();

private:
    unsigned threads_;
    std::vector<Fiber*> waiting_;
};

struct Block {
    Block(unsigned threads, std::size_t shared_bytes)
        : all(threads), warps(threads / 32, Barrier(32)), shared_memory(shared_bytes), exchanged(threads)
    {
    }

    Barrier all;
    std::vector<Barrier> warps;
    std::vector<unsigned char> shared_memory;
    std::vector<std::uint64_t> exchanged;  //!< by shuffles
};

struct Thread {
    Block* block = nullptr;
    unsigned index = 0;
    unsigned block_index = 0;
    unsigned threads = 0;
    unsigned blocks = 0;
    long long clock = 0;
};

Thread& this_thread();

//! Lets the others go on: what waits for them in a loop calls it.
void yield();

//! Bytes of memory that the first device has; 0: no limit.
void limit_memory(std::size_t bytes);
std::size_t memory_in_use();

std::size_t launches_on(int device);

//! The launches on a device after so many more fail, and all calls after them, as when a kernel has trapped.
void fail_after_launches(int device, std::size_t launches);

//! Counts a launch; false: it fails.
bool may_launch();

//! body() by every thread of every block, in turns. Aborts where all wait.
void launch(unsigned blocks, unsigned threads, std::size_t shared_bytes, std::function<void()> const& body);

}  // namespace copperwall::emulator

#define threadIdx (dim3(copperwall::emulator::this_thread().index))
#define blockIdx (dim3(copperwall::emulator::this_thread().block_index))
#define blockDim (dim3(copperwall::emulator::this_thread().threads))
#define gridDim (dim3(copperwall::emulator::this_thread().blocks))

// --- what device code calls

void __syncthreads();
void __syncwarp();
std::uint64_t __shfl_xor_sync(unsigned mask, std::uint64_t value, int lane_mask);
long long clock64();
inline void __nanosleep(unsigned)
{
    copperwall::emulator::yield();
}
inline void __threadfence()
{
    std::atomic_thread_fence(std::memory_order_seq_cst);
}
inline void __threadfence_system()
{
    __threadfence();
}
[[noreturn]] void __trap();

template <class T>
T atomicAdd(T* value, T n)
{
    return std::atomic_ref(*value).fetch_add(n);
}
template <class T>
T atomicMin(T* value, T to)
{
    std::atomic_ref shared(*value);
    T before = shared.load();
    while (to < before && !shared.compare_exchange_weak(before, to)) {
    }
    return before;
}
template <class T>
T atomicMax(T* value, T to)
{
    std::atomic_ref shared(*value);
    T before = shared.load();
    while (to > before && !shared.compare_exchange_weak(before, to)) {
    }
    return before;
}
template <class T>
T min(T a, T b)
{
    return b < a ? b : a;
}
template <class T>
T max(T a, T b)
{
    return a < b ? b : a;
}

// --- what host code calls

enum cudaError_t { cudaSuccess, cudaErrorMemoryAllocation, cudaErrorLaunchFailure };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaDeviceAttr {
    cudaDevAttrMultiProcessorCount,
    cudaDevAttrClockRate,
    cudaDevAttrMaxBlocksPerMultiprocessor,
    cudaDevAttrMaxThreadsPerMultiProcessor
};
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold };
using cudaStream_t = void*;
using cudaMemPool_t = void*;
inline constexpr cudaStream_t cudaStreamPerThread = nullptr;
inline constexpr unsigned cudaStreamNonBlocking = 0;
inline constexpr unsigned cudaHostAllocMapped = 0;
inline constexpr unsigned cudaHostAllocPortable = 0;

char const* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaMalloc(void** data, std::size_t bytes);
cudaError_t cudaFree(void* data);
cudaError_t cudaMallocAsync(void** data, std::size_t bytes, cudaStream_t stream);
cudaError_t cudaFreeAsync(void* data, cudaStream_t stream);
cudaError_t cudaHostAlloc(void** data, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* data);
cudaError_t cudaMemcpy(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* data, int value, std::size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device);
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);

template <class Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel, int, std::size_t)
{
    *blocks = 2;
    return cudaSuccess;
}

template <class... Arguments>
cudaError_t cudaLaunchCooperativeKernel(void (*kernel)(Arguments...), dim3 grid, dim3 block, void** arguments,
                                        std::size_t shared_bytes, cudaStream_t)
{
    static_assert(sizeof...(Arguments) == 1);
    if (!copperwall::emulator::may_launch()) return cudaErrorLaunchFailure;
    copperwall::emulator::launch(grid.x, block.x, shared_bytes, [&] {
        using Argument = std::tuple_element_t<0, std::tuple<std::remove_cvref_t<Arguments>...>>;
        kernel(*static_cast<Argument*>(arguments[0]));
    });
    return cudaSuccess;
}

#include "tests/cuda/emulator/cuda_runtime.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "cuda/device.h"
#include "tests/cuda/emulator/fibers.h"

namespace copperwall {
namespace emulator {
namespace {

constexpr int kClockRate = 1000;  //!< kHz

constexpr int kDevices = 2;

struct Device {
    std::size_t memory_limit = 0;
    std::size_t memory_used = 0;
    std::atomic<std::size_t> launches = 0;
    std::atomic<std::size_t> launches_left = ~std::size_t{0};
    std::atomic<bool> broken = false;
};

struct Allocation {
    std::size_t bytes = 0;
    Device* device = nullptr;
};

std::mutex memory_mutex;
std::map<void*, Allocation> memory;
Device devices[kDevices];
thread_local int current = 0;

Device& device()
{
    return devices[current];
}

}  // namespace

void limit_memory(std::size_t bytes)
{
    devices[0].memory_limit = bytes;
}

std::size_t memory_in_use()
{
    std::scoped_lock const lock(memory_mutex);
    return devices[0].memory_used;
}

std::size_t launches_on(int index)
{
    return devices[index].launches;
}

void fail_after_launches(int index, std::size_t launches)
{
    devices[index].launches_left = launches;
}

bool may_launch()
{
    Device& on = device();
    if (on.launches_left == 0) on.broken = true;
    --on.launches_left;
    ++on.launches;
    return !on.broken;
}

void launch(unsigned blocks, unsigned threads, std::size_t shared_bytes, std::function<void()> const& body)
{
    std::vector<std::unique_ptr<Block>> all;
    Fibers fibers(body);
    for (unsigned b = 0; b != blocks; ++b) {
        all.push_back(std::make_unique<Block>(threads, shared_bytes));
        for (unsigned t = 0; t != threads; ++t) fibers.add({all[b].get(), t, b, threads, blocks, 0});
    }
    fibers.run();
}

}  // namespace emulator

std::vector<std::string> device_names()
{
    return {"0  emulated on host threads", "1  emulated on host threads"};
}

bool built_with_cuda()
{
    return true;
}

std::string no_device_reason()
{
    return {};
}

std::string why_no_device()
{
    return {};
}

}  // namespace copperwall

using copperwall::emulator::device;

namespace {

cudaError_t unless_broken()
{
    return device().broken ? cudaErrorLaunchFailure : cudaSuccess;
}

}  // namespace

char const* cudaGetErrorString(cudaError_t error)
{
    return error == cudaErrorMemoryAllocation ? "out of memory" : "unspecified launch failure";
}

cudaError_t cudaGetLastError()
{
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** data, std::size_t bytes)
{
    using namespace copperwall::emulator;
    Device& on = device();
    if (on.broken) return cudaErrorLaunchFailure;
    std::scoped_lock const lock(memory_mutex);
    if (on.memory_limit != 0 && on.memory_used + bytes > on.memory_limit) return cudaErrorMemoryAllocation;
    *data = std::malloc(bytes);
    memory[*data] = {bytes, &on};
    on.memory_used += bytes;
    return cudaSuccess;
}

cudaError_t cudaFree(void* data)
{
    using namespace copperwall::emulator;
    std::scoped_lock const lock(memory_mutex);
    auto const found = memory.find(data);
    if (found == memory.end()) return cudaErrorLaunchFailure;
    found->second.device->memory_used -= found->second.bytes;
    memory.erase(found);
    std::free(data);
    return unless_broken();
}

cudaError_t cudaMallocAsync(void** data, std::size_t bytes, cudaStream_t)
{
    return cudaMalloc(data, bytes);
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t)
{
    return cudaFree(data);
}

cudaError_t cudaHostAlloc(void** data, std::size_t bytes, unsigned)
{
    *data = std::malloc(bytes);
    return unless_broken();
}

cudaError_t cudaFreeHost(void* data)
{
    std::free(data);
    return unless_broken();
}

cudaError_t cudaMemcpy(void* to, void const* from, std::size_t bytes, cudaMemcpyKind)
{
    if (device().broken) return cudaErrorLaunchFailure;
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t)
{
    return cudaMemcpy(to, from, bytes, kind);
}

cudaError_t cudaMemsetAsync(void* data, int value, std::size_t bytes, cudaStream_t)
{
    if (device().broken) return cudaErrorLaunchFailure;
    std::memset(data, value, bytes);
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned)
{
    *stream = nullptr;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t)
{
    return unless_broken();
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int)
{
    *pool = nullptr;
    return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*)
{
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int)
{
    switch (attribute) {
        case cudaDevAttrMultiProcessorCount:
            *value = 1;
            break;
        case cudaDevAttrClockRate:
            *value = copperwall::emulator::kClockRate;
            break;
        case cudaDevAttrMaxBlocksPerMultiprocessor:
            *value = 32;
            break;
        case cudaDevAttrMaxThreadsPerMultiProcessor:
            *value = 2048;
            break;
    }
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int* index)
{
    *index = copperwall::emulator::current;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int index)
{
    copperwall::emulator::current = index;
    return cudaSuccess;
}

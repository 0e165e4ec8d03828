//! Device memory with an owner, and the one check of every CUDA call.
#pragma once

#include <cuda_runtime.h>

#include <string>
#include <vector>

#include "cuda/device.h"

namespace copperwall {

inline void check_cuda(cudaError_t error, char const* call, char const* file, int line)
{
    if (error == cudaSuccess) return;
    throw DeviceError(std::string(file) + ":" + std::to_string(line) + ": " + call + ": " +
                      cudaGetErrorString(error));
}

#define CW_CUDA_CALL(call) ::copperwall::check_cuda((call), #call, __FILE__, __LINE__)

//! An array in device memory; T is copied byte by byte.
template <class T>
class DeviceArray {
public:
    explicit DeviceArray(std::size_t n) : size_(n)
    {
        if (n != 0) CW_CUDA_CALL(cudaMalloc(reinterpret_cast<void**>(&data_), n * sizeof(T)));
    }
    explicit DeviceArray(T const* host, std::size_t n) : DeviceArray(n)
    {
        if (n != 0) CW_CUDA_CALL(cudaMemcpy(data_, host, n * sizeof(T), cudaMemcpyHostToDevice));
    }
    explicit DeviceArray(std::vector<T> const& host) : DeviceArray(host.data(), host.size()) {}
    DeviceArray(DeviceArray const&) = delete;
    DeviceArray& operator=(DeviceArray const&) = delete;
    ~DeviceArray() { cudaFree(data_); }

    T* data() const { return data_; }

    void copy_to(T* host) const
    {
        if (size_ != 0) CW_CUDA_CALL(cudaMemcpy(host, data_, size_ * sizeof(T), cudaMemcpyDeviceToHost));
    }
    void copy_from(T const* host) const
    {
        if (size_ != 0) CW_CUDA_CALL(cudaMemcpy(data_, host, size_ * sizeof(T), cudaMemcpyHostToDevice));
    }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace copperwall

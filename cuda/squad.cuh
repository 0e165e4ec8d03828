//! A few neighbouring lanes of a warp that work on one port together.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace copperwall {

struct Squad {
    static constexpr std::uint32_t kLanes = 8;

    __device__ static std::uint32_t rank() { return threadIdx.x % kLanes; }
    __device__ static std::uint32_t index() { return threadIdx.x / kLanes; }
    __device__ static std::uint32_t count() { return blockDim.x / kLanes; }
    __device__ static void sync() { __syncwarp(mask()); }
    //! One bit a lane.
    __device__ static std::uint32_t ballot(bool mine)
    {
        return __ballot_sync(mask(), mine) >> first() & ((1u << kLanes) - 1);
    }
    template <class T>
    __device__ static T from(T value, std::uint32_t lane)
    {
        return __shfl_sync(mask(), value, static_cast<int>(first() + lane));
    }
    template <class T>
    __device__ static T* from(T* value, std::uint32_t lane)
    {
        return reinterpret_cast<T*>(from(reinterpret_cast<std::uint64_t>(value), lane));
    }
    //! That of the lane so far below; its own where there is none.
    template <class T>
    __device__ static T below(T value, std::uint32_t lanes)
    {
        return __shfl_up_sync(mask(), value, lanes, kLanes);
    }

    __device__ static std::uint32_t how_many(std::uint32_t lanes)
    {
        return static_cast<std::uint32_t>(__popc(lanes));
    }
    //! How many of the first are in it before one that is not.
    __device__ static std::uint32_t leading(std::uint32_t lanes)
    {
        return static_cast<std::uint32_t>(__ffs(static_cast<int>(~lanes))) - 1;
    }
    //! Those below this one.
    __device__ static std::uint32_t below_me() { return (1u << rank()) - 1; }

private:
    __device__ static std::uint32_t first() { return threadIdx.x % 32 / kLanes * kLanes; }
    __device__ static std::uint32_t mask() { return ((1u << kLanes) - 1) << first(); }
};

}  // namespace copperwall

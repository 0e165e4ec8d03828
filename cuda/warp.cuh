//! The lanes of a warp that work on one port together.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace copperwall {

struct Warp {
    static constexpr std::uint32_t kLanes = 32;

    __device__ static std::uint32_t rank() { return threadIdx.x % kLanes; }
    __device__ static std::uint32_t index() { return threadIdx.x / kLanes; }
    __device__ static std::uint32_t count() { return blockDim.x / kLanes; }
    __device__ static void sync() { __syncwarp(); }
    //! One bit a lane.
    __device__ static std::uint32_t ballot(bool mine) { return __ballot_sync(kAll, mine); }
    template <class T>
    __device__ static T from(T value, std::uint32_t lane)
    {
        return __shfl_sync(kAll, value, static_cast<int>(lane));
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
        return __shfl_up_sync(kAll, value, lanes);
    }
    __device__ static std::uint32_t how_many(std::uint32_t lanes)
    {
        return static_cast<std::uint32_t>(__popc(lanes));
    }
    //! How many of the first are in it before one that is not.
    __device__ static std::uint32_t leading(std::uint32_t lanes)
    {
        return lanes == kAll ? kLanes : static_cast<std::uint32_t>(__ffs(static_cast<int>(~lanes))) - 1;
    }
    //! Those below this one.
    __device__ static std::uint32_t below_me() { return (1u << rank()) - 1; }

private:
    static constexpr std::uint32_t kAll = 0xffffffffu;
};

}  // namespace copperwall

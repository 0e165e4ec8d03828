//! The kernel that runs the window loop of many scenarios, as its launcher sees it.
#pragma once

#include "cuda/device_batch.cuh"

namespace copperwall {

inline constexpr unsigned kThreadsPerBlock = 128;

//! Blocks that can all be on the current device at once, where nodes have at most `ports` ports.
unsigned resident_blocks(std::uint32_t ports);

//! Words of memory that batch.port_words must have for a launch of `blocks`; 0: shared memory is enough.
std::size_t port_words(unsigned blocks, std::uint32_t ports);

//! Runs `blocks` blocks of `batch` on `stream` and waits for them. Throws std::runtime_error with the CUDA
//! call that failed.
void launch_batch(DeviceBatch const& batch, unsigned blocks, cudaStream_t stream);

}  // namespace copperwall

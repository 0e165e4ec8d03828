//! The kernel that runs the window loop of many scenarios, as its launcher sees it.
#pragma once

#include <cuda_runtime.h>

#include "cuda/device_batch.cuh"

namespace copperwall {

//! How blocks are cut where nodes have at most `ports` ports.
struct BlockShape {
    unsigned threads = 0;
    unsigned most_blocks = 0;  //!< that can all be on the current device at once
    std::uint32_t shared_keys = 0;
    std::size_t shared_bytes = 0;
    std::size_t port_words = 0;
    bool words_are_shared = true;  //!< else batch.port_words has those of every block
    bool sparse = false;           //!< a block has a multiprocessor for itself
};

//! `blocks`: as many as could be at work, one for each node of every scenario.
BlockShape block_shape(std::uint32_t ports, std::uint64_t blocks);

//! Runs `blocks` blocks of `batch` on `stream` and waits for them. Throws std::runtime_error with the CUDA
//! call that failed.
void launch_batch(DeviceBatch const& batch, BlockShape const& shape, unsigned blocks, cudaStream_t stream);

}  // namespace copperwall

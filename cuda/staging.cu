#include "cuda/staging.cuh"

#include "cuda/device_memory.cuh"

namespace copperwall {
namespace {

constexpr std::size_t kPieces = 8;  //!< copies go over one bus: a few keep it busy

}  // namespace

StagingPool::StagingPool()
{
    CW_CUDA_CALL(
        cudaHostAlloc(reinterpret_cast<void**>(&all_), kPieces * kStagingBytes, cudaHostAllocPortable));
    for (std::size_t i = 0; i != kPieces; ++i) free_.push_back(all_ + i * kStagingBytes);
}

StagingPool::~StagingPool()
{
    cudaFreeHost(all_);
}

Staging::Staging(StagingPool& pool) : pool_(pool)
{
    std::unique_lock lock(pool_.mutex_);
    pool_.given_back_.wait(lock, [&] { return !pool_.free_.empty(); });
    data_ = pool_.free_.back();
    pool_.free_.pop_back();
}

Staging::~Staging()
{
    {
        std::scoped_lock const lock(pool_.mutex_);
        pool_.free_.push_back(data_);
    }
    pool_.given_back_.notify_one();
}

}  // namespace copperwall

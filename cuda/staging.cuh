//! Page-locked memory of the host, through which arrays go to a device and back: many small ones in one copy.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace copperwall {

inline constexpr std::size_t kStagingBytes = std::size_t{1} << 20;  //!< of a piece

//! Pieces that threads borrow.
class StagingPool {
public:
    //! On the current device. Throws DeviceError.
    StagingPool();
    StagingPool(StagingPool const&) = delete;
    StagingPool& operator=(StagingPool const&) = delete;
    ~StagingPool();

private:
    friend class Staging;

    std::byte* all_ = nullptr;
    std::vector<std::byte*> free_;
    std::mutex mutex_;
    std::condition_variable given_back_;
};

//! A piece, as long as it lives; waits while others have them all.
class Staging {
public:
    explicit Staging(StagingPool& pool);
    Staging(Staging const&) = delete;
    Staging& operator=(Staging const&) = delete;
    ~Staging();

    std::byte* data() const { return data_; }

private:
    StagingPool& pool_;
    std::byte* data_ = nullptr;
};

}  // namespace copperwall

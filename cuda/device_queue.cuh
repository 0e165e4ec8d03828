//! Runs the scenarios that threads bring side by side on one device: whoever finds the device free launches
//! what has come, for all. A launch lasts 5 ms at most, so that new scenarios join those under way.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "cuda/batch_kernel.cuh"
#include "cuda/device.h"
#include "cuda/device_image.cuh"

namespace copperwall {

class DeviceQueue {
public:
    //! The queue of a device; lives as long as the process.
    static DeviceQueue& of(int device);

    //! Input as accepted by check(). Waits for memory while others use it. Errors as run_windows_cuda().
    EngineResult run(EngineInput const& input, EngineOptions const& options);

    DeviceUse use();

    //! Scenarios here now, to choose the least busy of several devices.
    std::size_t load();

private:
    struct Job {
        DeviceScenario scenario;
        std::atomic<bool> const* stop = nullptr;
        std::size_t bytes = 0;
        std::size_t window_bytes = 0;  //!< that its rings may take in one window
        std::uint32_t ports = 0;
        Control control;
        bool over = false;
        bool interrupted = false;
        std::string error;
    };
    using Lock = std::unique_lock<std::mutex>;

    explicit DeviceQueue(int device);

    std::unique_ptr<DeviceImage> image_of(EngineInput const& input, EngineOptions const& options);
    void finish_job(Job& job);
    void drive(Lock& lock);
    void admit();
    void launch();
    void settle(std::string const& error);
    void start_afresh();
    void grow_arena(std::size_t wanted);

    int device_;
    cudaStream_t stream_ = nullptr;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t preparing_ = 0;
    bool driving_ = false;
    std::vector<Job*> waiting_;
    std::vector<Job*> active_;
    DeviceUse use_;

    std::unique_ptr<DeviceBlock> batch_memory_;
    std::size_t most_blocks_ = 0;
    std::unique_ptr<DeviceBlock> lists_;
    std::vector<std::unique_ptr<DeviceBlock>> chunks_;
    DeviceArena arena_;
    std::size_t left_bytes_ = 0;        //!< used of chunks that are full
    std::size_t arena_bytes_ = 0;       //!< of all chunks
    std::size_t most_arena_bytes_ = 0;  //!< beyond it nothing new is admitted until all is over
    long long pause_cycles_ = 0;
    std::uint32_t* overflowed_ = nullptr;
};

}  // namespace copperwall

//! Runs the scenarios that threads bring side by side on one device: whoever finds the device free launches
//! what has come, for all. A launch lasts 5 ms at most, so that new scenarios join those under way.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "cuda/batch_kernel.cuh"
#include "cuda/device.h"
#include "cuda/device_image.cuh"

namespace copperwall {

class DeviceQueue {
public:
    //! Errors as run_windows_cuda().
    explicit DeviceQueue(int device);

    //! Input as accepted by check(). Waits for memory while others use it. Errors as run_windows_cuda();
    //! after a DeviceError there is no use in another call.
    EngineResult run(EngineInput const& input, EngineOptions const& options);

    DeviceUse use();

private:
    struct Job {
        DeviceScenario scenario;
        std::atomic<bool> const* stop = nullptr;
        std::size_t bytes = 0;
        std::vector<std::unique_ptr<DeviceBlock>> memory;  //!< of its rings; the last is the arena's
        DeviceArena arena;  //!< reserve: what rings may take in a window, and what earlier memory holds
        std::uint32_t ports = 0;
        Control control;
        bool over = false;
        bool interrupted = false;
        std::size_t missing = 0;  //!< bytes of memory that others had
        std::exception_ptr error;
    };
    struct Attempt {
        EngineResult result;
        std::size_t missing = 0;  //!< bytes of memory that others had; then there is no result
    };
    //! What is sent to the device for a launch.
    struct Launch {
        DeviceBatch batch;
        BlockShape shape;
        std::vector<DeviceGroup> groups;
        std::vector<DeviceScenario> scenarios;
        std::vector<Control> controls;
        std::vector<DeviceArena> arenas;
        Control* device_controls = nullptr;
        DeviceArena* device_arenas = nullptr;

        unsigned blocks() const { return static_cast<unsigned>(groups.size()) * batch.group_blocks; }
    };
    using Lock = std::unique_lock<std::mutex>;

    //! Lives longer than the memory that a thread holds.
    struct Holder {
        DeviceQueue& queue;
        bool holds = false;

        ~Holder();
    };

    Attempt attempt(EngineInput const& input, EngineOptions const& options);
    void wait_for_others();
    std::unique_ptr<DeviceImage> image_of(EngineInput const& input, EngineOptions const& options);
    void finish_job(Job& job);
    void drive(Lock& lock);
    void admit();
    void launch();
    static std::size_t give_memory(Job& job);
    void give_lists_memory();
    Launch lay_out() const;
    void upload(Launch& launch);
    void fetch(Launch& launch);
    void settle(std::exception_ptr const& error);
    void give_up_largest(std::size_t missing);

    int device_;
    cudaStream_t stream_ = nullptr;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::mutex retry_mutex_;
    std::size_t preparing_ = 0;
    std::size_t holders_ = 0;  //!< threads with a scenario in device memory
    bool driving_ = false;
    std::vector<Job*> waiting_;
    std::vector<Job*> active_;
    std::vector<Job*> launched_;  //!< of active_, those that there is memory for
    DeviceUse use_;

    std::unique_ptr<StagingPool> staging_;
    std::unique_ptr<DeviceBlock> batch_memory_;
    std::size_t most_blocks_ = 0;
    std::unique_ptr<DeviceBlock> lists_;         //!< what blocks and lanes keep
    std::unique_ptr<DeviceBlock> lists_memory_;  //!< what that points to
    DeviceArena lists_arena_;
    long long pause_cycles_ = 0;
    std::uint32_t* overflowed_ = nullptr;
};

}  // namespace copperwall

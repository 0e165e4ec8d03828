//! A scenario's arrays in device memory: uploaded when made, its results read back at the end.
#pragma once

#include <memory>
#include <vector>

#include "cuda/arrays.h"
#include "cuda/device_batch.cuh"
#include "cuda/staging.cuh"
#include "cuda/wiring.h"

namespace copperwall {

//! Device memory of one size, on the calling thread's stream. Throws DeviceMemoryShort where there is none.
class DeviceBlock {
public:
    explicit DeviceBlock(std::size_t bytes);
    DeviceBlock(DeviceBlock const&) = delete;
    DeviceBlock& operator=(DeviceBlock const&) = delete;
    ~DeviceBlock();

    std::byte* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }

private:
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

struct DeviceMemoryShort {
    std::size_t bytes = 0;  //!< that were asked for
};

//! Arrays of any type in one DeviceBlock.
class DeviceArrays {
public:
    //! `slot` will point to a copy of data[0 .. n) on the device; to nothing where n is 0.
    template <class T>
    void add(T*& slot, std::remove_const_t<T> const* data, std::size_t n)
    {
        add_part(slot, data, nullptr, n);
    }
    template <class T, class U>
    void add(T*& slot, std::vector<U> const& data)
    {
        add(slot, data.data(), data.size());
    }

    //! One that download() brings back into `data`. None but such come after the first.
    template <class T>
    void add_result(T*& slot, std::vector<T>& data)
    {
        add_part(slot, data.data(), data.data(), data.size());
    }

    std::size_t bytes() const { return bytes_; }

    //! Sets the slots to where everything will be.
    void place(std::byte* at);

    //! Copies everything to its place.
    void upload(StagingPool& pool) const;

    //! Copies results back to where they came from.
    void download(StagingPool& pool) const;

private:
    struct Part {
        std::byte** slot;
        std::byte const* data;
        std::byte* result;  //!< null: not to be brought back
        std::size_t bytes;
        std::size_t offset;
    };

    template <class T>
    void add_part(T*& slot, void const* data, void* result, std::size_t n)
    {
        void const* const address = &slot;
        parts_.push_back({static_cast<std::byte**>(const_cast<void*>(address)),
                          static_cast<std::byte const*>(data), static_cast<std::byte*>(result), n * sizeof(T),
                          bytes_});
        bytes_ += (n * sizeof(T) + 255) / 256 * 256;
    }

    std::vector<Part> parts_;
    std::byte* place_ = nullptr;
    std::size_t bytes_ = 0;
};

class DeviceImage {
public:
    //! Input as accepted by check(), which must outlive it, as must the pool. Throws as PreparedModel, and
    //! DeviceMemoryShort.
    DeviceImage(EngineInput const& input, EngineOptions const& options, StagingPool& pool);

    //! Control is left to the caller.
    DeviceScenario const& scenario() const { return scenario_; }
    std::size_t bytes() const { return block_->bytes(); }

    //! Of a run that is over; all but finish() of finish.h.
    EngineResult results();

private:
    StagingPool& pool_;
    PreparedModel prepared_;
    Arrays arrays_;
    std::vector<StepUse> steps_;
    std::vector<unsigned long long> hash_;
    DeviceScenario scenario_;
    DeviceArrays all_;
    std::unique_ptr<DeviceBlock> block_;
};

}  // namespace copperwall

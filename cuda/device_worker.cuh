//! A block of threads as a Worker (see emit.h and grid_loop.h): its lanes are the threads.
#pragma once

#include <cooperative_groups.h>

#include "cuda/device_sort.h"
#include "cuda/grid_loop.h"

namespace copperwall {

//! Device memory handed out in order and never taken back during a run.
struct DeviceArena {
    char* base = nullptr;
    unsigned long long capacity = 0;
    unsigned long long used = 0;
};

//! Scratch of one block: shared by its lanes, and one list a lane. Kept between launches.
struct BlockScratch {
    Buckets buckets;
    Scratch<Completion> arrivals;
    FreedBuckets freed;
    Scratch<std::uint64_t>* lane_keys = nullptr;  //!< [blockDim.x]
    Scratch<FreedSlots>* lane_freed = nullptr;    //!< same
    LinkId* due_in = nullptr;                     //!< [most ports of a node]
    LinkId* due_out = nullptr;                    //!< same
    std::uint32_t due_in_count = 0;
    std::uint32_t due_out_count = 0;
};

struct DeviceRun {
    Model model;
    State state;
    Wiring wiring;
    Control* control = nullptr;
    DeviceArena* arena = nullptr;
    BlockScratch* scratch = nullptr;  //!< [gridDim.x]
    StepUse* steps = nullptr;
    unsigned long long* hash = nullptr;
    unsigned long long reserve_bytes = 0;  //!< the arena's last part: reaching it means memory is short
    long long pause_after_cycles = 0;
};

class DeviceWorker {
public:
    __device__ explicit DeviceWorker(DeviceRun const& run) : run_(run), scratch_(run.scratch[blockIdx.x])
    {
        started_ = clock64();
    }

    __device__ std::uint32_t rank() const { return threadIdx.x; }
    __device__ std::uint32_t size() const { return blockDim.x; }
    __device__ void sync() const { __syncthreads(); }
    __device__ std::uint32_t block() const { return blockIdx.x; }
    __device__ std::uint32_t blocks() const { return gridDim.x; }
    __device__ void grid_sync() const { cooperative_groups::this_grid().sync(); }
    __device__ static std::uint32_t fetch_add(std::uint32_t* value, std::uint32_t n)
    {
        return atomicAdd(value, n);
    }
    __device__ static void atomic_min(std::uint64_t* value, std::uint64_t other)
    {
        atomicMin(reinterpret_cast<unsigned long long*>(value), static_cast<unsigned long long>(other));
    }
    __device__ static void sort(std::uint64_t* keys, std::uint32_t n) { sort_keys(keys, n); }

    //! Past the arena's end the run cannot go on correctly: the launch fails. wants_pause() stops it before.
    __device__ void* allocate(std::size_t bytes)
    {
        unsigned long long const rounded = (bytes + 15) / 16 * 16;
        unsigned long long const at = atomicAdd(&run_.arena->used, rounded);
        if (at + rounded > run_.arena->capacity) __trap();
        return run_.arena->base + at;
    }
    template <class T>
    __device__ void reserve(Scratch<T>& list, std::uint32_t n)
    {
        if (list.size + n <= list.capacity) return;
        std::uint32_t const capacity = max(max(list.size + n, 2 * list.capacity), 64u);
        T* const larger = static_cast<T*>(allocate(capacity * sizeof(T)));
        for (std::uint32_t i = 0; i != list.size; ++i) larger[i] = list.data[i];
        list.data = larger;
        list.capacity = capacity;
    }
    __device__ void touch(LinkId) const {}
    __device__ void touch_credits(LinkId) const {}
    __device__ void wake_ingress(LinkId link, Time time) { wake(run_.state.ingress[link].scheduled, time); }
    __device__ void wake_egress(LinkId link, Time time)
    {
        std::uint64_t& scheduled = run_.state.egress[link].scheduled;
        if (scheduled == kDue) return;
        if (time >= window_.end) {
            wake(scheduled, time);
        } else {
            scheduled = kDue;
            add_due_output(link);
        }
    }
    //! Summed by every lane for itself as long as the row stays the same: atomics are for all to share.
    __device__ void add_step(std::uint32_t row, StepUse const& use)
    {
        if (row != row_) {
            flush_step();
            row_ = row;
        }
        step_.first_start_fs = min(step_.first_start_fs, use.first_start_fs);
        step_.last_end_fs = max(step_.last_end_fs, use.last_end_fs);
        step_.busy_fs += use.busy_fs;
        step_.wire_bytes += use.wire_bytes;
        step_.packets += use.packets;
    }
    __device__ void add_hash(std::uint64_t value) { hash_ += value; }

    //! Before the kernel ends: this lane's sums become everyone's.
    __device__ void finish()
    {
        flush_step();
        if (hash_ != 0) atomicAdd(run_.hash, static_cast<unsigned long long>(hash_));
    }

    __device__ Buckets& buckets() { return scratch_.buckets; }
    __device__ Scratch<Completion>& arrivals() { return scratch_.arrivals; }
    __device__ FreedBuckets& freed_buckets() { return scratch_.freed; }
    __device__ Scratch<std::uint64_t>& packet_keys() { return scratch_.lane_keys[threadIdx.x]; }
    __device__ Scratch<FreedSlots>& freed() { return scratch_.lane_freed[threadIdx.x]; }

    __device__ void begin(Window window) { window_ = window; }
    __device__ void clear_due() { scratch_.due_in_count = scratch_.due_out_count = 0; }
    __device__ void add_due_input(LinkId link)
    {
        scratch_.due_in[atomicAdd(&scratch_.due_in_count, 1u)] = link;
    }
    __device__ void add_due_output(LinkId link)
    {
        scratch_.due_out[atomicAdd(&scratch_.due_out_count, 1u)] = link;
    }
    __device__ std::uint32_t due_inputs() const { return scratch_.due_in_count; }
    __device__ std::uint32_t due_outputs() const { return scratch_.due_out_count; }
    __device__ LinkId due_output(std::uint32_t i) const { return scratch_.due_out[i]; }
    __device__ LinkId const* due_input_list() const { return scratch_.due_in; }
    __device__ LinkId const* due_output_list() const { return scratch_.due_out; }
    __device__ bool wants_pause() const
    {
        return clock64() - started_ > run_.pause_after_cycles ||
               run_.arena->used + run_.reserve_bytes > run_.arena->capacity;
    }

private:
    __device__ void flush_step()
    {
        if (row_ == kNone) return;
        StepUse& step = run_.steps[row_];
        atomicMin(reinterpret_cast<long long*>(&step.first_start_fs),
                  static_cast<long long>(step_.first_start_fs));
        atomicMax(reinterpret_cast<long long*>(&step.last_end_fs), static_cast<long long>(step_.last_end_fs));
        add(&step.busy_fs, step_.busy_fs);
        add(&step.wire_bytes, step_.wire_bytes);
        add(&step.packets, step_.packets);
        step_ = {};
    }
    __device__ void wake(std::uint64_t& scheduled, Time time)
    {
        std::uint64_t const window = static_cast<std::uint64_t>(time / run_.model.window_fs);
        if (window < scheduled) scheduled = window;
    }
    __device__ static void add(std::int64_t* sum, std::int64_t value)
    {
        atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(value));
    }

    DeviceRun const& run_;
    BlockScratch& scratch_;
    Window window_;
    StepUse step_;  //!< of row_, not yet added
    std::uint32_t row_ = kNone;
    std::uint64_t hash_ = 0;
    long long started_ = 0;
};

}  // namespace copperwall

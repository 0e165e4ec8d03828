//! A block of threads as a Worker (see emit.h and grid_loop.h): its lanes are the threads.
#pragma once

#include <cuda/atomic>

#include "cuda/device_batch.cuh"
#include "cuda/device_sort.h"

namespace copperwall {

inline constexpr std::uint32_t kPortArrays = 9;  //!< of one word a port, in BlockShared

//! What the lanes of a block share, in shared memory.
struct BlockShared {
    DeviceScenario scenario;
    std::uint32_t taken = kNone;
    std::uint32_t fresh = 0;
    Buckets buckets;
    FreedBuckets freed;
    Scratch<Completion> arrivals;
    std::uint32_t arrived = 0;
    LinkId* due_in = nullptr;
    LinkId* due_out = nullptr;
    std::uint32_t due_in_count = 0;
    std::uint32_t due_out_count = 0;
};

class DeviceWorker {
public:
    //! By all lanes. `words`: kPortArrays * batch.ports of them.
    __device__ DeviceWorker(DeviceBatch const& batch, BlockShared& shared, std::uint32_t* words)
        : batch_(batch), shared_(shared), lane_(batch.lane_lists[blockIdx.x * blockDim.x + threadIdx.x])
    {
        started_ = clock64();
        for (std::uint32_t i = threadIdx.x; i < kPortArrays * batch.ports; i += blockDim.x) words[i] = 0;
        if (threadIdx.x == 0) open(words);
        __syncthreads();
    }

    //! Takes the next scenario, by all blocks of the group together; false: there is none, or no time for it.
    __device__ bool take()
    {
        __syncthreads();
        if (threadIdx.x == 0) {
            DeviceGroup& group = batch_.groups[blockIdx.x / batch_.group_blocks];
            if (block() == 0) draw(group);
            wait_for_group();
            shared_.taken = group.scenario;
            shared_.fresh = group.fresh;
            if (shared_.taken != kNone) shared_.scenario = batch_.scenarios[shared_.taken];
        }
        __syncthreads();
        return shared_.taken != kNone;
    }

    //! This lane's sums become everyone's.
    __device__ void add_up()
    {
        flush_step();
        row_ = kNone;
        if (hash_ != 0) atomicAdd(shared_.scenario.hash, static_cast<unsigned long long>(hash_));
        hash_ = 0;
    }

    //! Keeps the lists for the next launch.
    __device__ void close()
    {
        batch_.lane_lists[blockIdx.x * blockDim.x + threadIdx.x] = lane_;
        if (threadIdx.x != 0) return;
        batch_.block_lists[blockIdx.x] = {shared_.buckets.items, shared_.buckets.keys, shared_.arrivals,
                                          shared_.freed.trains, shared_.freed.keys};
    }

    // --- the Worker concept
    __device__ std::uint32_t rank() const { return threadIdx.x; }
    __device__ std::uint32_t size() const { return blockDim.x; }
    __device__ void sync() const { __syncthreads(); }
    __device__ std::uint32_t block() const { return blockIdx.x % batch_.group_blocks; }
    __device__ std::uint32_t blocks() const { return batch_.group_blocks; }
    __device__ void grid_sync() const
    {
        __syncthreads();
        if (threadIdx.x == 0) wait_for_group();
        __syncthreads();
    }
    __device__ static std::uint32_t fetch_add(std::uint32_t* value, std::uint32_t n)
    {
        return atomicAdd(value, n);
    }
    __device__ static void raise(Time* value, Time to)
    {
        atomicMax(reinterpret_cast<long long*>(value), static_cast<long long>(to));
    }
    __device__ static void raise(std::uint32_t* value, std::uint32_t to) { atomicMax(value, to); }
    template <class T>
    __device__ static T load(T* value)
    {
        return cuda::atomic_ref<T, cuda::thread_scope_device>(*value).load(cuda::memory_order_relaxed);
    }
    __device__ static void lower(std::uint64_t* value, std::uint64_t to)
    {
        for (int other = 16; other != 0; other /= 2) {
            std::uint64_t const theirs = __shfl_xor_sync(0xffffffffu, to, other);
            to = theirs < to ? theirs : to;
        }
        if (threadIdx.x % 32 == 0 && to != kNotScheduled)
            atomicMin(reinterpret_cast<unsigned long long*>(value), static_cast<unsigned long long>(to));
    }
    __device__ static void sort(std::uint64_t* keys, std::uint32_t n) { sort_keys(keys, n); }

    //! Past the arena's end the run cannot go on correctly: the launch fails. wants_pause() stops it before.
    __device__ void* allocate(std::size_t bytes)
    {
        unsigned long long const rounded = (bytes + 15) / 16 * 16;
        unsigned long long const at = atomicAdd(&batch_.arena->used, rounded);
        if (at + rounded > batch_.arena->capacity) {
            *static_cast<std::uint32_t volatile*>(batch_.arena_overflowed) = 1;
            __threadfence_system();
            __trap();
        }
        return batch_.arena->base + at;
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
    __device__ void wake_ingress(LinkId link, Time time) { wake(state().ingress[link].scheduled, time); }
    __device__ void wake_egress(LinkId link, Time time)
    {
        std::uint64_t& scheduled = state().egress[link].scheduled;
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
    __device__ Buckets& buckets() { return shared_.buckets; }
    __device__ Scratch<Completion>& arrivals() { return shared_.arrivals; }
    __device__ std::uint32_t& arrived() { return shared_.arrived; }
    __device__ FreedBuckets& freed_buckets() { return shared_.freed; }
    __device__ Scratch<std::uint64_t>& packet_keys() { return lane_.keys; }
    __device__ Scratch<FreedSlots>& freed() { return lane_.freed; }
    __device__ Scratch<Receipt>& receipts() { return lane_.receipts; }

    __device__ void begin(Window window) { window_ = window; }
    __device__ void clear_due() { shared_.due_in_count = shared_.due_out_count = 0; }
    __device__ void add_due_input(LinkId link)
    {
        shared_.due_in[atomicAdd(&shared_.due_in_count, 1u)] = link;
    }
    __device__ void add_due_output(LinkId link)
    {
        shared_.due_out[atomicAdd(&shared_.due_out_count, 1u)] = link;
    }
    __device__ std::uint32_t due_inputs() const { return shared_.due_in_count; }
    __device__ std::uint32_t due_outputs() const { return shared_.due_out_count; }
    __device__ LinkId due_output(std::uint32_t i) const { return shared_.due_out[i]; }
    __device__ LinkId const* due_input_list() const { return shared_.due_in; }
    __device__ LinkId const* due_output_list() const { return shared_.due_out; }
    __device__ bool wants_pause() const
    {
        return clock64() - started_ > batch_.pause_after_cycles ||
               load(&batch_.arena->used) + batch_.reserve_bytes > batch_.arena->capacity;
    }

private:
    //! Shared memory starts as it happens to be.
    __device__ void open(std::uint32_t* words)
    {
        std::uint32_t const ports = batch_.ports;
        auto const array = [words, ports](std::uint32_t i) { return words + i * ports; };
        BlockLists const& kept = batch_.block_lists[blockIdx.x];
        shared_.taken = kNone;
        shared_.buckets = {kept.items, kept.keys, {array(0), 0, ports}, array(1), array(2), array(3), 0, 0};
        shared_.freed = {kept.freed_trains, kept.freed_keys, {array(4), 0, ports}, array(5), array(6), 0};
        shared_.arrivals = kept.arrivals;
        shared_.arrived = 0;
        shared_.due_in = array(7);
        shared_.due_out = array(8);
        shared_.due_in_count = shared_.due_out_count = 0;
    }

    //! By the group's first lane.
    __device__ void draw(DeviceGroup& group)
    {
        group.scenario = kNone;
        if (wants_pause()) return;
        std::uint32_t const next = atomicAdd(batch_.next, 1u);
        if (next >= batch_.count) return;
        group.scenario = next;
        Control& control = *batch_.scenarios[next].control;
        group.fresh = control.launched == 0;
        control.launched = 1;
        control.resume();
    }

    __device__ void wait_for_group() const
    {
        if (batch_.group_blocks == 1) return;
        DeviceGroup& group = batch_.groups[blockIdx.x / batch_.group_blocks];
        using Shared = cuda::atomic_ref<std::uint32_t, cuda::thread_scope_device>;
        __threadfence();
        std::uint32_t const round = Shared(group.round).load(cuda::memory_order_relaxed);
        if (Shared(group.arrived).fetch_add(1, cuda::memory_order_acq_rel) == batch_.group_blocks - 1) {
            Shared(group.arrived).store(0, cuda::memory_order_relaxed);
            Shared(group.round).store(round + 1, cuda::memory_order_release);
        } else {
            while (Shared(group.round).load(cuda::memory_order_acquire) == round) {
            }
        }
        __threadfence();
    }

    __device__ void flush_step()
    {
        if (row_ == kNone) return;
        StepUse& step = shared_.scenario.steps[row_];
        atomicMin(reinterpret_cast<long long*>(&step.first_start_fs),
                  static_cast<long long>(step_.first_start_fs));
        atomicMax(reinterpret_cast<long long*>(&step.last_end_fs), static_cast<long long>(step_.last_end_fs));
        add(&step.busy_fs, step_.busy_fs);
        add(&step.wire_bytes, step_.wire_bytes);
        add(&step.packets, step_.packets);
        step_ = {};
    }
    __device__ State const& state() const { return shared_.scenario.state; }
    __device__ void wake(std::uint64_t& scheduled, Time time)
    {
        std::uint64_t const window = static_cast<std::uint64_t>(time / shared_.scenario.model.window_fs);
        if (window < scheduled) scheduled = window;
    }
    __device__ static void add(std::int64_t* sum, std::int64_t value)
    {
        atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(value));
    }

    DeviceBatch const& batch_;
    BlockShared& shared_;
    LaneLists lane_;
    Window window_;
    StepUse step_;  //!< of row_, not yet added
    std::uint32_t row_ = kNone;
    std::uint64_t hash_ = 0;
    long long started_ = 0;
};

}  // namespace copperwall

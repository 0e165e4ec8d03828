//! A block of threads as a Worker (see emit.h and grid_loop.h): its lanes are the threads.
#pragma once

#include <cuda_runtime.h>

#include <cuda/atomic>

#include "cuda/device_batch.cuh"
#include "cuda/device_sort.h"
#include "cuda/intrinsics.cuh"

namespace copperwall {

inline constexpr unsigned kWarp = 32;
inline constexpr std::uint32_t kBlockPortArrays = 9;  //!< of one word a port, in BlockShared
inline constexpr std::uint32_t kWarpPortArrays = 2;   //!< and for each of its warps

//! Words of a block whose nodes have at most `ports` ports.
CW_HD constexpr std::size_t port_words_of_block(std::uint32_t ports, unsigned warps)
{
    return std::size_t{ports} * (kBlockPortArrays + kWarpPortArrays * warps);
}

//! What a team has to do: in shared memory where it has several lanes.
struct TeamLists {
    Scratch<Completion> arrivals;
    std::uint32_t arrived = 0;
    LinkId* due_in = nullptr;
    LinkId* due_out = nullptr;
    NodeId* due_nodes = nullptr;
    std::uint32_t due_in_count = 0;
    std::uint32_t due_out_count = 0;
    std::uint32_t due_node_count = 0;
};

//! How many of a group's blocks step gpus, the last ones: those that step no switch, where these take a round
//! more at most than all would, since a switch takes longer than a gpu; but not where gpus would have to go
//! to lanes, which takes longer still. Else all.
__device__ inline std::uint32_t blocks_for_gpus(Model const& model, bool few_ports,
                                                std::uint32_t group_blocks, std::uint32_t warps)
{
    std::uint32_t const switches = model.node_count - model.gpus;
    if (switches >= group_blocks) return group_blocks;
    auto const rounds = [&](std::uint32_t blocks) { return (model.gpus - 1) / (blocks * warps); };
    std::uint32_t const others = group_blocks - switches;
    std::uint32_t const most = few_ports ? 0 : rounds(group_blocks) + 1;
    return rounds(others) > most ? group_blocks : others;
}

//! What the lanes of a block share, in shared memory.
struct BlockShared {
    DeviceScenario scenario;
    std::uint32_t gpu_blocks = 0;  //!< of blocks_for_gpus()
    std::uint32_t taken = kNone;
    std::uint32_t fresh = 0;
    std::uint64_t* near_keys = nullptr;  //!< [batch.shared_keys], in shared memory
    Scratch<std::uint64_t> far_keys;
    Buckets buckets;
    FreedBuckets freed;
    Scratch<LinkId> touched;
    Scratch<LinkId> credited;
    TeamLists whole;
    TeamLists warps[kMostWarps];
    NodeId due_nodes_of_whole[kMostWarps * kWarp];
    NodeId due_nodes_of_warps[kMostWarps * kWarp];
};

//! What a lane keeps for itself, whatever team it works in.
struct LaneState {
    LaneLists lists;
    TeamLists alone;
    LinkId due_alone[2 * kAlonePorts];
    NodeId node_alone = 0;
    Window window;
    std::uint64_t earliest = kNotScheduled;
    StepUse step;  //!< of `row`, not yet added
    std::uint32_t row = kNone;
    std::uint64_t hash = 0;
    long long started = 0;
};

__device__ inline std::uint64_t least_of_warp(std::uint64_t mine)
{
    for (unsigned other = kWarp / 2; other != 0; other /= 2) {
        std::uint64_t const theirs = __shfl_xor_sync(0xffffffffu, mine, other);
        mine = theirs < mine ? theirs : mine;
    }
    return mine;
}

//! The block, in which teams step switches.
struct BlockTeam {
    __device__ static std::uint32_t rank() { return threadIdx.x; }
    __device__ static std::uint32_t size() { return blockDim.x; }
    __device__ static void sync() { __syncthreads(); }
    __device__ static std::uint32_t add(std::uint32_t* value) { return atomicAdd(value, 1u); }
    __device__ static std::uint64_t least(std::uint64_t mine) { return least_of_warp(mine); }
    __device__ static std::uint32_t block(std::uint32_t group_blocks, std::uint32_t)
    {
        return blockIdx.x % group_blocks;
    }
    __device__ static std::uint32_t blocks(std::uint32_t group_blocks, std::uint32_t) { return group_blocks; }
};

//! Its warps, which step gpus: the first gpus belong to the last blocks, the first switches to the first.
//! Those of other blocks than step gpus have no place among them: kNone.
struct WarpTeam {
    __device__ static std::uint32_t rank() { return threadIdx.x % kWarp; }
    __device__ static constexpr std::uint32_t size() { return kWarp; }
    __device__ static void sync() { __syncwarp(); }
    __device__ static std::uint32_t add(std::uint32_t* value) { return atomicAdd(value, 1u); }
    __device__ static std::uint64_t least(std::uint64_t mine) { return least_of_warp(mine); }
    __device__ static std::uint32_t block(std::uint32_t group_blocks, std::uint32_t gpu_blocks)
    {
        std::uint32_t const from_end = group_blocks - 1 - blockIdx.x % group_blocks;
        return from_end < gpu_blocks ? threadIdx.x / kWarp * gpu_blocks + from_end : kNone;
    }
    __device__ static std::uint32_t blocks(std::uint32_t, std::uint32_t gpu_blocks)
    {
        return gpu_blocks * (blockDim.x / kWarp);
    }
};

//! Its lanes, each with gpus of its own: the first gpus to the first lanes of all warps.
struct LaneTeam {
    __device__ static constexpr std::uint32_t rank() { return 0; }
    __device__ static constexpr std::uint32_t size() { return 1; }
    __device__ static void sync() {}
    __device__ static std::uint32_t add(std::uint32_t* value) { return (*value)++; }
    __device__ static std::uint64_t least(std::uint64_t mine) { return mine; }
    __device__ static std::uint32_t block(std::uint32_t group_blocks, std::uint32_t gpu_blocks)
    {
        std::uint32_t const warp = WarpTeam::block(group_blocks, gpu_blocks);
        return warp == kNone ? kNone : WarpTeam::rank() * WarpTeam::blocks(group_blocks, gpu_blocks) + warp;
    }
    __device__ static std::uint32_t blocks(std::uint32_t group_blocks, std::uint32_t gpu_blocks)
    {
        return kWarp * WarpTeam::blocks(group_blocks, gpu_blocks);
    }
};

__device__ inline void add_to(std::int64_t* sum, std::int64_t value)
{
    atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(value));
}

__device__ inline void flush_step(BlockShared& shared, LaneState& lane)
{
    if (lane.row == kNone) return;
    StepUse& step = shared.scenario.steps[lane.row];
    atomicMin(reinterpret_cast<long long*>(&step.first_start_fs),
              static_cast<long long>(lane.step.first_start_fs));
    atomicMax(reinterpret_cast<long long*>(&step.last_end_fs), static_cast<long long>(lane.step.last_end_fs));
    add_to(&step.busy_fs, lane.step.busy_fs);
    add_to(&step.wire_bytes, lane.step.wire_bytes);
    add_to(&step.packets, lane.step.packets);
    lane.step = {};
}

template <class Team>
class DeviceWorker {
public:
    __device__ DeviceWorker(DeviceBatch const& batch, BlockShared& shared, TeamLists& team, LaneState& lane)
        : batch_(batch), shared_(shared), team_(team), lane_(lane)
    {
    }

    // --- the Worker concept
    __device__ static std::uint32_t rank() { return Team::rank(); }
    __device__ static std::uint32_t size() { return Team::size(); }
    __device__ static void sync() { Team::sync(); }
    __device__ std::uint32_t block() const { return Team::block(batch_.group_blocks, shared_.gpu_blocks); }
    __device__ std::uint32_t blocks() const { return Team::blocks(batch_.group_blocks, shared_.gpu_blocks); }
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
    __device__ static void store(T* value, T to)
    {
        cuda::atomic_ref<T, cuda::thread_scope_device>(*value).store(to, cuda::memory_order_relaxed);
    }
    template <class T>
    __device__ static T load(T* value)
    {
        return cuda::atomic_ref<T, cuda::thread_scope_device>(*value).load(cuda::memory_order_relaxed);
    }
    //! In shared memory where they fit.
    __device__ void reserve_keys(Scratch<std::uint64_t>& list, std::uint32_t n)
    {
        if (n <= batch_.shared_keys) {
            list.data = shared_.near_keys;
            return;
        }
        reserve(shared_.far_keys, n);
        list.data = shared_.far_keys.data;
    }
    template <class T>
    using Working = T;
    template <class T>
    __device__ static void put_back(T& to, T const& from)
    {
        to = from;
    }
    __device__ static void sort(std::uint64_t* keys, std::uint32_t n) { sort_keys(keys, n); }

    __device__ void* allocate(std::size_t bytes) { return allocate(batch_, *shared_.scenario.arena, bytes); }
    template <class T>
    __device__ void reserve(Scratch<T>& list, std::uint32_t n)
    {
        if (list.size + n > list.capacity) grow(batch_, list, n);
    }
    __device__ void touch(LinkId link) { append(shared_.touched, link); }
    __device__ void touch_credits(LinkId link) { append(shared_.credited, link); }
    __device__ void wake_ingress(LinkId link, Time time) { wake(state().ingress[link].scheduled, time); }
    __device__ void wake_egress(LinkId link, Time time)
    {
        std::uint64_t& scheduled = state().egress[link].scheduled;
        if (scheduled == kDue) return;
        if (time >= lane_.window.end) {
            wake(scheduled, time);
        } else {
            scheduled = kDue;
            add_due_output(link);
        }
    }
    //! Summed by every lane for itself as long as the row stays the same: atomics are for all to share.
    __device__ void add_step(std::uint32_t row, StepUse const& use)
    {
        if (row != lane_.row) {
            flush_step(shared_, lane_);
            lane_.row = row;
        }
        lane_.step.first_start_fs = min(lane_.step.first_start_fs, use.first_start_fs);
        lane_.step.last_end_fs = max(lane_.step.last_end_fs, use.last_end_fs);
        lane_.step.busy_fs += use.busy_fs;
        lane_.step.wire_bytes += use.wire_bytes;
        lane_.step.packets += use.packets;
    }
    __device__ static StepMessages last_step() { return {}; }
    __device__ void add_hash(std::uint64_t value) { lane_.hash += value; }
    __device__ Buckets& buckets() { return shared_.buckets; }
    __device__ Scratch<Completion>& arrivals() { return team_.arrivals; }
    __device__ std::uint32_t& arrived() { return team_.arrived; }
    __device__ FreedBuckets& freed_buckets() { return shared_.freed; }
    __device__ Scratch<std::uint64_t>& packet_keys() { return lane_.lists.keys; }
    __device__ Scratch<FreedSlots>& freed() { return lane_.lists.freed; }
    __device__ Scratch<Receipt>& receipts() { return lane_.lists.receipts; }

    // --- what GridLoop asks for besides
    __device__ Scratch<LinkId>& touched() { return shared_.touched; }
    __device__ Scratch<LinkId>& credited() { return shared_.credited; }
    __device__ void begin(Window window) { lane_.window = window; }
    __device__ std::uint64_t& earliest() { return lane_.earliest; }
    __device__ static void lower(std::uint64_t* value, std::uint64_t to)
    {
        std::uint64_t const least = Team::least(to);
        if (Team::rank() % kWarp == 0 && least != kNotScheduled) lower_alone(value, least);
    }
    __device__ static void lower_alone(std::uint64_t* value, std::uint64_t to)
    {
        atomicMin(reinterpret_cast<unsigned long long*>(value), static_cast<unsigned long long>(to));
    }
    __device__ void clear_due_nodes() { team_.due_node_count = 0; }
    __device__ void add_due_node(NodeId node) { team_.due_nodes[Team::add(&team_.due_node_count)] = node; }
    __device__ std::uint32_t due_nodes() const { return team_.due_node_count; }
    __device__ NodeId due_node(std::uint32_t i) const { return team_.due_nodes[i]; }
    __device__ void clear_due() { team_.due_in_count = team_.due_out_count = 0; }
    __device__ void add_due_input(LinkId link) { team_.due_in[Team::add(&team_.due_in_count)] = link; }
    __device__ void add_due_output(LinkId link) { team_.due_out[Team::add(&team_.due_out_count)] = link; }
    __device__ std::uint32_t due_inputs() const { return team_.due_in_count; }
    __device__ std::uint32_t due_outputs() const { return team_.due_out_count; }
    __device__ LinkId due_output(std::uint32_t i) const { return team_.due_out[i]; }
    __device__ LinkId const* due_input_list() const { return team_.due_in; }
    __device__ LinkId const* due_output_list() const { return team_.due_out; }

private:
    __device__ State const& state() const { return shared_.scenario.state; }
    template <class T>
    __device__ __attribute__((noinline)) static void grow(DeviceBatch const& batch, Scratch<T>& list,
                                                          std::uint32_t n)
    {
        std::uint32_t const capacity = max(max(list.size + n, 2 * list.capacity), 64u);
        T* const larger = static_cast<T*>(allocate(batch, *batch.lists, capacity * sizeof(T)));
        for (std::uint32_t i = 0; i != list.size; ++i) larger[i] = list.data[i];
        list.data = larger;
        list.capacity = capacity;
    }
    //! Past the arena's end the run cannot go on correctly: the launch fails. wants_pause() stops it before.
    __device__ static void* allocate(DeviceBatch const& batch, DeviceArena& arena, std::size_t bytes)
    {
        unsigned long long const rounded = (bytes + 15) / 16 * 16;
        unsigned long long const at = atomicAdd(&arena.used, rounded);
        if (at + rounded > arena.capacity) {
            *static_cast<std::uint32_t volatile*>(batch.arena_overflowed) = 1;
            __threadfence_system();
            __trap();
        }
        return arena.base + at;
    }
    __device__ void wake(std::uint64_t& scheduled, Time time)
    {
        std::uint64_t const window = shared_.scenario.model.window_of(time);
        if (window >= scheduled) return;
        scheduled = window;
        if (window < lane_.earliest) lane_.earliest = window;
    }
    __device__ static void append(Scratch<LinkId>& list, LinkId link)
    {
        list.data[atomicAdd(&list.size, 1u)] = link;
    }

    DeviceBatch const& batch_;
    BlockShared& shared_;
    TeamLists& team_;
    LaneState& lane_;
};

//! The worker of a block, with what drives it through scenarios and windows.
class BlockWorker : public DeviceWorker<BlockTeam> {
public:
    using Part = DeviceWorker<WarpTeam>;
    using Alone = DeviceWorker<LaneTeam>;

    //! By all lanes. `words`: port_words_of_block() of them; `keys`: batch.shared_keys.
    __device__ BlockWorker(DeviceBatch const& batch, BlockShared& shared, LaneState& lane,
                           std::uint32_t* words, std::uint64_t* keys)
        : DeviceWorker(batch, shared, shared.whole, lane),
          part_(batch, shared, shared.warps[threadIdx.x / kWarp], lane),
          alone_(batch, shared, lane.alone, lane),
          batch_(batch),
          shared_(shared),
          lane_(lane)
    {
        lane_.lists = batch.lane_lists[blockIdx.x * blockDim.x + threadIdx.x];
        lane_.alone = {lane_.lists.arrivals, 0, lane_.due_alone, lane_.due_alone + kAlonePorts,
                       &lane_.node_alone};
        lane_.started = clock64();
        std::size_t const count = port_words_of_block(batch.ports, blockDim.x / kWarp);
        for (std::size_t i = threadIdx.x; i < count; i += blockDim.x) words[i] = 0;
        if (threadIdx.x == 0) open(words, keys);
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
            if (shared_.taken != kNone) set_scenario(batch_.scenarios[shared_.taken]);
        }
        __syncthreads();
        return shared_.taken != kNone;
    }

    //! This lane's sums become everyone's.
    __device__ void add_up()
    {
        flush_step(shared_, lane_);
        lane_.row = kNone;
        if (lane_.hash != 0) atomicAdd(shared_.scenario.hash, static_cast<unsigned long long>(lane_.hash));
        lane_.hash = 0;
    }

    //! Keeps the lists for the next launch.
    __device__ void close()
    {
        lane_.lists.arrivals = lane_.alone.arrivals;
        batch_.lane_lists[blockIdx.x * blockDim.x + threadIdx.x] = lane_.lists;
        if (threadIdx.x != 0) return;
        BlockLists& kept = batch_.block_lists[blockIdx.x];
        kept = {shared_.buckets.items, shared_.far_keys, shared_.freed.trains,
                shared_.touched,       shared_.credited, {}};
        for (unsigned w = 0; w != blockDim.x / kWarp; ++w) kept.arrivals[w] = shared_.warps[w].arrivals;
    }

    __device__ Part& part() { return part_; }
    __device__ Alone& alone() { return alone_; }
    __device__ void grid_sync() const
    {
        __syncthreads();
        if (threadIdx.x == 0) wait_for_group();
        __syncthreads();
    }
    __device__ bool wants_pause() const { return time_is_up() || !lasts(*shared_.scenario.arena); }

private:
    //! By one lane.
    __device__ void set_scenario(DeviceScenario const& scenario)
    {
        shared_.scenario = scenario;
        shared_.gpu_blocks = blocks_for_gpus(scenario.model, scenario.wiring.few_ports, batch_.group_blocks,
                                             blockDim.x / kWarp);
    }
    __device__ bool time_is_up() const
    {
        return clock64() - lane_.started > batch_.pause_after_cycles || !lasts(*batch_.lists);
    }
    __device__ static bool lasts(DeviceArena& arena)
    {
        return DeviceArena{nullptr, arena.capacity, load(&arena.used), arena.reserve_bytes}.lasts();
    }
    //! Shared memory starts as it happens to be.
    __device__ void open(std::uint32_t* words, std::uint64_t* keys)
    {
        shared_.near_keys = keys;
        std::uint32_t const ports = batch_.ports;
        auto const array = [words, ports](std::uint32_t i) { return words + i * ports; };
        BlockLists const& kept = batch_.block_lists[blockIdx.x];
        shared_.taken = kNone;
        shared_.far_keys = kept.keys;
        shared_.buckets = {kept.items, {}, {array(0), 0, ports}, array(1), array(2), array(3), 0, 0};
        shared_.freed = {kept.freed_trains, {}, {array(4), 0, ports}, array(5), array(6), 0};
        shared_.touched = kept.touched;
        shared_.credited = kept.credited;
        shared_.whole = {{}, 0, array(7), array(8), shared_.due_nodes_of_whole};
        for (unsigned w = 0; w != blockDim.x / kWarp; ++w) {
            std::uint32_t const first = kBlockPortArrays + kWarpPortArrays * w;
            shared_.warps[w] = {kept.arrivals[w], 0, array(first), array(first + 1),
                                shared_.due_nodes_of_warps + w * kWarp};
        }
    }

    //! By the group's first lane.
    __device__ void draw(DeviceGroup& group)
    {
        group.scenario = kNone;
        if (time_is_up()) return;
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
        std::uint32_t const round = Shared(group.round).load(cuda::memory_order_relaxed);
        if (Shared(group.arrived).fetch_add(1, cuda::memory_order_acq_rel) == batch_.group_blocks - 1) {
            Shared(group.arrived).store(0, cuda::memory_order_relaxed);
            Shared(group.round).store(round + 1, cuda::memory_order_release);
        } else {
            // Acquired once, at the end: each time it empties the first cache of all blocks beside this one.
            while (Shared(group.round).load(cuda::memory_order_relaxed) == round) __nanosleep(20);
        }
        __threadfence();
    }

    Part part_;
    Alone alone_;
    DeviceBatch const& batch_;
    BlockShared& shared_;
    LaneState& lane_;
};

}  // namespace copperwall

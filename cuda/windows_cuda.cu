#include <algorithm>

#include "cuda/arrays.h"
#include "cuda/device.h"
#include "cuda/device_memory.cuh"
#include "cuda/device_worker.cuh"
#include "cuda/finish.h"
#include "cuda/wiring.h"

namespace copperwall {
namespace {

constexpr int kThreadsPerBlock = 128;
constexpr int kPauseMs = 100;  // back to the host at least so often: interrupts, display watchdogs

__global__ void __launch_bounds__(kThreadsPerBlock) launch_kernel(DeviceRun run)
{
    DeviceWorker worker(run);
    GridLoop<DeviceWorker>(worker, run.model, run.state, run.wiring, *run.control).launch();
}

__global__ void __launch_bounds__(kThreadsPerBlock) window_kernel(DeviceRun run)
{
    DeviceWorker worker(run);
    GridLoop<DeviceWorker>(worker, run.model, run.state, run.wiring, *run.control).run();
    worker.finish();
}

//! As many blocks as can wait for each other at a grid barrier, and no more than there are nodes.
unsigned resident_blocks(std::uint32_t nodes)
{
    int per_sm = 0;
    int sms = 0;
    CW_CUDA_CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_sm, window_kernel, kThreadsPerBlock, 0));
    CW_CUDA_CALL(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, 0));
    return std::min(static_cast<unsigned>(per_sm * sms), nodes);
}

std::uint32_t most_ports(Network const& network)
{
    std::uint32_t most = 1;
    for (Node const& node : network.nodes) most = std::max({most, node.egress_count, node.ingress_count});
    return most;
}

//! Input, model tables and wiring on the device.
class DeviceModel {
public:
    DeviceModel(EngineInput const& input, Model const& host, WiringLists const& lists)
        : nodes_(input.network.nodes),
          links_(input.network.links),
          routes_(input.network.routes),
          port_sets_(input.network.port_sets),
          serialisation_(host.serialisation, std::size_t{host.rate_count} * host.sizes),
          wire_bytes_(host.wire_bytes, std::size_t{host.rate_count} * host.sizes),
          families_(input.schedule.families),
          family_base_(host.family_base, host.family_count + 1),
          table_(input.schedule.table),
          waiting_first_(host.waiting_first, host.counters + 1),
          waiting_(host.waiting, host.waiting_first[host.counters]),
          wiring_first_(lists.first()),
          wiring_ingress_(lists.ingress()),
          model_(host)
    {
        model_.nodes = nodes_.data();
        model_.links = links_.data();
        model_.routes = routes_.data();
        model_.port_sets = port_sets_.data();
        model_.serialisation = serialisation_.data();
        model_.wire_bytes = wire_bytes_.data();
        model_.families = families_.data();
        model_.family_base = family_base_.data();
        model_.table = table_.data();
        model_.waiting_first = waiting_first_.data();
        model_.waiting = waiting_.data();
    }

    Model const& model() const { return model_; }
    Wiring wiring() const { return {wiring_first_.data(), wiring_ingress_.data()}; }

private:
    DeviceArray<Node> nodes_;
    DeviceArray<Link> links_;
    DeviceArray<std::uint16_t> routes_;
    DeviceArray<PortSet> port_sets_;
    DeviceArray<Time> serialisation_;
    DeviceArray<std::int64_t> wire_bytes_;
    DeviceArray<Family> families_;
    DeviceArray<MessageId> family_base_;
    DeviceArray<TableRow> table_;
    DeviceArray<std::uint32_t> waiting_first_;
    DeviceArray<std::uint32_t> waiting_;
    DeviceArray<std::uint32_t> wiring_first_;
    DeviceArray<LinkId> wiring_ingress_;
    Model model_;
};

class DeviceState {
public:
    explicit DeviceState(Arrays const& host)
        : egress_(host.egress),
          ingress_(host.ingress),
          credits_in_(host.credits_in),
          credits_out_(host.credits_out),
          use_(host.use),
          ports_(host.ports),
          runs_(host.runs),
          messages_(host.messages),
          counters_(host.counters),
          released_(host.released)
    {
    }

    State state() const
    {
        return {egress_.data(), ingress_.data(), credits_in_.data(), credits_out_.data(), use_.data(),
                ports_.data(),  runs_.data(),    messages_.data(),   counters_.data(),    released_.data()};
    }

    void copy_results(Arrays& host) const
    {
        messages_.copy_to(host.messages.data());
        use_.copy_to(host.use.data());
    }

private:
    DeviceArray<EgressState> egress_;
    DeviceArray<IngressState> ingress_;
    DeviceArray<CreditInbox> credits_in_;
    DeviceArray<CreditOutbox> credits_out_;
    DeviceArray<LinkUse> use_;
    DeviceArray<SourcePort> ports_;
    DeviceArray<RunPool> runs_;
    DeviceArray<MessageTimes> messages_;
    DeviceArray<std::uint32_t> counters_;
    DeviceArray<std::uint32_t> released_;
};

//! Scratch of all blocks: nine arrays by port for each, and two lists for every lane.
class DeviceScratch {
public:
    DeviceScratch(unsigned blocks, std::uint32_t ports)
        : words_(std::vector<std::uint32_t>(std::size_t{9} * blocks * ports, 0)),
          lane_keys_(std::vector<Scratch<std::uint64_t>>(std::size_t{blocks} * kThreadsPerBlock)),
          lane_freed_(std::vector<Scratch<FreedSlots>>(std::size_t{blocks} * kThreadsPerBlock)),
          blocks_(made(blocks, ports))
    {
    }

    BlockScratch* data() const { return blocks_.data(); }

private:
    std::vector<BlockScratch> made(unsigned blocks, std::uint32_t ports) const
    {
        std::vector<BlockScratch> scratch(blocks);
        std::uint32_t* next = words_.data();
        auto const take = [&next, ports] { return std::exchange(next, next + ports); };
        for (unsigned b = 0; b != blocks; ++b) {
            scratch[b].buckets.marked = take();
            scratch[b].buckets.count = take();
            scratch[b].buckets.first = take();
            scratch[b].buckets.ports = {take(), 0, ports};
            scratch[b].freed.count = take();
            scratch[b].freed.first = take();
            scratch[b].freed.links = {take(), 0, ports};
            scratch[b].due_in = take();
            scratch[b].due_out = take();
            scratch[b].lane_keys = lane_keys_.data() + std::size_t{b} * kThreadsPerBlock;
            scratch[b].lane_freed = lane_freed_.data() + std::size_t{b} * kThreadsPerBlock;
        }
        return scratch;
    }

    DeviceArray<std::uint32_t> words_;
    DeviceArray<Scratch<std::uint64_t>> lane_keys_;
    DeviceArray<Scratch<FreedSlots>> lane_freed_;
    DeviceArray<BlockScratch> blocks_;
};

//! For queues that grow.
std::size_t arena_bytes()
{
    std::size_t free = 0;
    std::size_t total = 0;
    CW_CUDA_CALL(cudaMemGetInfo(&free, &total));
    return std::min(free / 2, std::size_t{2} << 30);
}

void launch_cooperatively(void const* kernel, unsigned blocks, DeviceRun& run)
{
    void* arguments[] = {&run};
    CW_CUDA_CALL(
        cudaLaunchCooperativeKernel(kernel, dim3(blocks), dim3(kThreadsPerBlock), arguments, 0, nullptr));
    CW_CUDA_CALL(cudaDeviceSynchronize());
}

//! Launches until the work is done; between launches looks at the stop flag and at memory.
std::uint64_t drive(DeviceRun& run, unsigned blocks, DeviceArray<Control> const& control,
                    DeviceArray<DeviceArena> const& arena, std::atomic<bool> const* stop)
{
    launch_cooperatively(reinterpret_cast<void const*>(launch_kernel), blocks, run);
    Control now;
    while (now.done == 0) {
        now.pause = 0;
        now.next[0] = now.next[1] = kNotScheduled;
        control.copy_from(&now);
        launch_cooperatively(reinterpret_cast<void const*>(window_kernel), blocks, run);
        control.copy_to(&now);
        if (stop != nullptr && stop->load()) throw Interrupted{};
        DeviceArena use;
        arena.copy_to(&use);
        if (now.done == 0 && use.used + run.reserve_bytes > use.capacity) {
            throw std::runtime_error("device memory for queues is used up (" +
                                     std::to_string(use.capacity >> 20) +
                                     " MiB); use larger packets, fewer bytes, or --backend cpu");
        }
    }
    return now.windows;
}

}  // namespace

EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options)
{
    if (std::string const why = why_no_device(); !why.empty()) throw std::runtime_error(why);
    PreparedModel const prepared(input, options);
    Arrays arrays(prepared);
    WiringLists const lists(input.network);
    DeviceModel const model(input, prepared.model(), lists);
    DeviceState const state(arrays);
    unsigned const blocks = resident_blocks(prepared.model().node_count);
    DeviceScratch const scratch(blocks, most_ports(input.network));

    EngineResult result;
    result.steps.resize(static_cast<std::size_t>(input.schedule.steps) * input.network.link_classes);
    DeviceArray<StepUse> const steps(result.steps);
    DeviceArray<unsigned long long> const hash(std::vector<unsigned long long>(1, 0));
    DeviceArray<Control> const control(std::vector<Control>(1));
    DeviceArena arena;
    arena.capacity = arena_bytes();
    DeviceArray<char> const memory(arena.capacity);
    arena.base = memory.data();
    DeviceArray<DeviceArena> const device_arena(&arena, 1);

    int clock_kHz = 0;
    CW_CUDA_CALL(cudaDeviceGetAttribute(&clock_kHz, cudaDevAttrClockRate, 0));
    DeviceRun run;
    run.model = model.model();
    run.state = state.state();
    run.wiring = model.wiring();
    run.control = control.data();
    run.arena = device_arena.data();
    run.scratch = scratch.data();
    run.steps = steps.data();
    run.hash = hash.data();
    run.reserve_bytes = arena.capacity / 4;
    run.pause_after_cycles = static_cast<long long>(clock_kHz) * kPauseMs;
    result.windows = drive(run, blocks, control, device_arena, options.stop);

    state.copy_results(arrays);
    steps.copy_to(result.steps.data());
    unsigned long long sum = 0;
    hash.copy_to(&sum);
    device_arena.copy_to(&arena);
    result.hop_hash = sum;
    result.messages = std::move(arrays.messages);
    result.links = std::move(arrays.use);
    result.window_fs = prepared.model().window_fs;
    result.memory_bytes = arrays.bytes() + arena.used;
    finish(input, result);
    return result;
}

}  // namespace copperwall

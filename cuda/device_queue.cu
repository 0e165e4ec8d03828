#include "cuda/device_queue.cuh"

#include <algorithm>
#include <chrono>
#include <map>

#include "cuda/device_memory.cuh"
#include "cuda/finish.h"

namespace copperwall {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPauseMs = 5;
constexpr auto kGather = std::chrono::milliseconds(20);  //!< for what other threads are about to bring
constexpr std::size_t kLeastArena = std::size_t{256} << 20;

std::uint32_t most_ports(Network const& network)
{
    std::uint32_t most = 1;
    for (Node const& node : network.nodes) most = std::max({most, node.egress_count, node.ingress_count});
    return most;
}

//! What rings may take in one window: as many trains as packets fit into it, in memory that doubles.
std::size_t most_growth(EngineInput const& input, Model const& model)
{
    Time shortest = kNever;
    for (std::size_t rate = 0; rate != input.network.rates_Bps.size(); ++rate)
        shortest = std::min(shortest, serialisation_fs(format_on(input, rate), model.full_flits,
                                                       input.network.rates_Bps[rate]));
    std::size_t const trains = static_cast<std::size_t>(model.window_fs / std::max<Time>(shortest, 1)) + 4;
    return model.link_count * std::min<std::size_t>(trains, 1024) * 4 * sizeof(Train);
}

std::size_t free_bytes()
{
    std::size_t free = 0;
    std::size_t total = 0;
    CW_CUDA_CALL(cudaMemGetInfo(&free, &total));
    return free;
}

std::string memory_short(std::size_t bytes)
{
    return "device memory is too small: " + std::to_string(bytes >> 20) +
           " MiB more are needed; use larger packets, fewer bytes, fewer cells at once (--threads), or "
           "--backend cpu";
}

}  // namespace

DeviceQueue& DeviceQueue::of(int device)
{
    static std::mutex mutex;
    // Never destroyed: at exit the driver may be gone before.
    static auto& queues = *new std::map<int, std::unique_ptr<DeviceQueue>>;
    std::scoped_lock const lock(mutex);
    auto& queue = queues[device];
    if (!queue) queue.reset(new DeviceQueue(device));
    return *queue;
}

DeviceQueue::DeviceQueue(int device) : device_(device)
{
    auto const attribute = [device](cudaDeviceAttr which) {
        int value = 0;
        CW_CUDA_CALL(cudaDeviceGetAttribute(&value, which, device));
        return static_cast<std::size_t>(value);
    };
    CW_CUDA_CALL(cudaSetDevice(device));
    CW_CUDA_CALL(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    cudaMemPool_t pool = nullptr;
    CW_CUDA_CALL(cudaDeviceGetDefaultMemPool(&pool, device));
    std::uint64_t keep = ~std::uint64_t{0};
    CW_CUDA_CALL(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep));
    CW_CUDA_CALL(cudaHostAlloc(reinterpret_cast<void**>(&overflowed_), sizeof *overflowed_,
                               cudaHostAllocMapped | cudaHostAllocPortable));
    *overflowed_ = 0;
    most_arena_bytes_ = free_bytes() / 2;
    pause_cycles_ = static_cast<long long>(attribute(cudaDevAttrClockRate)) * kPauseMs;
    std::size_t const sms = attribute(cudaDevAttrMultiProcessorCount);
    most_blocks_ = sms * attribute(cudaDevAttrMaxBlocksPerMultiprocessor);
    std::size_t const lanes = sms * attribute(cudaDevAttrMaxThreadsPerMultiProcessor);
    lists_ = std::make_unique<DeviceBlock>(most_blocks_ * sizeof(BlockLists) + lanes * sizeof(LaneLists));
    CW_CUDA_CALL(cudaStreamSynchronize(cudaStreamPerThread));
}

EngineResult DeviceQueue::run(EngineInput const& input, EngineOptions const& options)
{
    CW_CUDA_CALL(cudaSetDevice(device_));
    std::unique_ptr<DeviceImage> const image = image_of(input, options);
    Job job;
    job.scenario = image->scenario();
    job.stop = options.stop;
    job.bytes = image->bytes();
    job.ports = most_ports(input.network);
    job.window_bytes = most_growth(input, job.scenario.model);
    finish_job(job);
    if (job.interrupted) throw Interrupted{};
    if (!job.error.empty()) throw std::runtime_error(job.error);
    EngineResult result = image->results();
    result.windows = job.control.windows;
    finish(input, result);
    return result;
}

std::unique_ptr<DeviceImage> DeviceQueue::image_of(EngineInput const& input, EngineOptions const& options)
{
    Lock lock(mutex_);
    for (;;) {
        ++preparing_;
        lock.unlock();
        std::unique_ptr<DeviceImage> image;
        DeviceMemoryShort missing;
        std::exception_ptr error;
        try {
            image = std::make_unique<DeviceImage>(input, options);
        } catch (DeviceMemoryShort const& short_by) {
            missing = short_by;
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        --preparing_;
        changed_.notify_all();
        if (error) std::rethrow_exception(error);
        if (image) return image;
        if (active_.empty() && waiting_.empty()) throw std::runtime_error(memory_short(missing.bytes));
        changed_.wait(lock);
    }
}

//! Whoever waits here drives the device when no one else does.
void DeviceQueue::finish_job(Job& job)
{
    Lock lock(mutex_);
    waiting_.push_back(&job);
    while (!job.over) {
        if (driving_) {
            changed_.wait(lock);
            continue;
        }
        driving_ = true;
        drive(lock);
        driving_ = false;
        changed_.notify_all();
    }
}

void DeviceQueue::drive(Lock& lock)
{
    if (active_.empty()) changed_.wait_for(lock, kGather, [this] { return preparing_ == 0; });
    admit();
    lock.unlock();
    std::string error;
    try {
        launch();
    } catch (DeviceMemoryShort const& missing) {
        error = memory_short(missing.bytes);
    } catch (std::exception const& e) {
        error = *overflowed_ != 0 ? memory_short(arena_.capacity) : e.what();
    }
    lock.lock();
    settle(error);
}

void DeviceQueue::admit()
{
    if (!active_.empty() && arena_bytes_ > most_arena_bytes_) return;
    if (active_.empty()) arena_.capacity = 0;
    active_.insert(active_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    std::stable_sort(active_.begin(), active_.end(),
                     [](Job const* a, Job const* b) { return a->bytes > b->bytes; });
}

void DeviceQueue::settle(std::string const& error)
{
    std::vector<Job*> left;
    for (std::size_t i = 0; i != active_.size(); ++i) {
        Job& job = *active_[i];
        bool const done = error.empty() && job.control.done != 0;
        job.interrupted = !done && job.stop != nullptr && job.stop->load();
        job.error = error;
        job.over = done || job.interrupted || !error.empty();
        if (!job.over) left.push_back(&job);
        use_.scenarios += done;
    }
    active_ = std::move(left);
}

//! Nothing is under way: what the arena held is not needed any more.
void DeviceQueue::start_afresh()
{
    left_bytes_ = 0;
    arena_ = {};
    if (chunks_.size() > 1) {
        chunks_.clear();
        arena_bytes_ = 0;
    }
    CW_CUDA_CALL(cudaMemsetAsync(lists_->data(), 0, lists_->bytes(), stream_));
    if (chunks_.empty()) return;
    // Of one chunk the whole is there again.
    arena_ = {reinterpret_cast<char*>(chunks_.front()->data()), chunks_.front()->bytes(), 0};
}

void DeviceQueue::grow_arena(std::size_t wanted)
{
    std::size_t const bytes = std::min(std::max(kLeastArena, wanted), free_bytes() / 10 * 8);
    if (bytes < wanted / 2) throw std::runtime_error(memory_short(wanted));
    try {
        chunks_.push_back(std::make_unique<DeviceBlock>(bytes));
    } catch (DeviceMemoryShort const& missing) {
        throw std::runtime_error(memory_short(missing.bytes));
    }
    CW_CUDA_CALL(cudaStreamSynchronize(cudaStreamPerThread));
    arena_ = {reinterpret_cast<char*>(chunks_.back()->data()), bytes, 0};
    arena_bytes_ += bytes;
}

//! By the driver alone; active_ is its own while it drives.
void DeviceQueue::launch()
{
    std::size_t window_bytes = 0;
    for (Job const* job : active_) window_bytes += job->window_bytes;
    if (arena_.capacity == 0) start_afresh();
    std::size_t reserve = window_bytes + left_bytes_;
    if (needed_bytes(arena_, reserve) > arena_.capacity) {
        left_bytes_ += arena_.used;
        reserve = window_bytes + left_bytes_;
        grow_arena(2 * reserve);
    }
    auto const count = static_cast<std::uint32_t>(active_.size());
    DeviceBatch batch;
    batch.count = count;
    batch.ports = 1;
    std::uint32_t nodes = 1;
    for (Job const* job : active_) {
        batch.ports = std::max(batch.ports, job->ports);
        nodes = std::max(nodes, job->scenario.model.node_count);
    }
    BlockShape const shape = block_shape(batch.ports);
    batch.group_blocks = std::clamp(shape.most_blocks / count, 1u, nodes);
    unsigned const groups = std::min(count, shape.most_blocks / batch.group_blocks);
    unsigned const blocks = groups * batch.group_blocks;

    std::vector<DeviceScenario> scenarios;
    std::vector<Control> controls;
    for (Job const* job : active_) {
        scenarios.push_back(job->scenario);
        controls.push_back(job->control);
    }
    std::vector<DeviceGroup> const none_busy(groups);
    std::uint32_t const none_taken = 0;
    Control* device_controls = nullptr;
    DeviceArrays arrays;
    arrays.add(device_controls, controls);
    arrays.add(batch.groups, none_busy);
    arrays.add(batch.next, &none_taken, 1);
    arrays.add(batch.arena, &arena_, 1);
    arrays.add(batch.scenarios, scenarios);
    std::size_t const words = shape.words_are_shared ? 0 : blocks * shape.port_words;
    std::size_t const bytes = arrays.bytes() + words * sizeof *batch.port_words;
    if (!batch_memory_ || batch_memory_->bytes() < bytes)
        batch_memory_ = std::make_unique<DeviceBlock>(bytes);
    arrays.place(batch_memory_->data());
    for (std::uint32_t i = 0; i != count; ++i) scenarios[i].control = device_controls + i;
    arrays.upload();
    if (words != 0)
        batch.port_words = reinterpret_cast<std::uint32_t*>(batch_memory_->data() + arrays.bytes());
    batch.block_lists = reinterpret_cast<BlockLists*>(lists_->data());
    batch.lane_lists = reinterpret_cast<LaneLists*>(lists_->data() + most_blocks_ * sizeof(BlockLists));
    batch.shared_keys = shape.shared_keys;
    batch.arena_overflowed = overflowed_;
    batch.reserve_bytes = reserve;
    batch.pause_after_cycles = pause_cycles_;

    auto const start = Clock::now();
    launch_batch(batch, shape, blocks, stream_);
    use_.kernel_s += std::chrono::duration<double>(Clock::now() - start).count();
    ++use_.launches;
    CW_CUDA_CALL(cudaMemcpy(&arena_, batch.arena, sizeof arena_, cudaMemcpyDeviceToHost));
    CW_CUDA_CALL(
        cudaMemcpy(controls.data(), device_controls, count * sizeof(Control), cudaMemcpyDeviceToHost));
    for (std::uint32_t i = 0; i != count; ++i) active_[i]->control = controls[i];
}

DeviceUse DeviceQueue::use()
{
    std::scoped_lock const lock(mutex_);
    return use_;
}

std::size_t DeviceQueue::load()
{
    std::scoped_lock const lock(mutex_);
    return preparing_ + waiting_.size() + active_.size();
}

EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options)
{
    if (std::string const why = why_no_device(); !why.empty()) throw std::runtime_error(why);
    DeviceQueue* least_busy = nullptr;
    for (int device = 0; device != 64; ++device) {
        if ((options.devices >> device & 1) == 0) continue;
        DeviceQueue& queue = DeviceQueue::of(device);
        if (least_busy == nullptr || queue.load() < least_busy->load()) least_busy = &queue;
    }
    if (least_busy == nullptr) throw std::runtime_error("no device to run on: EngineOptions::devices is 0");
    return least_busy->run(input, options);
}

DeviceUse device_use()
{
    DeviceUse all;
    for (int device = 0; device != static_cast<int>(device_names().size()); ++device) {
        DeviceUse const use = DeviceQueue::of(device).use();
        all.kernel_s += use.kernel_s;
        all.launches += use.launches;
        all.scenarios += use.scenarios;
    }
    return all;
}

}  // namespace copperwall

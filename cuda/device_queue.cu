#include "cuda/device_queue.cuh"

#include <algorithm>
#include <chrono>

#include "cuda/device_memory.cuh"
#include "cuda/finish.h"

namespace copperwall {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPauseMs = 5;
constexpr auto kGather = std::chrono::milliseconds(20);  //!< for what other threads are about to bring
constexpr std::size_t kLeastArena = std::size_t{64} << 10;
constexpr std::size_t kLeastLists = std::size_t{256} << 20;

std::uint32_t most_ports(Network const& network)
{
    std::uint32_t most = 1;
    for (Node const& node : network.nodes) most = std::max({most, node.egress_count, node.ingress_count});
    return most;
}

//! What rings may take in one window: as many trains as packets fit into it, in memory that doubles.
std::size_t most_growth(EngineInput const& input, Model const& model)
{
    std::vector<std::size_t> trains;
    for (std::size_t rate = 0; rate != input.network.rates_Bps.size(); ++rate) {
        Time const packet =
            serialisation_fs(format_on(input, rate), model.full_flits, input.network.rates_Bps[rate]);
        std::size_t const most = static_cast<std::size_t>(model.window_fs / std::max<Time>(packet, 1)) + 4;
        trains.push_back(std::min<std::size_t>(most, 1024));
    }
    std::size_t all = 0;
    for (Link const& link : input.network.links) all += trains[link.rate];
    return all * 4 * sizeof(Train);
}

std::string memory_short(std::size_t bytes)
{
    return "device memory is too small: " + std::to_string(bytes >> 20) +
           " MiB more are needed; use larger packets, fewer bytes, fewer cells at once (--threads), or "
           "--backend cpu";
}

}  // namespace

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
    staging_ = std::make_unique<StagingPool>();
    pause_cycles_ = static_cast<long long>(attribute(cudaDevAttrClockRate)) * kPauseMs;
    std::size_t const sms = attribute(cudaDevAttrMultiProcessorCount);
    most_blocks_ = sms * attribute(cudaDevAttrMaxBlocksPerMultiprocessor);
    std::size_t const lanes = sms * attribute(cudaDevAttrMaxThreadsPerMultiProcessor);
    std::size_t const bytes = most_blocks_ * sizeof(BlockLists) + lanes * sizeof(LaneLists);
    try {
        lists_ = std::make_unique<DeviceBlock>(bytes);
    } catch (DeviceMemoryShort const&) {
        throw std::runtime_error(memory_short(bytes));
    }
    CW_CUDA_CALL(cudaStreamSynchronize(cudaStreamPerThread));
}

EngineResult DeviceQueue::run(EngineInput const& input, EngineOptions const& options)
{
    CW_CUDA_CALL(cudaSetDevice(device_));
    Attempt first = attempt(input, options);
    if (first.missing == 0) return std::move(first.result);
    // Others had the memory: anew when one of them is over, one thread at a time.
    std::scoped_lock const in_turn(retry_mutex_);
    for (;;) {
        wait_for_others();
        Attempt again = attempt(input, options);
        if (again.missing == 0) return std::move(again.result);
    }
}

//! Throws where all memory of the device was too little.
DeviceQueue::Attempt DeviceQueue::attempt(EngineInput const& input, EngineOptions const& options)
{
    Holder holder{*this};
    std::unique_ptr<DeviceImage> const image = image_of(input, options);
    holder.holds = true;
    Job job;
    job.scenario = image->scenario();
    job.stop = options.stop;
    job.bytes = image->bytes();
    job.ports = most_ports(input.network);
    job.arena.reserve_bytes = most_growth(input, job.scenario.model);
    finish_job(job);
    if (job.interrupted) throw Interrupted{};
    if (job.error) std::rethrow_exception(job.error);
    if (job.missing != 0) return {{}, job.missing};
    Attempt done{image->results(), 0};
    done.result.windows = job.control.windows;
    finish(input, done.result);
    return done;
}

DeviceQueue::Holder::~Holder()
{
    if (!holds) return;
    {
        std::scoped_lock const lock(queue.mutex_);
        --queue.holders_;
    }
    queue.changed_.notify_all();
}

void DeviceQueue::wait_for_others()
{
    Lock lock(mutex_);
    auto const before = use_.scenarios;
    changed_.wait(lock, [&] { return use_.scenarios != before || (holders_ == 0 && preparing_ == 0); });
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
            image = std::make_unique<DeviceImage>(input, options, *staging_);
        } catch (DeviceMemoryShort const& short_by) {
            missing = short_by;
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        --preparing_;
        changed_.notify_all();
        if (error) std::rethrow_exception(error);
        holders_ += image != nullptr;
        if (image) return image;
        if (holders_ == 0 && preparing_ == 0) throw std::runtime_error(memory_short(missing.bytes));
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
    std::exception_ptr error;
    std::size_t missing = 0;
    try {
        launch();
    } catch (DeviceMemoryShort const& short_by) {
        missing = short_by.bytes;
    } catch (...) {
        error = std::current_exception();
        // Those launched are at fault; that the device does no more, the next call to it says.
        if (*overflowed_ != 0)
            error = std::make_exception_ptr(std::runtime_error(memory_short(lists_arena_.capacity)));
    }
    lock.lock();
    if (missing != 0)
        give_up_largest(missing);
    else
        settle(error);
    launched_.clear();
}

//! No memory for what is to be launched: the largest scenario makes room. Alone, it is too large.
void DeviceQueue::give_up_largest(std::size_t missing)
{
    Job& job = *active_.front();
    bool const alone = holders_ == 1 && preparing_ == 0;
    if (alone) job.error = std::make_exception_ptr(std::runtime_error(memory_short(missing)));
    job.missing = missing;
    job.over = true;
    active_.erase(active_.begin());
}

void DeviceQueue::admit()
{
    active_.insert(active_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    std::stable_sort(active_.begin(), active_.end(),
                     [](Job const* a, Job const* b) { return a->bytes > b->bytes; });
}

//! An error is that of all that were launched, or of the largest where nothing was.
void DeviceQueue::settle(std::exception_ptr const& error)
{
    if (error && launched_.empty()) launched_.push_back(active_.front());
    for (Job* job : launched_) {
        job->over = error != nullptr || job->control.done != 0;
        job->error = error;
        use_.scenarios += error == nullptr && job->over;
    }
    std::vector<Job*> left;
    for (Job* job : active_) {
        job->interrupted = !job->over && job->stop != nullptr && job->stop->load();
        job->over = job->over || job->interrupted;
        if (!job->over) left.push_back(job);
    }
    active_ = std::move(left);
}

//! Room for one more window. Returns the bytes that were missing; 0: there is room.
std::size_t DeviceQueue::give_memory(Job& job)
{
    if (job.arena.lasts()) return 0;
    // Rings stay where they are until they grow.
    std::size_t const reserve = job.arena.reserve_bytes + job.arena.used;
    std::size_t const bytes = std::max(kLeastArena, 2 * reserve);
    try {
        job.memory.push_back(std::make_unique<DeviceBlock>(bytes));
    } catch (DeviceMemoryShort const&) {
        return bytes;
    }
    job.arena = {reinterpret_cast<char*>(job.memory.back()->data()), bytes, 0, reserve};
    return 0;
}

//! Lists are empty between launches: larger ones start afresh. They hold what rings bring in a window.
void DeviceQueue::give_lists_memory()
{
    unsigned long long reserve = kLeastLists / 2;
    for (Job const* job : active_) reserve += job->arena.reserve_bytes;
    lists_arena_.reserve_bytes = reserve;
    if (lists_arena_.lasts()) return;
    unsigned long long const bytes = 2 * (lists_arena_.used + reserve);
    lists_memory_.reset();
    lists_arena_ = {nullptr, 0, 0, reserve};
    lists_memory_ = std::make_unique<DeviceBlock>(bytes);
    CW_CUDA_CALL(cudaStreamSynchronize(cudaStreamPerThread));
    lists_arena_ = {reinterpret_cast<char*>(lists_memory_->data()), bytes, 0, reserve};
    CW_CUDA_CALL(cudaMemsetAsync(lists_->data(), 0, lists_->bytes(), stream_));
}

//! As many groups of blocks as there are scenarios, or as can be on the device at once.
DeviceQueue::Launch DeviceQueue::lay_out() const
{
    Launch launch;
    launch.batch.count = static_cast<std::uint32_t>(launched_.size());
    launch.batch.ports = 1;
    std::uint32_t nodes = 1;
    for (Job const* job : launched_) {
        launch.batch.ports = std::max(launch.batch.ports, job->ports);
        nodes = std::max(nodes, job->scenario.model.node_count);
        launch.scenarios.push_back(job->scenario);
        launch.controls.push_back(job->control);
        launch.arenas.push_back(job->arena);
    }
    launch.shape = block_shape(launch.batch.ports, std::uint64_t{launch.batch.count} * nodes);
    launch.batch.group_blocks = std::clamp(launch.shape.most_blocks / launch.batch.count, 1u, nodes);
    launch.groups.resize(std::min(launch.batch.count, launch.shape.most_blocks / launch.batch.group_blocks));
    launch.batch.shared_keys = launch.shape.shared_keys;
    launch.batch.arena_overflowed = overflowed_;
    launch.batch.pause_after_cycles = pause_cycles_;
    launch.batch.block_lists = reinterpret_cast<BlockLists*>(lists_->data());
    launch.batch.lane_lists =
        reinterpret_cast<LaneLists*>(lists_->data() + most_blocks_ * sizeof(BlockLists));
    return launch;
}

void DeviceQueue::upload(Launch& launch)
{
    std::uint32_t const none_taken = 0;
    DeviceArrays arrays;
    arrays.add(launch.device_controls, launch.controls);
    arrays.add(launch.device_arenas, launch.arenas);
    arrays.add(launch.batch.groups, launch.groups);
    arrays.add(launch.batch.next, &none_taken, 1);
    arrays.add(launch.batch.lists, &lists_arena_, 1);
    arrays.add(launch.batch.scenarios, launch.scenarios);
    std::size_t const words = launch.shape.words_are_shared ? 0 : launch.blocks() * launch.shape.port_words;
    std::size_t const bytes = arrays.bytes() + words * sizeof *launch.batch.port_words;
    if (!batch_memory_ || batch_memory_->bytes() < bytes)
        batch_memory_ = std::make_unique<DeviceBlock>(bytes);
    arrays.place(batch_memory_->data());
    for (std::uint32_t i = 0; i != launch.batch.count; ++i) {
        launch.scenarios[i].control = launch.device_controls + i;
        launch.scenarios[i].arena = launch.device_arenas + i;
    }
    arrays.upload(*staging_);
    if (words != 0)
        launch.batch.port_words = reinterpret_cast<std::uint32_t*>(batch_memory_->data() + arrays.bytes());
}

void DeviceQueue::fetch(Launch& launch)
{
    auto const copy_back = [](auto& to, auto const* from) {
        CW_CUDA_CALL(cudaMemcpy(to.data(), from, to.size() * sizeof *from, cudaMemcpyDeviceToHost));
    };
    copy_back(launch.controls, launch.device_controls);
    copy_back(launch.arenas, launch.device_arenas);
    CW_CUDA_CALL(cudaMemcpy(&lists_arena_, launch.batch.lists, sizeof lists_arena_, cudaMemcpyDeviceToHost));
    for (std::size_t i = 0; i != launched_.size(); ++i) {
        launched_[i]->control = launch.controls[i];
        launched_[i]->arena = launch.arenas[i];
    }
}

//! By the driver alone; active_ is its own while it drives. Scenarios that there is no memory for wait until
//! others are over. Throws DeviceMemoryShort where none can go on.
void DeviceQueue::launch()
{
    give_lists_memory();
    std::size_t missing = 0;
    for (Job* job : active_) {
        if (std::size_t const bytes = give_memory(*job); bytes == 0)
            launched_.push_back(job);
        else
            missing = bytes;
    }
    CW_CUDA_CALL(cudaStreamSynchronize(cudaStreamPerThread));
    if (launched_.empty()) throw DeviceMemoryShort{missing};
    Launch launch = lay_out();
    upload(launch);
    auto const start = Clock::now();
    launch_batch(launch.batch, launch.shape, launch.blocks(), stream_);
    use_.kernel_s += std::chrono::duration<double>(Clock::now() - start).count();
    ++use_.launches;
    fetch(launch);
}

DeviceUse DeviceQueue::use()
{
    std::scoped_lock const lock(mutex_);
    return use_;
}

}  // namespace copperwall

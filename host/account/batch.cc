#include "host/account/batch.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

#include "cuda/device.h"
#include "host/account/blank_cell.h"
#include "host/account/forecast.h"
#include "host/account/memory_gate.h"
#include "host/account/parallel.h"
#include "host/account/run_cell.h"
#include "host/input/error.h"
#include "host/input/size_text.h"

namespace copperwall {

namespace {

//! What is not known yet; nothing of a job that cannot be planned: it fails at once.
Expectation expect_or_nothing(CellJob const& job)
{
    if (job.expected != nullptr && job.expected->threads == job.options.threads) return *job.expected;
    if (job.bound_only) return {};
    try {
        return expect(job);
    } catch (std::exception const&) {
        return {};
    }
}

std::vector<Expectation> expect_all(std::vector<CellJob> const& jobs, unsigned threads)
{
    std::vector<Expectation> expected(jobs.size());
    for_each_in_parallel(jobs.size(), threads,
                         [&](std::size_t i) { expected[i] = expect_or_nothing(jobs[i]); });
    return expected;
}

std::vector<std::size_t> longest_first(std::vector<Expectation> const& expected)
{
    std::vector<std::size_t> order(expected.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return expected[a].hops > expected[b].hops; });
    return order;
}

//! Held all the time: every fabric, and what is left of every cell.
std::uint64_t held_bytes(std::vector<CellJob> const& jobs, std::vector<Expectation> const& expected)
{
    std::set<Fabric const*> fabrics;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i != jobs.size(); ++i) {
        if (fabrics.insert(jobs[i].fabric.get()).second) bytes += memory_of(*jobs[i].fabric);
        bytes += expected[i].memory.results;
    }
    return bytes;
}

[[noreturn]] void refuse(CellJob const& job, Expectation const& expected, std::uint64_t held,
                         MemoryLimit const& limit)
{
    throw InputError(job.fabric->spec.name + " " + job.collective.op + " " + job.collective.algorithm + " " +
                     size_text(job.bytes) + ": needs about " + rounded_size(expected.memory.total()) +
                     " of memory beside " + rounded_size(held) + " of fabrics and results, more than " +
                     rounded_size(limit.bytes) + ", " + limit.what + "; try " + expected.advice +
                     ", or allow more with --memory");
}

constexpr char kInterruptedCell[] = "interrupted";
constexpr char kAfterFailure[] = "the device failed before";

Cell not_run(CellJob const& job, std::string const& reason)
{
    Cell cell = blank_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
    cell.reason = reason;
    return cell;
}

Cell failed(CellJob const& job, std::exception const& error)
{
    Cell cell = not_run(job, error.what());
    cell.status = CellStatus::failed;
    return cell;
}

//! `device_failed`: becomes true where it has; the first cell that says so is the one that failed.
Cell run_job(CellJob const& job, std::atomic<bool> const* stop, std::atomic<bool>& device_failed)
{
    EngineOptions options = job.options;
    options.stop = stop;
    try {
        if (job.bound_only) return bound_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
        return run_cell(*job.scenario, *job.fabric, job.collective, job.bytes, options);
    } catch (Interrupted const&) {
        return not_run(job, kInterruptedCell);
    } catch (DeviceError const& error) {
        return device_failed.exchange(true) ? not_run(job, kAfterFailure) : failed(job, error);
    } catch (std::exception const& error) {
        return failed(job, error);
    }
}

//! The jobs that are left, in order, shared by all threads.
class Queue {
public:
    Queue(std::vector<CellJob> const& jobs, unsigned threads, std::atomic<bool> const* stop,
          CellSink const& sink, MemoryLimit const& limit)
        : jobs_(jobs), expected_(expect_all(jobs, threads)), stop_(stop), sink_(sink)
    {
        order_ = longest_first(expected_);
        std::uint64_t const held = held_bytes(jobs, expected_);
        if (limit.bytes != 0) require_fit(held, limit);
        std::vector<std::uint64_t> needs;
        for (std::size_t const job : order_) needs.push_back(expected_[job].memory.total());
        gate_.emplace(std::move(needs), limit.bytes == 0 ? 0 : limit.bytes - held);
        for (auto const& job : jobs) cells_.push_back(not_run(job, kInterruptedCell));
    }

    void work()
    {
        for (std::size_t turn = gate_->enter(); turn != MemoryGate::kNone; turn = gate_->enter()) {
            if (!stopped()) run(order_[turn]);
            gate_->leave(turn);
        }
    }

    std::vector<Cell> take()
    {
        for (Cell& cell : cells_)
            if (device_failed_ && cell.status == CellStatus::not_run) cell.reason = kAfterFailure;
        return std::move(cells_);
    }

private:
    bool stopped() const { return device_failed_ || (stop_ != nullptr && stop_->load()); }

    void require_fit(std::uint64_t held, MemoryLimit const& limit) const
    {
        auto const largest = std::max_element(
            expected_.begin(), expected_.end(),
            [](auto const& a, auto const& b) { return a.memory.total() < b.memory.total(); });
        if (largest == expected_.end() || held + largest->memory.total() <= limit.bytes) return;
        refuse(jobs_[static_cast<std::size_t>(largest - expected_.begin())], *largest, held, limit);
    }

    void run(std::size_t job)
    {
        cells_[job] = run_job(jobs_[job], stop_, device_failed_);
        cells_[job].forecast_bytes = expected_[job].memory.total();
        if (cells_[job].status != CellStatus::not_run) report(job);
    }

    void report(std::size_t job)
    {
        std::scoped_lock const lock(reporting_);
        if (sink_) sink_(job, cells_[job]);
    }

    std::vector<CellJob> const& jobs_;
    std::vector<Expectation> expected_;
    std::vector<std::size_t> order_;
    std::atomic<bool> const* stop_;
    CellSink const& sink_;
    std::vector<Cell> cells_;
    std::optional<MemoryGate> gate_;
    std::atomic<bool> device_failed_ = false;
    std::mutex reporting_;
};

}  // namespace

Expectation expect(CellJob const& job)
{
    Plan const plan = plan_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
    unsigned const threads = job.options.threads;
    if (job.bound_only) return {0, 0, {}, {}, threads};
    MemoryForecast const memory = forecast_memory(plan, *job.fabric, job.options.engine, threads);
    return {expected_hops(plan), expected_visits(plan, *job.fabric), memory,
            memory_advice(memory, plan, *job.scenario, threads), threads};
}

std::vector<Cell> run_cells(std::vector<CellJob> const& jobs, unsigned threads, std::atomic<bool> const* stop,
                            CellSink const& sink, MemoryLimit const& limit)
{
    Queue queue(jobs, threads, stop, sink, limit);
    std::size_t const helpers =
        std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(1, jobs.size())) - 1;
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < helpers; ++t) workers.emplace_back([&] { queue.work(); });
    queue.work();
    for (auto& worker : workers) worker.join();
    return queue.take();
}

}  // namespace copperwall

#include "host/account/batch.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <thread>

#include "host/account/blank_cell.h"
#include "host/account/plan.h"
#include "host/account/run_cell.h"

namespace copperwall {

namespace {

//! 0 for a job that cannot be planned: it fails at once.
double expected_work(CellJob const& job)
{
    try {
        return job.bound_only
                   ? 0
                   : expected_hops(plan_cell(*job.scenario, *job.fabric, job.collective, job.bytes));
    } catch (std::exception const&) {
        return 0;
    }
}

std::vector<std::size_t> longest_first(std::vector<CellJob> const& jobs)
{
    std::vector<double> work;
    work.reserve(jobs.size());
    for (auto const& job : jobs) work.push_back(expected_work(job));
    std::vector<std::size_t> order(jobs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return work[a] > work[b]; });
    return order;
}

Cell not_run(CellJob const& job)
{
    Cell cell = blank_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
    cell.reason = "interrupted";
    return cell;
}

Cell run_job(CellJob const& job, std::atomic<bool> const* stop)
{
    EngineOptions options = job.options;
    options.stop = stop;
    try {
        if (job.bound_only) return bound_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
        return run_cell(*job.scenario, *job.fabric, job.collective, job.bytes, options);
    } catch (Interrupted const&) {
        return not_run(job);
    } catch (std::exception const& error) {
        Cell cell = not_run(job);
        cell.status = CellStatus::failed;
        cell.reason = error.what();
        return cell;
    }
}

//! The jobs that are left, in order, shared by all threads.
class Queue {
public:
    Queue(std::vector<CellJob> const& jobs, CellProgress const& progress, std::atomic<bool> const* stop,
          CellSink const& sink)
        : jobs_(jobs), order_(longest_first(jobs)), progress_(progress), stop_(stop), sink_(sink)
    {
        for (auto const& job : jobs) cells_.push_back(not_run(job));
    }

    void work()
    {
        for (std::size_t next = next_++; next < order_.size() && !stopped(); next = next_++) {
            std::size_t const job = order_[next];
            cells_[job] = run_job(jobs_[job], stop_);
            if (cells_[job].status != CellStatus::not_run) report(job);
        }
    }

    std::vector<Cell> take() { return std::move(cells_); }

private:
    bool stopped() const { return stop_ != nullptr && stop_->load(); }

    void report(std::size_t job)
    {
        std::scoped_lock const lock(reporting_);
        ++done_;
        if (sink_) sink_(job, cells_[job]);
        if (progress_) progress_(done_, jobs_.size(), cells_[job]);
    }

    std::vector<CellJob> const& jobs_;
    std::vector<std::size_t> order_;
    CellProgress const& progress_;
    std::atomic<bool> const* stop_;
    CellSink const& sink_;
    std::vector<Cell> cells_;
    std::atomic<std::size_t> next_{0};
    std::mutex reporting_;
    std::size_t done_ = 0;
};

}  // namespace

std::vector<Cell> run_cells(std::vector<CellJob> const& jobs, unsigned threads, CellProgress const& progress,
                            std::atomic<bool> const* stop, CellSink const& sink)
{
    Queue queue(jobs, progress, stop, sink);
    std::size_t const helpers =
        std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(1, jobs.size())) - 1;
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < helpers; ++t) workers.emplace_back([&] { queue.work(); });
    queue.work();
    for (auto& worker : workers) worker.join();
    return queue.take();
}

}  // namespace copperwall

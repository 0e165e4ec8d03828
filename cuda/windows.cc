#include "cuda/windows.h"

#include <algorithm>
#include <barrier>
#include <exception>
#include <thread>

#include "cuda/arrays.h"
#include "cuda/finish.h"
#include "cuda/host_worker.h"

namespace copperwall {
namespace {

//! The window loop; every worker runs it on a thread of its own.
class Loop {
public:
    Loop(std::vector<std::unique_ptr<HostWorker>>& workers, std::uint64_t last_window,
         std::atomic<bool> const* stop)
        : workers_(workers),
          last_window_(last_window),
          stop_(stop),
          next_(workers.size()),
          barrier_(static_cast<std::ptrdiff_t>(workers.size()))
    {
    }

    void run()
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < workers_.size(); ++i) threads.emplace_back([this, i] { drive(i); });
        drive(0);
        threads.clear();
        if (error_) std::rethrow_exception(error_);
        if (stopped_) throw Interrupted{};
    }

    std::uint64_t windows() const { return windows_; }

private:
    void meet()
    {
        if (workers_.size() > 1) barrier_.arrive_and_wait();
    }

    //! All workers leave in the same window: failed_ and stopped_ change only between the barriers.
    void drive(std::size_t me)
    {
        HostWorker& worker = *workers_[me];
        guarded([&] { worker.launch(); });
        for (;;) {
            next_[me] = worker.next_window();
            if (me == 0 && windows_ % 256 == 0 && stop_ != nullptr && stop_->load()) stopped_ = true;
            meet();
            std::uint64_t const window = *std::min_element(next_.begin(), next_.end());
            if (window > last_window_ || stopped_ || failed_) return;  // kNoWindow is greater than any
            if (next_[me] == window) guarded([&] { worker.step(window); });
            meet();
            guarded([&] {
                for (auto& sender : workers_) worker.publish(*sender);
            });
            if (me == 0) ++windows_;
        }
    }

    template <class F>
    void guarded(F const& f)
    {
        try {
            f();
        } catch (...) {
            if (!failed_.exchange(true)) error_ = std::current_exception();
        }
    }

    std::vector<std::unique_ptr<HostWorker>>& workers_;
    std::uint64_t last_window_;
    std::atomic<bool> const* stop_;
    std::vector<std::uint64_t> next_;
    std::barrier<> barrier_;
    std::uint64_t windows_ = 0;
    std::atomic<bool> stopped_ = false;
    std::atomic<bool> failed_ = false;
    std::exception_ptr error_;
};

}  // namespace

EngineResult run_windows(EngineInput const& input, EngineOptions const& options)
{
    PreparedModel const prepared(input, options);
    Model const& model = prepared.model();
    Arrays arrays(prepared);
    State const state = arrays.state();
    std::size_t const step_rows = static_cast<std::size_t>(input.schedule.steps) * model.link_classes;
    std::vector<std::unique_ptr<HostWorker>> workers;
    unsigned const threads = std::clamp(options.threads, 1u, model.node_count);
    for (unsigned i = 0; i != threads; ++i) {
        workers.push_back(std::make_unique<HostWorker>(model, state, i, threads, step_rows));
    }
    Loop loop(workers, model.last_window, options.stop);
    loop.run();

    EngineResult result;
    result.steps.resize(step_rows);
    result.memory_bytes = arrays.bytes();
    for (auto const& worker : workers) {
        for (std::size_t row = 0; row != step_rows; ++row) add_step(result.steps[row], worker->steps[row]);
        result.hop_hash += worker->hash;
        result.memory_bytes += worker->arena_bytes();
    }
    result.messages = std::move(arrays.messages);
    result.links = std::move(arrays.use);
    result.window_fs = model.window_fs;
    result.windows = loop.windows();
    finish(input, result);
    return result;
}

}  // namespace copperwall

#include "tests/cuda/emulator/fibers.h"

#include <cstdio>
#include <cstdlib>

namespace copperwall::emulator {
namespace {

constexpr std::size_t kStackBytes = 256 << 10;
constexpr long long kClockStep = 100;  //!< what a look at the clock takes: so often the kernel is left

thread_local Fibers* fibers = nullptr;

}  // namespace

void Fibers::add(Thread const& thread)
{
    auto fiber = std::make_unique<Fiber>();
    fiber->thread = thread;
    fiber->stack.reset(new char[kStackBytes]);
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack.get();
    fiber->context.uc_stack.ss_size = kStackBytes;
    fiber->context.uc_link = &outside_;
    makecontext(&fiber->context, &Fibers::enter, 0);
    ready_.push_back(fiber.get());
    all_.push_back(std::move(fiber));
}

void Fibers::enter()
{
    fibers->body_();
    ++fibers->done_;
}

void Fibers::run()
{
    fibers = this;
    while (!ready_.empty()) {
        current_ = ready_.front();
        ready_.pop_front();
        swapcontext(&outside_, &current_->context);
    }
    if (done_ == all_.size()) return;
    std::fputs("emulated CUDA threads wait for each other\n", stderr);
    std::abort();
}

void Fibers::wait()
{
    Fiber* const me = current_;
    if (ready_.empty()) {
        swapcontext(&me->context, &outside_);
        return;
    }
    current_ = ready_.front();
    ready_.pop_front();
    if (current_ != me) swapcontext(&me->context, &current_->context);
}

Thread& this_thread()
{
    return fibers->current().thread;
}

void yield()
{
    fibers->make_ready(fibers->current());
    fibers->wait();
}

void Barrier::arrive_and_wait()
{
    if (waiting_.size() + 1 != threads_) {
        waiting_.push_back(&fibers->current());
        fibers->wait();
        return;
    }
    for (Fiber* fiber : waiting_) fibers->make_ready(*fiber);
    waiting_.clear();
}

}  // namespace copperwall::emulator

using copperwall::emulator::this_thread;

void __syncthreads()
{
    this_thread().block->all.arrive_and_wait();
}

void __syncwarp()
{
    this_thread().block->warps[this_thread().index / 32].arrive_and_wait();
}

std::uint64_t __shfl_xor_sync(unsigned, std::uint64_t value, int lane_mask)
{
    auto const& me = this_thread();
    me.block->exchanged[me.index] = value;
    __syncwarp();
    std::uint64_t const theirs = me.block->exchanged[me.index ^ static_cast<unsigned>(lane_mask)];
    __syncwarp();
    return theirs;
}

long long clock64()
{
    return this_thread().clock += copperwall::emulator::kClockStep;
}

void __trap()
{
    std::fputs("the kernel gave up\n", stderr);
    std::abort();
}

//! Threads that take turns, each until it waits for others.
#pragma once

#include <ucontext.h>

#include <deque>

#include "tests/cuda/emulator/cuda_runtime.h"

namespace copperwall::emulator {

struct Fiber {
    Thread thread;
    ucontext_t context;
    std::unique_ptr<char[]> stack;
};

class Fibers {
public:
    explicit Fibers(std::function<void()> const& body) : body_(body) {}

    void add(Thread const& thread);

    //! Until all are done. Aborts where all that are left wait.
    void run();

    // --- called by a fiber
    Fiber& current() { return *current_; }
    void make_ready(Fiber& fiber) { ready_.push_back(&fiber); }
    void wait();

private:
    static void enter();

    std::function<void()> const& body_;
    std::vector<std::unique_ptr<Fiber>> all_;
    std::deque<Fiber*> ready_;
    Fiber* current_ = nullptr;
    std::size_t done_ = 0;
    ucontext_t outside_;
};

}  // namespace copperwall::emulator

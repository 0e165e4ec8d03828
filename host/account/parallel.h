//! A loop shared by threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace copperwall {

//! f(0) .. f(n - 1), which must not throw, each once and in any order, by at most `threads` threads.
template <class F>
void for_each_in_parallel(std::size_t n, unsigned threads, F const& f)
{
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        for (std::size_t i; (i = next++) < n;) f(i);
    };
    std::vector<std::jthread> helpers;
    for (std::size_t t = 1; t < std::min<std::size_t>(threads, n); ++t) helpers.emplace_back(work);
    work();
}

}  // namespace copperwall

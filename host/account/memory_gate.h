//! Lets as many cells run at once as fit into memory.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

namespace copperwall {

//! Cells wait here for their turn: in order, but one that fits goes before one that does not fit yet. One
//! that fits into no memory at all goes alone.
class MemoryGate {
public:
    static constexpr std::size_t kNone = ~std::size_t{0};

    //! `needs[i]` bytes of the i-th to go; `limit` 0: all at once.
    MemoryGate(std::vector<std::uint64_t> needs, std::uint64_t limit)
        : needs_(std::move(needs)), gone_(needs_.size(), false), limit_(limit)
    {
    }

    //! Waits; then it is i's turn, until leave(i). kNone: all have gone.
    std::size_t enter();
    void leave(std::size_t i);

    //! Most bytes at once so far, as forecast.
    std::uint64_t most() const { return most_; }

private:
    std::size_t fitting() const;

    std::vector<std::uint64_t> needs_;
    std::vector<bool> gone_;
    std::uint64_t limit_;
    std::uint64_t in_use_ = 0;
    std::uint64_t most_ = 0;
    std::size_t inside_ = 0;
    std::size_t left_ = needs_.size();
    std::mutex mutex_;
    std::condition_variable freed_;
};

}  // namespace copperwall

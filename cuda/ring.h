//! A power-of-two ring that only its owner touches. Positions count up and are masked on use.
#pragma once

#include <cstdint>

#include "cuda/hd.h"

namespace copperwall {

template <class T>
struct Ring {
    T* data = nullptr;
    std::uint32_t mask = 0;  //!< capacity - 1; meaningless while data is null
    std::uint32_t head = 0;
    std::uint32_t tail = 0;

    CW_HD bool empty() const { return head == tail; }
    CW_HD std::uint32_t size() const { return tail - head; }
    CW_HD bool full() const { return data == nullptr || tail - head > mask; }
    CW_HD T& front() { return data[head & mask]; }
    CW_HD T& back() { return data[(tail - 1) & mask]; }
    CW_HD T& at(std::uint32_t position) { return data[position & mask]; }
    CW_HD void pop() { ++head; }

    template <class Worker>
    CW_HD void push(Worker& worker, T const& value)
    {
        if (full()) *this = grown(worker, *this);
        data[tail++ & mask] = value;
    }

private:
    //! The old memory stays as it was: a reader in the same window may still look at it. By value, so that a
    //! ring can be worked on in registers.
    template <class Worker>
    CW_COLD static Ring grown(Worker& worker, Ring ring)
    {
        std::uint32_t const capacity = ring.data == nullptr ? 4 : 2 * (ring.mask + 1);
        T* const larger = static_cast<T*>(worker.allocate(capacity * sizeof(T)));
        for (std::uint32_t i = ring.head; i != ring.tail; ++i)
            larger[i & (capacity - 1)] = ring.data[i & ring.mask];
        ring.data = larger;
        ring.mask = capacity - 1;
        return ring;
    }
};

}  // namespace copperwall

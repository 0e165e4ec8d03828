//! Ascending sort of a few 64-bit keys by one lane, in place, without recursion or libraries.
#pragma once

#include <cstdint>

#include "cuda/hd.h"

namespace copperwall {

//! Heapsort; does nothing more than look where the keys stand in order already.
CW_HD inline void sort_keys(std::uint64_t* keys, std::uint32_t n)
{
    bool sorted = true;
    for (std::uint32_t i = 1; i < n; ++i) sorted = sorted && keys[i - 1] <= keys[i];
    if (sorted) return;
    auto const sink = [keys](std::uint32_t root, std::uint32_t size) {
        std::uint64_t const moving = keys[root];
        for (std::uint32_t child; (child = 2 * root + 1) < size; root = child) {
            if (child + 1 < size && keys[child] < keys[child + 1]) ++child;
            if (keys[child] <= moving) break;
            keys[root] = keys[child];
        }
        keys[root] = moving;
    };
    for (std::uint32_t i = n / 2; i-- > 0;) sink(i, n);
    for (std::uint32_t size = n; --size > 0;) {
        std::uint64_t const largest = keys[0];
        keys[0] = keys[size];
        keys[size] = largest;
        sink(0, size);
    }
}

}  // namespace copperwall

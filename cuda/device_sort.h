//! Ascending sort of a few 64-bit keys by one lane, in place, without recursion or libraries.
#pragma once

#include <cstdint>

#include "cuda/hd.h"

namespace copperwall {

//! By insertion, at most 8 moves a key on average; false: given up, not sorted. Keys of packets stand nearly
//! in order, since lanes take what arrived side by side.
CW_HD inline bool sort_nearly_sorted(std::uint64_t* keys, std::uint32_t n)
{
    std::uint32_t moves = 0;
    for (std::uint32_t i = 1; i < n; ++i) {
        std::uint64_t const moving = keys[i];
        std::uint32_t j = i;
        for (; j != 0 && keys[j - 1] > moving; --j) keys[j] = keys[j - 1];
        keys[j] = moving;
        moves += i - j;
        if (moves > 8 * n) return false;
    }
    return true;
}

CW_HD inline void heap_sort(std::uint64_t* keys, std::uint32_t n)
{
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

CW_APART inline void sort_keys(std::uint64_t* keys, std::uint32_t n)
{
    if (!sort_nearly_sorted(keys, n)) heap_sort(keys, n);
}

}  // namespace copperwall

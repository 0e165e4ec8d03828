//! Scratch arrays of a worker; Worker::reserve makes room.
#pragma once

#include <cstdint>

#include "cuda/hd.h"

namespace copperwall {

template <class T>
struct Scratch {
    T* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;
};

}  // namespace copperwall

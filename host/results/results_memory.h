//! What naming and writing a fabric takes in memory.
#pragma once

#include "host/fabric/memory.h"

namespace copperwall {

//! Rows of its links, and one of their columns.
inline std::uint64_t results_memory(Fabric const& fabric)
{
    constexpr std::uint64_t kRow = 40 + 8;
    return network_size(fabric, {false, false}).links * kRow;
}

}  // namespace copperwall

//! What naming and writing a fabric takes in memory.
#pragma once

#include "host/fabric/memory.h"

namespace copperwall {

//! Rows of its links, and the text of all of them that topology_hash() makes: about 44 characters a link in
//! a stream that grows by doubling, and once more as a string.
inline std::uint64_t results_memory(Fabric const& fabric)
{
    constexpr std::uint64_t kRow = 48 * 3 / 2;
    constexpr std::uint64_t kText = 44 * 5 / 2;
    return network_size(fabric, {false, false}).links * (kRow + kText);
}

}  // namespace copperwall

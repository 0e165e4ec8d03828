//! What a fabric takes in memory, and the engine's network made of it.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! Elements of the engine's network, as engine_network() makes it.
struct NetworkSize {
    std::uint64_t gpus = 0;
    std::uint64_t nodes = 0;
    std::uint64_t links = 0;
    std::uint64_t gpu_links = 0;  //!< of links, those out of gpus
    std::uint64_t plans = 1;      //!< each with routes of its own

    std::uint64_t bytes() const
    {
        return nodes * sizeof(Node) + links * sizeof(Link) +
               plans * (nodes - gpus) * gpus * sizeof(std::uint16_t);
    }
};

//! Directed links of a class that are simulated.
std::uint64_t simulated_links(Fabric const& fabric, std::size_t link_class, bool const (&folded)[2]);

NetworkSize network_size(Fabric const& fabric, bool const (&folded)[2]);

//! All planes with names, lengths and routes, B.
std::uint64_t memory_of(Fabric const& fabric);

}  // namespace copperwall

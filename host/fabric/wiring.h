//! The kinds of wiring a fabric can have: one row each. A row makes nodes, links and routes; nothing about
//! metres.
#pragma once

#include <span>
#include <string>

#include "host/fabric/fabric.h"

namespace copperwall {

struct Wiring {
    char const* name;  //!< "single_tier"
    char const* description;
    std::size_t tiers;  //!< it joins exactly so many
    //! Fills nodes (kind, name, chip), network (all but latencies and rates) and the classes' counts. Class
    //! 2 t is tier t upwards, 2 t + 1 downwards. Switch nodes of a plane are consecutive, planes in order.
    void (*wire)(FabricSpec const&, Fabric&);
};

std::span<Wiring const> wirings();

//! nullptr where there is none.
Wiring const* find_wiring(std::string const& name);

}  // namespace copperwall

#include "host/fabric/wiring.h"

#include "host/fabric/single_tier.h"

namespace copperwall {

namespace {

constexpr Wiring kWirings[] = {
    {"single_tier", "port p of every gpu leads to switch plane p; every plane reaches every gpu", 1,
     wire_single_tier},
};

}  // namespace

std::span<Wiring const> wirings()
{
    return kWirings;
}

Wiring const* find_wiring(std::string const& name)
{
    for (auto const& w : kWirings)
        if (name == w.name) return &w;
    return nullptr;
}

}  // namespace copperwall

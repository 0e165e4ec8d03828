//! A fabric as the closed forms and the engine's packets see it.
#pragma once

#include "host/fabric/tier_link.h"
#include "host/schedule/group_placement.h"
#include "host/schedule/registry.h"

namespace copperwall {

//! Packets of `packet_bytes` payload on a tier's links, 0 for its wire format's own.
PacketFormat packet_format(TierSpec const& tier, std::uint32_t packet_bytes);

//! How much of the rate beside acknowledgements is usable within domains and between them.
struct RateShares {
    double inside = 1;
    double outside = 1;
};

//! The networks that a placed group meets, every latency at `bound`. The way between domains is taken between
//! leaves' neighbours: a lower estimate.
Paths paths_of(Fabric const& fabric, GroupPlacement const& placement, std::uint32_t packet_bytes,
               RateShares const& shares, Bound bound = Bound::typical);

//! The same, with what the library takes for a step over NICs.
Paths with_nics(Paths paths, CollectiveCall const& call);

//! Whether a link leads from a gpu to a NIC's switch.
bool leaves_domain(Network const& network, Link const& link);

//! The raw hardware for lower bounds: raw rate, the shortest link out of a gpu and the shortest into one.
Paths fastest_paths(Fabric const& fabric, GroupPlacement const& placement, std::uint32_t packet_bytes,
                    Bound bound = Bound::typical);

//! The tier of gpus' links within domains, or of their NICs; nullptr where there are none.
TierSpec const* gpu_tier(FabricSpec const& spec, bool outside);

}  // namespace copperwall

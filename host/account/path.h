//! A fabric as the closed forms and the engine's packets see it.
#pragma once

#include "host/fabric/tier_link.h"
#include "host/schedule/registry.h"

namespace copperwall {

//! Packets of `packet_bytes` payload, 0 for the wire format's own. A larger packet stands for several of the
//! wire's and carries the headers of them all.
PacketFormat packet_format(WireSpec const& wire, std::uint32_t packet_bytes);

//! `rate_share` of the raw rate, every latency at `bound`.
PathModel path_model(Fabric const& fabric, PacketFormat const& format, double rate_share,
                     Bound bound = Bound::typical);

//! The raw hardware for lower bounds: full rate, the shortest link out of a gpu and the shortest into one.
PathModel fastest_path(Fabric const& fabric, PacketFormat const& format, Bound bound = Bound::typical);

}  // namespace copperwall

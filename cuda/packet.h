//! How a message becomes packets: the wire format and the cut over planes.
//!
//! A message of `bytes` crosses `planes` equal planes:
//!   bytes >= planes * payload : each plane carries ceil(bytes / planes) rounded up to a flit, packetised
//!                               alone, with a short last packet; all planes carry the same;
//!   smaller                   : packet i goes alone on plane (src + dst + i) mod planes.
//! No bytes at all travel as one flit.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

struct PacketFormat {
    std::uint32_t payload_bytes = 256;  //!< largest payload of a packet, a multiple of flit_bytes
    std::uint32_t header_bytes = 0;     //!< sent with every packet
    std::uint32_t flit_bytes = 16;      //!< payload is rounded up to whole flits
};

//! What one plane carries of one message: full packets, then one of last_flits flits (0: none).
struct PlaneCut {
    std::uint32_t full_packets = 0;
    std::uint32_t last_flits = 0;
    CW_HD std::uint32_t packets() const { return full_packets + (last_flits != 0 ? 1u : 0u); }
};

CW_HD inline std::uint32_t flits_of(PacketFormat const& f, std::int64_t payload)
{
    return payload <= 0 ? 1u : static_cast<std::uint32_t>((payload + f.flit_bytes - 1) / f.flit_bytes);
}

CW_HD inline std::int64_t wire_bytes(PacketFormat const& f, std::uint32_t flits)
{
    return static_cast<std::int64_t>(flits) * f.flit_bytes + f.header_bytes;
}

//! True where every plane carries the same share of a message of `bytes` (then planes can be folded).
CW_HD inline bool spreads_evenly(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes)
{
    return planes == 1 || bytes >= static_cast<std::int64_t>(planes) * f.payload_bytes;
}

CW_HD inline PlaneCut cut_payload(PacketFormat const& f, std::int64_t payload)
{
    auto const full = static_cast<std::uint32_t>(payload / f.payload_bytes);
    auto const rest = payload - static_cast<std::int64_t>(full) * f.payload_bytes;
    if (rest == 0 && full != 0) return {full, 0};
    return {full, flits_of(f, rest)};
}

//! The share of plane `plane` in [0, planes) of a message from gpu `src` to gpu `dst`.
CW_HD inline PlaneCut cut_for_plane(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes,
                                    std::uint32_t src, std::uint32_t dst, std::uint32_t plane)
{
    if (spreads_evenly(f, planes, bytes)) return cut_payload(f, (bytes + planes - 1) / planes);
    auto const whole = cut_payload(f, bytes);
    std::uint32_t const first = (src + dst) % planes;
    std::uint32_t const index = plane >= first ? plane - first : plane + planes - first;
    if (index >= whole.packets()) return {0, 0};
    if (index < whole.full_packets) return {1, 0};
    return {0, whole.last_flits};
}

}  // namespace copperwall

//! How a message becomes packets: the wire format and the cut over planes.
//!
//! A message of `bytes` crosses `planes` equal planes:
//!   bytes >= planes * payload : each plane carries ceil(bytes / planes) rounded up to a flit, packetised
//!                               alone, with a short last packet; all planes carry the same;
//!   smaller                   : packet i goes alone on plane (src + dst + i) mod planes.
//! No bytes at all travel as one flit.
//!
//! What a packet is here need not be one on the wire. A larger one is a cell of several frames and carries
//! the header of each, its last frame being short; a smaller one is a part of a frame and carries its part of
//! the header, rounded up to a byte, but a short one closes its frame and carries the whole header, if that
//! leaves it no longer than a full one.
//!
//! Where acknowledgements are simulated, a gpu sends one back for every packet as it arrives: a packet by
//! itself, as long as those of all its frames. Of a part of a frame it is that part of one, rounded up to a
//! byte, but whole for the short one that closes it. It is written as a packet of more flits than fit one:
//! those of what it acknowledges and of a full packet.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

struct PacketFormat {
    std::uint32_t payload_bytes = 256;  //!< largest payload of a packet, a multiple of flit_bytes
    std::uint32_t header_bytes = 0;     //!< sent with every frame
    std::uint32_t flit_bytes = 16;      //!< payload is rounded up to whole flits
    std::uint32_t frame_bytes = 0;      //!< largest payload of a frame; 0: payload_bytes
    std::uint32_t ack_bytes = 0;        //!< of what acknowledges a frame; 0: none is simulated

    CW_HD std::uint32_t full_flits() const { return payload_bytes / flit_bytes; }
};

//! Where networks of one fabric differ: their frames.
struct FrameHeader {
    std::uint32_t bytes = 0;
    std::uint32_t frame_bytes = 0;  //!< as PacketFormat
    std::uint32_t ack_bytes = 0;    //!< the same
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

//! Of what acknowledges a packet of `flits`; at least one, since another network may have some.
CW_HD inline std::int64_t ack_wire_bytes(PacketFormat const& f, std::uint32_t flits)
{
    std::int64_t const payload = static_cast<std::int64_t>(flits) * f.flit_bytes;
    std::int64_t const frame = f.frame_bytes == 0 ? f.payload_bytes : f.frame_bytes;
    std::int64_t const one = f.ack_bytes;
    std::int64_t bytes = (payload + frame - 1) / frame * one;
    if (frame > f.payload_bytes && payload == f.payload_bytes) bytes = (one * payload + frame - 1) / frame;
    return bytes > 1 ? bytes : 1;
}

//! Of a packet of `flits`, headers included; of an acknowledgement where they are more than a full packet's.
//! Without these it never falls as flits grow.
CW_HD inline std::int64_t wire_bytes(PacketFormat const& f, std::uint32_t flits)
{
    if (flits > f.full_flits()) return ack_wire_bytes(f, flits - f.full_flits());
    std::int64_t const payload = static_cast<std::int64_t>(flits) * f.flit_bytes;
    std::int64_t const frame = f.frame_bytes == 0 ? f.payload_bytes : f.frame_bytes;
    std::int64_t const header = f.header_bytes;
    if (frame <= f.payload_bytes) return payload + (payload + frame - 1) / frame * header;
    std::int64_t const full = f.payload_bytes + (header * f.payload_bytes + frame - 1) / frame;
    return payload + header < full ? payload + header : full;
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
CW_APART inline PlaneCut cut_for_plane(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes,
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

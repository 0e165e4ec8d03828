#include "host/fabric/wire_format.h"

#include <algorithm>

namespace copperwall {

namespace {

std::int64_t bytes(Quantity const& q)
{
    return static_cast<std::int64_t>(q.value);
}

std::int64_t full_frame(WireSpec const& wire)
{
    return bytes(wire.payload_bytes) + bytes(wire.header_bytes);
}

}  // namespace

WireSpec wire_of(TierSpec const& tier, std::uint32_t packet_bytes)
{
    WireSpec wire = tier.wire;
    if (!tier.outside && packet_bytes != 0)
        wire.payload_bytes.value = std::min<double>(wire.payload_bytes.value, packet_bytes);
    return wire;
}

FrameHeader frame_header(WireSpec const& wire)
{
    return {static_cast<std::uint32_t>(bytes(wire.header_bytes)),
            static_cast<std::uint32_t>(bytes(wire.payload_bytes))};
}

std::int64_t rate_beside_acks(WireSpec const& wire, std::int64_t rate_Bps)
{
    using Wide = unsigned __int128;
    std::int64_t const acks = bytes(wire.ack_bytes);
    if (acks == 0) return rate_Bps;
    Wide const frame = static_cast<Wide>(full_frame(wire));
    return static_cast<std::int64_t>(static_cast<Wide>(rate_Bps) * frame / (frame + static_cast<Wide>(acks)));
}

double share_beside_acks(WireSpec const& wire)
{
    std::int64_t const acks = bytes(wire.ack_bytes);
    if (acks == 0) return 1;
    auto const frame = static_cast<double>(full_frame(wire));
    return frame / (frame + static_cast<double>(acks));
}

double full_frame_efficiency(WireSpec const& wire)
{
    return wire.payload_bytes.value / static_cast<double>(full_frame(wire) + bytes(wire.ack_bytes));
}

}  // namespace copperwall

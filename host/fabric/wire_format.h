//! What a tier's wire format makes of packets and rates.
#pragma once

#include "cuda/packet.h"
#include "host/input/spec.h"

namespace copperwall {

//! The tier's format where packets of `packet_bytes` payload are simulated, 0 for the format's own. Within a
//! domain a smaller packet is a smaller frame; a NIC makes its frames itself.
WireSpec wire_of(TierSpec const& tier, std::uint32_t packet_bytes);

FrameHeader frame_header(WireSpec const& wire);

//! Acknowledgements of traffic one way take their share of the links the other way. It is taken off every
//! link's rate beforehand, for as many full frames each way; what acknowledges shorter ones is not counted.
//!
//!   r = R w / (w + a)                                                               (1)
//!
//! R      raw rate of a link and direction
//! w, a   a full frame with its header; ack_bytes                                    [B]
//! Rounded down to a byte per second, so that no result beats what (1) bounds.
//! Source of the 128 / (128 + 16 + 16) that this gives NVLink loads and stores:
//! topologies/wire/nvlink_sm.toml.
std::int64_t rate_beside_acks(WireSpec const& wire, std::int64_t rate_Bps);

//! w / (w + a) of (1); 1 where there are no acknowledgements.
double share_beside_acks(WireSpec const& wire);

//! Payload of full frames over the raw rate, acknowledgements reserved: p / (w + a).
double full_frame_efficiency(WireSpec const& wire);

}  // namespace copperwall

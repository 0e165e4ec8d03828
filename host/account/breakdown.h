//! The critical path of a finished run, by cause.
#pragma once

#include "host/account/cell.h"

namespace copperwall {

//! Walks from the last message to complete back to the start, each message to the one that released it.
//! A message's time from its release to its completion is
//!
//!   software        ready - release, and what steps over NICs take
//!   serialisation   its bytes on the plane that completed it, at that plane's rate, and those before it of
//!   the
//!                   messages that its gpu was released to send in the same go, as far as they delay it
//!   links           LinkDelay of each link on its route; the medium's part is what is left of the link's
//!                   latency, so that exact lengths and rounding up are in it
//!   queueing        the rest: other gpus' packets, other goes, packets stored before they are forwarded
//!
//! so that all parts add up to finish_fs. input.network is the one the engine ran on (folded or not).
//! `nic_ns`: software in the latency of each link from a gpu to a NIC's switch.
Breakdown break_down(Fabric const& fabric, EngineInput const& input, EngineResult const& result,
                     double nic_ns = 0);

//! Name of the largest part: software, serialisation, phy, added, propagation, switch, queueing.
std::string largest_part(Breakdown const& breakdown);

}  // namespace copperwall

//! The terms that closed forms of collectives are made of.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Time that one message holds its busiest plane, ns: what packet.h cuts for it, headers included.
double message_ns(PathModel const& path, std::int64_t bytes);

//! Time from the first message's release until the last of `messages` has left, ns, where one gpu sends them
//! to as many consecutive ranks and the k-th is ready k * per_peer_ns after the first.
//!
//!   T = max( L, (m - 1) t_peer + s )                                                (1)
//!
//! m   messages;  s  message_ns of one;  t_peer  per_peer_ns
//! L   load of the busiest plane: m s where a message covers all P planes evenly; a smaller message of n
//!     packets covers n consecutive planes, the next message starts one plane further, so a plane meets
//!     floor(m / P) rounds of n packets and min(n, m mod P) of the round begun.
double burst_ns(PathModel const& path, std::uint32_t messages, std::int64_t bytes, double per_peer_ns);

//! One way from gpu to gpu without serialisation, ns: t_path, and one packet where the switch stores it.
inline double one_way_ns(PathModel const& path)
{
    return path.path_ns + path.hop_packet_ns;
}

//! Throws std::invalid_argument for a group that has nobody to talk to.
void require_two_ranks(CollectiveCall const& call);

}  // namespace copperwall

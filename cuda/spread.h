//! Which port of a set a packet takes.
#pragma once

#include "cuda/hop_hash.h"
#include "cuda/network.h"

namespace copperwall {

//! Index of a message's port; switches choose apart from each other.
CW_HD inline std::uint32_t spread_of_message(NodeId node, MessageId message)
{
    return static_cast<std::uint32_t>(scramble(static_cast<std::uint64_t>(node) << 32 | message) >> 33);
}

//! Index of the port of the n-th packet that an input spreads, counted from 0.
CW_HD inline std::uint32_t spread_of_packet(Spreading spreading, std::uint32_t ingress_port, std::uint32_t n)
{
    return ingress_port + n / spreading.packets;
}

//! Index of the port from which on the n-th packet of an input looks for the shortest queue.
CW_HD inline std::uint32_t turn_of(PortSet const& set, std::uint32_t ingress_port, std::uint32_t n)
{
    return (ingress_port + n) % set.count;
}

}  // namespace copperwall

//! Bytes that a schedule moves over a fabric, and bytes that the engine saw moving.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! Whole fabric, folded planes counted.
struct Traffic {
    //! On the wire, by link class, headers and simulated acknowledgements included.
    std::vector<std::int64_t> wire_bytes;
    //! By link class: each takes an acknowledgement the other way, beside these bytes.
    std::vector<std::int64_t> frames;
    //! That come to gpus, simulated acknowledgements included; of simulated planes alone.
    std::int64_t packets = 0;
    std::int64_t payload_bytes = 0;  //!< delivered
    std::int64_t messages = 0;       //!< of the schedule; rows of tables that name no receiver are none
    //! By link class: payload that it leads into a switch.
    std::vector<std::int64_t> switched_payload_bytes;
};

//! What the schedule asks for, from routes and the rule of packet.h alone, folded planes counted. Planes are
//! taken to lead through the same link classes. Payload is delivered by the first `classes` of them, those of
//! the fabric; what reaches a unit in a switch by another is not.
Traffic scheduled_traffic(EngineInput const& input, std::size_t classes = kNone);

//! Of an all-reduce in the switches, whose schedule is empty: every one of the first `gpus` gpus carries
//! `bytes` each way and its NIC `nic_bytes`; where there are spines within domains, so does every leaf of
//! theirs together, to and from them. What NICs send goes no higher than their leaves: all domains' NICs of a
//! place are taken to share one.
Traffic in_network_traffic(EngineInput const& input, std::uint32_t gpus, std::int64_t bytes,
                           std::int64_t nic_bytes);

//! Wire bytes by link class, as the engine counted them on `network`; a folded plane counts for all.
std::vector<std::int64_t> carried_bytes(Network const& network, EngineResult const& result);

}  // namespace copperwall

//! Bytes that a schedule moves over a fabric, and bytes that the engine saw moving.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! Whole fabric, folded planes counted.
struct Traffic {
    std::vector<std::int64_t> wire_bytes;     //!< by link class, headers included
    std::int64_t payload_bytes = 0;           //!< delivered
    std::int64_t switched_payload_bytes = 0;  //!< counted once for every switch passed
};

//! What `schedule` asks for on the unfolded `network`, from routes and the rule of packet.h alone. Planes are
//! taken to lead through the same link classes.
Traffic scheduled_traffic(Network const& network, Schedule const& schedule, PacketFormat const& format);

//! Wire bytes by link class, as the engine counted them on `network`; a folded plane counts for all.
std::vector<std::int64_t> carried_bytes(Network const& network, EngineResult const& result);

//! Planes that one simulated link stands for.
inline std::int64_t fold_factor(Network const& network)
{
    return network.folded ? network.planes : 1;
}

}  // namespace copperwall

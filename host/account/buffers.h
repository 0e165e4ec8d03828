//! Input buffers of links, in packets of the run.
#pragma once

#include "cuda/engine.h"
#include "host/fabric/fabric.h"
#include "host/input/spec.h"

namespace copperwall {

//! Time from a packet's start to the instant at which the credit of its slot can start another: twice the
//! link's latency and, at each end, the packet itself (`packet_fs`, its serialisation there).
constexpr Time round_trip_fs(Time latency_fs, Time packet_fs)
{
    return 2 * (latency_fs + packet_fs);
}

//! Gives every link the slots that the scenario asks for. Slots are counted in packets, and packets of a run
//! differ in size: a round trip is filled by packets of the least mean size of any of its messages, so that
//! it never slows a flow that meets no other, at the highest rate its link ever has; bytes are divided by
//! full packets. Each of the scenario's channels gets as many. Throws std::invalid_argument where
//! buffer_bytes hold no full packet.
void set_buffers(ScenarioSpec const& scenario, Fabric const& fabric, EngineInput& input);

}  // namespace copperwall

//! Invariants that every simulated cell must keep; a breach is our mistake and fails the cell.
#pragma once

#include "host/account/cell.h"
#include "host/account/traffic.h"

namespace copperwall {

//! Throws std::runtime_error where acknowledgements did not come to the gpus whose packets they are for.
void verify_acks(EngineInput const& input, Traffic const& scheduled, EngineResult const& result);

//! Throws std::runtime_error, naming the node or the row of the timeline, where a switch does not send on
//! every packet and byte of payload that it got, gpus do not get what gpus sent, or the timeline does not add
//! up to what the links of its class carried.
void verify_links(EngineInput const& input, EngineResult const& result);

//! Throws std::runtime_error, naming the link class, where the links carried other bytes than the schedule
//! sends over them.
void verify_bytes(Fabric const& fabric, Traffic const& scheduled, std::vector<std::int64_t> const& carried);

//! Throws std::runtime_error where the time beats the lower bound.
void verify_bound(Cell const& cell);

}  // namespace copperwall

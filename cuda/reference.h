//! The reference engine: one binary heap of events, one event a packet and hop. Slow and plain; every other
//! engine must return the same bits.
#pragma once

#include <vector>

#include "cuda/engine.h"

namespace copperwall {

//! A packet starts to leave on a link.
struct Hop {
    LinkId link = 0;
    MessageId message = 0;
    Time start_fs = 0;
    std::uint32_t flits = 0;

    auto operator<=>(Hop const&) const = default;
};

//! Input as accepted by check(). `hops`, where given, receives every hop in order of time.
//! Errors: std::runtime_error naming messages that never completed, Interrupted.
EngineResult run_reference(EngineInput const& input, EngineOptions const& options,
                           std::vector<Hop>* hops = nullptr);

}  // namespace copperwall

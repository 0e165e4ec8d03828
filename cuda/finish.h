//! What the window engines do last: sums over links, and the proof that every message has arrived.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! Adds one worker's row of the timeline to the sum.
void add_step(StepUse& sum, StepUse const& part);

//! Fills hops and effective_hops from the links.
void count_hops(Network const& network, EngineResult& result);

//! Fills finish_fs, hops and effective_hops from messages and links.
//! Throws Unfinished where transfers never completed.
void finish(EngineInput const& input, EngineResult& result);

}  // namespace copperwall

//! The end of a run: has everything arrived?
#pragma once

#include <vector>

#include "cuda/engine.h"

namespace copperwall {

//! Throws std::runtime_error with the number of transfers that never completed and the first few of them.
void require_all_complete(Schedule const& schedule, std::vector<MessageTimes> const& messages);

}  // namespace copperwall

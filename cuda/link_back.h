//! Which way acknowledgements leave a gpu.
#pragma once

#include <vector>

#include "cuda/engine.h"

namespace copperwall {

//! For every link into a gpu, the one of its ports that leads back to where the link comes from; of several
//! such, the first for the first, and so on. kNone for other links, and where there is none.
std::vector<LinkId> links_back(Network const& network);

//! The same, and kNone where nothing acknowledges packets on the way back.
std::vector<LinkId> ways_of_acks(EngineInput const& input);

}  // namespace copperwall

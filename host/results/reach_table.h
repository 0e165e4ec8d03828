//! Reach of copper as results hold it.
#pragma once

#include "host/results/results.h"

namespace copperwall {

//! Every modulation, host and conductor of the channel at 50, 100, 200 and 400 Gb/s a lane, the rate changing
//! slowest, the conductor fastest. Empty where the channel has none of them.
std::vector<ReachRow> reach_table(ChannelSpec const& channel);

}  // namespace copperwall

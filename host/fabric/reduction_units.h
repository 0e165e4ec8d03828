//! Switches that reduce, as the engine sees them: one reduction unit for each gpu that takes part, an
//! endpoint beside its switches.
#pragma once

#include "cuda/network.h"

namespace copperwall {

//! The network with a unit for each of its first `ranks` gpus, numbered from `ranks` on; the other gpus
//! follow. The unit of a gpu has a link to and from the gpu's switch in each plane that is simulated, at the
//! rate of the tier, without what slows a single gpu, and in a link class of its own, the last.
//!
//! From a gpu to a unit takes as long as from the gpu to its switch, and half of `reduce_fs`; and so back.
//! So that the engine's windows stay long, the links of a unit take half of the shortest gpu's link's
//! latency, and that is taken off the links of all gpus. The network must be of one domain.
Network with_reduction_units(Network const& network, std::uint32_t ranks, Time reduce_fs);

}  // namespace copperwall

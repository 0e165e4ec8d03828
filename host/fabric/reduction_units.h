//! Switches that reduce, as the engine sees them: reduction units for each gpu that takes part, endpoints
//! beside its first switches.
#pragma once

#include "cuda/network.h"

namespace copperwall {

struct Units {
    std::uint32_t ranks = 0;       //!< the first so many gpus have units
    std::uint32_t each = 1;        //!< of a gpu
    Time reduce_fs = 0;            //!< that a unit takes
    std::uint16_t link_class = 0;  //!< of their links; behind all others
};

//! The network with units for each of its first `ranks` gpus: unit i of gpu r is gpu (1 + i) ranks + r; the
//! other gpus follow. A unit has a link to and from its gpu's switch in each plane that is simulated, at the
//! rate of the tier, without what slows a single gpu, and in a link class of its own. To a unit lead the ways
//! to its gpu.
//!
//! From a gpu to a unit takes as long as from the gpu to the unit's switch, and half of `reduce_fs`; and so
//! back. From unit to unit takes as long as from switch to switch, and `reduce_fs`. So that the engine's
//! windows stay long, links of units take a part of it that is taken off all links of their switches, once
//! for each end at such a switch: half of the shortest one's latency, of one between two such switches a
//! third. So two units beside one switch are two such parts too far from each other. All messages must be
//! of one domain, and have a unit at an end.
Network with_reduction_units(Network const& network, Units const& units);

}  // namespace copperwall

//! What a library's software adds to a collective, and how much of the wire it leaves to it.
#pragma once

#include "host/fabric/tier_link.h"
#include "host/schedule/registry.h"

namespace copperwall {

//! `call` with the costs of one protocol, each at `bound`:
//!
//!   t_step = max(0, t_measured - t_path)                                            (1)
//!
//! t_measured   ProtocolSpec::step_us, which holds the path of the machine it was measured on
//! t_path       LibrarySpec::path_us, that machine's; always typical, as it is no part of the answer
CollectiveCall with_software(CollectiveCall call, LibrarySpec const& library, ProtocolSpec const& protocol,
                             Bound bound = Bound::typical);

//! Share that the library's packets, headers included, get of the link rate that acknowledgements leave:
//!
//!   u = e min(1, f (p + h + a) / p)                                                 (2)
//!
//! f         LibrarySpec::link_fraction: payload over raw rate as measured, so headers and acknowledgements
//!           are in it already
//! p, h, a   payload, header and acknowledgement of a full frame [B]
//! e         ProtocolSpec::efficiency: payload over bytes moved
double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire);

//! The rule for Cell::extrapolated. A protocol is extrapolated unless its step was measured and `ranks` is at
//! most 8, the largest group of those measurements. Software without any cost rests on no measurement, so
//! nothing of it is extrapolated.
bool extrapolated(LibrarySpec const& library, ProtocolSpec const& protocol, std::uint32_t ranks);

}  // namespace copperwall

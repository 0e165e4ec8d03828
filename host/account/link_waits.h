//! What piles up before links whose load is uneven.
#pragma once

#include <vector>

#include "host/account/plan.h"

namespace copperwall {

//! Most bytes that wait before each link of the fabric's network, by its number; 0 where nothing does and
//! outside of port group `group`. Bytes flow as a fluid: a link is done at
//!
//!   F = max( f, L / r ),   and before it wait at most   max( 0, L - r f )
//!
//! L   all bytes it carries, headers left out   [B]
//! r   its rate                                 [B/ns]
//! f   when those that feed it are done, in the mean by bytes; 0 for gpus   [ns]
//!
//! For schedules whose messages all go at once. Where packets spread over ports, the first stands for all;
//! one plane stands for all.
std::vector<double> waiting_bytes(Plan const& plan, Fabric const& fabric, std::uint32_t group);

}  // namespace copperwall

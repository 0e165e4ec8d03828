//! How long a packet occupies a link, before it is known to fit into Time.
#pragma once

#include "cuda/packet.h"

namespace copperwall {

//! Wide enough for any product of two 64-bit numbers: load checks compute in it and cannot wrap.
using Wide = unsigned __int128;

//! ceil(wire bytes * 1e15 / rate_Bps) fs. rate_Bps > 0.
Wide serialisation_wide_fs(PacketFormat const& format, std::uint32_t flits, std::int64_t rate_Bps);

}  // namespace copperwall

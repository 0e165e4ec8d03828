#include "cuda/serialisation.h"

#include "cuda/engine.h"

namespace copperwall {

Wide serialisation_wide_fs(PacketFormat const& format, std::uint32_t flits, std::int64_t rate_Bps)
{
    constexpr Wide kFsPerSecond = 1'000'000'000'000'000;
    auto const rate = static_cast<Wide>(rate_Bps);
    return (static_cast<Wide>(wire_bytes(format, flits)) * kFsPerSecond + rate - 1) / rate;
}

Time serialisation_fs(PacketFormat const& format, std::uint32_t flits, std::int64_t rate_Bps)
{
    return static_cast<Time>(serialisation_wide_fs(format, flits, rate_Bps));
}

PacketFormat format_on(EngineInput const& input, std::size_t rate)
{
    PacketFormat format = input.format;
    if (input.network.headers.empty()) return format;
    format.header_bytes = input.network.headers[rate].bytes;
    format.frame_bytes = input.network.headers[rate].frame_bytes;
    format.ack_bytes = input.network.headers[rate].ack_bytes;
    return format;
}

bool acknowledged(EngineInput const& input)
{
    for (std::size_t rate = 0; rate != input.network.rates_Bps.size(); ++rate)
        if (format_on(input, rate).ack_bytes != 0) return true;
    return false;
}

std::uint32_t most_flits(EngineInput const& input)
{
    return (acknowledged(input) ? 2 : 1) * input.format.full_flits();
}

}  // namespace copperwall

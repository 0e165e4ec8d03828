#include "host/account/path.h"

#include <algorithm>

namespace copperwall {

namespace {

double path_at(Fabric const& fabric, Bound bound)
{
    if (bound == Bound::typical) return fabric.path_ns;
    return bound == Bound::low ? fabric.path_low_ns : fabric.path_high_ns;
}

//! At the latencies the engine's network has, which with exact lengths are not those of the longest link.
double shortest_path_ns(Network const& network)
{
    Time out = kNever, in = kNever;
    for (auto const& link : network.links) {
        if (link.from < network.gpus) out = std::min(out, link.latency_fs);
        if (link.to < network.gpus) in = std::min(in, link.latency_fs);
    }
    return static_cast<double>(out + in) / static_cast<double>(kFsPerNs);
}

}  // namespace

PacketFormat packet_format(WireSpec const& wire, std::uint32_t packet_bytes)
{
    auto const payload = static_cast<std::uint32_t>(wire.payload_bytes.value);
    PacketFormat format;
    format.payload_bytes = packet_bytes == 0 ? payload : packet_bytes;
    std::uint32_t const wire_packets = (format.payload_bytes + payload - 1) / payload;
    format.header_bytes = wire_packets * static_cast<std::uint32_t>(wire.header_bytes.value);
    format.flit_bytes = static_cast<std::uint32_t>(wire.flit_bytes.value);
    return format;
}

PathModel path_model(Fabric const& fabric, PacketFormat const& format, double rate_share, Bound bound)
{
    PathModel path;
    path.port_rate_GBps = fabric.port_rate_GBps * rate_share;
    path.path_ns = path_at(fabric, bound);
    path.planes = fabric.network.ports[kInside].planes;
    path.format = format;
    if (!fabric.spec.tiers.front().switches.cut_through)
        path.hop_packet_ns = static_cast<double>(format.payload_bytes + format.header_bytes) * path.planes /
                             path.port_rate_GBps;
    return path;
}

PathModel fastest_path(Fabric const& fabric, PacketFormat const& format, Bound bound)
{
    PathModel path = path_model(fabric, format, 1, bound);
    path.path_ns = std::min(path.path_ns, shortest_path_ns(fabric.network));
    if (bound == Bound::typical) path.path_ns = shortest_path_ns(fabric.network);
    return path;
}

}  // namespace copperwall

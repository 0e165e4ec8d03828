#include "host/schedule/closed_form.h"

#include <algorithm>
#include <stdexcept>

namespace copperwall {

namespace {

double on_plane_ns(PathModel const& path, std::uint32_t full_packets, std::uint32_t last_flits)
{
    PacketFormat const& f = path.format;
    std::int64_t bytes = full_packets * wire_bytes(f, f.payload_bytes / f.flit_bytes);
    if (last_flits != 0) bytes += wire_bytes(f, last_flits);
    return static_cast<double>(bytes) * path.planes / path.port_rate_GBps;
}

//! Load of the busiest plane by messages too small to cover all planes.
double scattered_ns(PathModel const& path, std::uint32_t messages, PlaneCut const& whole)
{
    std::uint32_t const rounds = messages / path.planes;
    std::uint32_t const begun = std::min(whole.packets(), messages % path.planes);
    std::uint32_t const full = std::min(begun, whole.full_packets);
    return rounds * on_plane_ns(path, whole.full_packets, whole.last_flits) +
           on_plane_ns(path, full, begun > full ? whole.last_flits : 0);
}

}  // namespace

double message_ns(PathModel const& path, std::int64_t bytes)
{
    if (spreads_evenly(path.format, path.planes, bytes)) {
        auto const cut = cut_payload(path.format, (bytes + path.planes - 1) / path.planes);
        return on_plane_ns(path, cut.full_packets, cut.last_flits);
    }
    auto const whole = cut_payload(path.format, bytes);
    return whole.full_packets != 0 ? on_plane_ns(path, 1, 0) : on_plane_ns(path, 0, whole.last_flits);
}

double burst_ns(PathModel const& path, std::uint32_t messages, std::int64_t bytes, double per_peer_ns)
{
    double const one = message_ns(path, bytes);
    double const load = spreads_evenly(path.format, path.planes, bytes)
                            ? messages * one
                            : scattered_ns(path, messages, cut_payload(path.format, bytes));
    return std::max(load, (messages - 1) * per_peer_ns + one);
}

void require_two_ranks(CollectiveCall const& call)
{
    if (call.ranks < 2) throw std::invalid_argument("a collective needs at least 2 ranks");
}

}  // namespace copperwall

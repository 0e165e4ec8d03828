#include "host/schedule/closed_form.h"

#include <algorithm>

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

double wire_ns(PathModel const& path, std::int64_t bytes)
{
    if (spreads_evenly(path.format, path.planes, bytes)) return message_ns(path, bytes);
    auto const whole = cut_payload(path.format, bytes);
    return on_plane_ns(path, whole.full_packets, whole.last_flits) / path.planes;
}

Reach::Reach(PathModel const& path, std::uint32_t own, std::uint32_t all, std::uint32_t leaf)
    : path_(path), own_(own), all_(all), leaf_(std::clamp(leaf == 0 ? all : leaf, own, all))
{
    bool const leaves = path.leaf_ranks != 0;
    near_ns_ = (leaves ? path.leaf_path_ns : path.path_ns) + path.hop_packet_ns;
    far_ns_ = path.path_ns + (leaves ? path.far_switches : 1) * path.hop_packet_ns;
}

double Reach::last_ns(std::int64_t bytes, double per_peer_ns) const
{
    if (peers() == 0) return 0;
    return burst_ns(path_, peers(), bytes, per_peer_ns) + farthest_ns();
}

double Reach::least_ns(std::int64_t bytes, double per_peer_ns) const
{
    if (peers() == 0) return 0;
    double const all = burst_ns(path_, peers(), bytes, per_peer_ns);
    double const near = all + nearest_ns();
    if (peers_beyond_leaf() == 0) return near;
    double const far = burst_ns(path_, peers_beyond_leaf(), bytes, per_peer_ns);
    bool const spaced = all > burst_ns(path_, peers(), bytes, 0);
    double const left = spaced ? 0 : std::min(all - far, std::max(0.0, near - far_ns_));
    return std::max(near, far + far_ns_ + left);
}

double Reach::upwards_ns(std::int64_t bytes, std::uint32_t rounds) const
{
    if (peers_beyond_leaf() == 0) return 0;
    return rounds * wire_ns(path_, bytes) * peers_beyond_leaf() / path_.up_share + far_ns_;
}

Reach inside_reach(Domains const& domains, Paths const& paths)
{
    return {paths.inside, 1, domains.size, paths.inside.leaf_ranks};
}

Reach outside_reach(Domains const& domains, Paths const& paths)
{
    return {paths.outside, domains.size, domains.ranks, paths.outside.leaf_ranks};
}

Reach rail_reach(Domains const& domains, Paths const& paths)
{
    std::uint32_t const leaf = paths.outside.leaf_ranks;
    return {paths.outside, 1, domains.count, leaf == 0 ? 0 : std::max(1u, leaf / domains.size)};
}

Exchange exchange_of(CollectiveCall const& call, Paths const& paths, std::int64_t bytes)
{
    Domains const d = domains_of(call, paths);
    Reach const in = inside_reach(d, paths);
    Reach const out = outside_reach(d, paths);
    double const t = call.per_peer_ns;
    Reach const& last = d.size > 1 ? in : out;
    double const predecessor = (d.ranks - 2) * t + message_ns(last.path(), bytes) + last.nearest_ns();
    Exchange x;
    x.last_ns = std::max({in.last_ns(bytes, t), out.last_ns(bytes, t), predecessor});
    x.least_ns = std::max({in.least_ns(bytes, t), out.least_ns(bytes, t), predecessor});
    return x;
}

double upwards_ns(CollectiveCall const& call, Paths const& paths, std::int64_t bytes, std::uint32_t rounds)
{
    Domains const d = domains_of(call, paths);
    return std::max(inside_reach(d, paths).upwards_ns(bytes, rounds),
                    outside_reach(d, paths).upwards_ns(bytes, rounds));
}

}  // namespace copperwall

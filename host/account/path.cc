#include "host/account/path.h"

#include <algorithm>

#include "host/fabric/wire_format.h"

namespace copperwall {

namespace {

double at(PathDelay const& path, Bound bound)
{
    if (bound == Bound::typical) return path.typical_ns;
    return bound == Bound::low ? path.low_ns : path.high_ns;
}

//! At the latencies the engine's network has, which with exact lengths are not those of the longest link.
double shortest_path_ns(Network const& network, bool outside)
{
    Time out = kNever, in = kNever;
    for (auto const& link : network.links) {
        bool const inside = network.inside_classes == 0 || link.link_class < network.inside_classes;
        if (inside == outside) continue;
        if (link.from < network.gpus) out = std::min(out, link.latency_fs);
        if (link.to < network.gpus) in = std::min(in, link.latency_fs);
    }
    return static_cast<double>(out + in) / static_cast<double>(kFsPerNs);
}

//! gpus that take part below the same first switches as the first of them.
double taking_part(GroupPlacement const& placement, std::uint32_t leaf_gpus)
{
    auto const same = [&](std::uint32_t gpu) {
        return gpu / leaf_gpus == placement.gpus.front() / leaf_gpus;
    };
    return static_cast<double>(std::count_if(placement.gpus.begin(), placement.gpus.end(), same));
}

//! `raw_GBps` of all planes, of which the library gets `share` beside acknowledgements.
PathModel model_of(TierSpec const& tier, std::uint32_t packet_bytes, double raw_GBps, double share)
{
    PathModel path;
    path.port_rate_GBps = raw_GBps * share_beside_acks(wire_of(tier, packet_bytes)) * share;
    path.planes = tier.links_per_gpu;
    path.format = packet_format(tier, packet_bytes);
    if (!tier.switches.cut_through)
        path.hop_packet_ns =
            static_cast<double>(wire_bytes(path.format, path.format.payload_bytes / path.format.flit_bytes)) *
            path.planes / path.port_rate_GBps;
    return path;
}

TierSpec const* tier_above(FabricSpec const& spec, TierSpec const& below)
{
    auto const found = std::find_if(spec.tiers.begin(), spec.tiers.end(),
                                    [&](TierSpec const& t) { return t.above == below.name; });
    return found == spec.tiers.end() ? nullptr : &*found;
}

PathModel inside_of(Fabric const& fabric, GroupPlacement const& placement, std::uint32_t packet_bytes,
                    double share, Bound bound)
{
    TierSpec const& tier = *gpu_tier(fabric.spec, false);
    PathModel path = model_of(tier, packet_bytes, fabric.port_rate_GBps, share);
    path.path_ns = at({fabric.path_ns, fabric.path_low_ns, fabric.path_high_ns}, bound);
    if (tier.switches.reduce_latency_ns && fabric.domain_gpus == fabric.network.gpus)
        path.reduce_ns = pick(*tier.switches.reduce_latency_ns, bound);
    TierSpec const* const spine = tier_above(fabric.spec, tier);
    if (spine == nullptr) return path;
    if (tier_above(fabric.spec, *spine) != nullptr) path.far_switches = 5;
    if (placement.leaf_ranks == placement.ranks) {
        path.path_ns = at(fabric.leaf_path, bound);
        return path;
    }
    path.leaf_ranks = placement.leaf_ranks;
    path.leaf_path_ns = at(fabric.leaf_path, bound);
    path.up_share =
        std::min(1.0, tier.leaf_gpus / fabric.oversubscription / taking_part(placement, tier.leaf_gpus));
    return path;
}

}  // namespace

TierSpec const* gpu_tier(FabricSpec const& spec, bool outside)
{
    for (TierSpec const& tier : spec.tiers)
        if (tier.above.empty() && tier.outside == outside) return &tier;
    return nullptr;
}

PacketFormat packet_format(TierSpec const& tier, std::uint32_t packet_bytes)
{
    PacketFormat format;
    format.payload_bytes =
        packet_bytes == 0 ? static_cast<std::uint32_t>(tier.wire.payload_bytes.value) : packet_bytes;
    FrameHeader const frame = frame_header(wire_of(tier, packet_bytes));
    format.header_bytes = frame.bytes;
    format.frame_bytes = frame.frame_bytes;
    format.flit_bytes = static_cast<std::uint32_t>(tier.wire.flit_bytes.value);
    return format;
}

Paths paths_of(Fabric const& fabric, GroupPlacement const& placement, std::uint32_t packet_bytes,
               RateShares const& shares, Bound bound)
{
    PathModel const inside = inside_of(fabric, placement, packet_bytes, shares.inside, bound);
    TierSpec const* nic = gpu_tier(fabric.spec, true);
    if (placement.domain_ranks == placement.ranks || nic == nullptr) return inside;
    PathModel outside = model_of(*nic, packet_bytes, fabric.outside_rate_GBps, shares.outside);
    outside.format.flit_bytes = inside.format.flit_bytes;
    outside.path_ns = at(fabric.outside_leaf_path, bound);
    return {inside, outside};
}

Paths with_nics(Paths paths, CollectiveCall const& call)
{
    if (!paths.one_domain) paths.outside.path_ns += call.nic_ns;
    return paths;
}

bool leaves_domain(Network const& network, Link const& link)
{
    return link.from < network.gpus && network.inside_classes != 0 &&
           link.link_class >= network.inside_classes;
}

Paths fastest_paths(Fabric const& fabric, GroupPlacement const& placement, std::uint32_t packet_bytes,
                    Bound bound)
{
    Paths paths = paths_of(fabric, placement, packet_bytes, {}, bound);
    paths.inside.port_rate_GBps = fabric.port_rate_GBps;
    double const inside = shortest_path_ns(fabric.network, false);
    paths.inside.path_ns = bound == Bound::typical ? inside : std::min(at(fabric.leaf_path, bound), inside);
    paths.inside.leaf_path_ns = paths.inside.path_ns;
    if (paths.one_domain) return paths;
    paths.outside.port_rate_GBps = fabric.outside_rate_GBps;
    double const outside = shortest_path_ns(fabric.network, true);
    paths.outside.path_ns = bound == Bound::typical ? outside : std::min(paths.outside.path_ns, outside);
    return paths;
}

}  // namespace copperwall

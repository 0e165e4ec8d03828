#include "host/fabric/part_shares.h"

#include <algorithm>
#include <cmath>

namespace copperwall {

namespace {

//! Domains, or the one network of all NICs.
double parts_of(Fabric const& fabric, TierSpec const& tier)
{
    return tier.outside ? 1 : fabric.spec.domains;
}

double groups_of(Fabric const& fabric, TierSpec const& tier, std::uint32_t gpus_each)
{
    double const parts = parts_of(fabric, tier);
    return gpus_each == 0 ? parts : parts * std::ceil(fabric.network.gpus / parts / gpus_each);
}

//! Null for leaves.
TierEnds const* below(std::vector<TierEnds> const& ends, TierEnds const& tier)
{
    for (TierEnds const& each : ends)
        if (!tier.tier->above.empty() && each.count.tier == tier.tier->above) return &each;
    return nullptr;
}

//! Chips that a group of the tier leads to, over all planes.
double chips_of(Fabric const& fabric, TierEnds const& t)
{
    std::uint32_t const each = t.tier->above.empty() ? t.tier->leaf_gpus : t.tier->pod_gpus;
    return static_cast<double>(t.count.chips) / groups_of(fabric, *t.tier, each);
}

}  // namespace

PartShare part_share(Fabric const& fabric, std::vector<TierEnds> const& ends, TierEnds const& tier)
{
    TierEnds const* const lower = below(ends, tier);
    bool const mesh = tier.tier->wiring == "mesh";
    PartShare share;
    share.planes = std::max(1u, tier.tier->links_per_gpu);
    double groups = fabric.network.gpus;
    if (lower != nullptr) {
        bool const leaves = lower->tier->above.empty();
        groups = groups_of(fabric, *tier.tier, leaves ? lower->tier->leaf_gpus : lower->tier->pod_gpus);
        share.members = std::max(1.0, chips_of(fabric, *lower) / share.planes);
    }
    share.links = static_cast<double>(tier.count.links) * (mesh ? 2 : 1) / groups;
    share.chips = mesh ? 0 : chips_of(fabric, tier);
    share.peers = mesh ? groups / parts_of(fabric, *tier.tier) - 1 : share.chips / share.planes;
    share.peers = std::max(1.0, share.peers);
    return share;
}

double links_lost(double out, PartShare const& share)
{
    double const to_one = std::max(1.0, share.links / share.planes / share.peers);
    double const of_one = std::max(1.0, to_one / share.members);
    double const gone = std::min(out, of_one) / to_one;
    return std::min({1.0, gone, 1 / share.peers, 1 / share.planes});
}

double chips_lost(double out, PartShare const& share)
{
    double const planes_out = out / share.peers;
    double const in_one = std::min({1.0, planes_out, std::ceil(planes_out) / share.planes});
    return std::max(in_one, std::min(1.0, out / share.chips));
}

}  // namespace copperwall

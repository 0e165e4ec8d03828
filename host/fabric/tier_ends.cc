#include "host/fabric/tier_ends.h"

#include <algorithm>
#include <cmath>

namespace copperwall {

namespace {

TierSpec const* find_tier(FabricSpec const& spec, std::string const& name)
{
    if (name == kFrontEnd) return spec.front_end ? &*spec.front_end : nullptr;
    for (TierSpec const& tier : spec.tiers)
        if (tier.name == name) return &tier;
    return nullptr;
}

//! Trays of the switches that a tier leads up into, or the switches themselves where no trays are placed.
double switch_trays(Fabric const& fabric, TierSpec const& tier, double chips)
{
    PlacementSpec const& at = tier.placement;
    if (at.chips_per_tray == 0) return chips;
    double const parts = tier.outside ? 1 : fabric.spec.domains;
    if (!tier.above.empty()) return parts * std::ceil(chips / parts / at.chips_per_tray);
    double const leaves = std::ceil(static_cast<double>(fabric.spec.gpus) / tier.leaf_gpus);
    return parts * leaves * std::ceil(static_cast<double>(tier.switches.chips) / at.chips_per_tray);
}

double gpu_trays(Fabric const& fabric, TierSpec const& tier, double links)
{
    std::uint32_t const each = tier.placement.gpus_per_tray;
    return each == 0 ? links : fabric.spec.domains * std::ceil(static_cast<double>(fabric.spec.gpus) / each);
}

double trays_of(Fabric const& fabric, std::vector<TierEnds> const& all, std::string const& name)
{
    auto const found =
        std::find_if(all.begin(), all.end(), [&](TierEnds const& t) { return t.count.tier == name; });
    return switch_trays(fabric, *found->tier, static_cast<double>(found->count.chips));
}

}  // namespace

std::vector<TierEnds> tier_ends(Fabric const& fabric)
{
    std::vector<TierEnds> all;
    for (TierCount& count : count_by_tier(fabric)) {
        TierSpec const* tier = find_tier(fabric.spec, count.tier);
        if (count.tier == kFrontEnd)
            count.chips = static_cast<std::uint64_t>(
                std::ceil(static_cast<double>(count.links) / tier->switches.ports));
        all.push_back({tier, std::move(count)});
    }
    for (TierEnds& t : all) {
        bool const leaf = t.tier->above.empty();
        auto const links = static_cast<double>(t.count.links);
        t.lower_trays = leaf ? gpu_trays(fabric, *t.tier, links) : trays_of(fabric, all, t.tier->above);
        // A mesh leads from leaves to leaves.
        t.upper_trays = t.tier->wiring == "mesh"
                            ? t.lower_trays
                            : switch_trays(fabric, *t.tier, static_cast<double>(t.count.chips));
    }
    return all;
}

double modules_per_tray(TierSpec const& tier, double links, double trays, TechnologySpec const& technology)
{
    if (trays == 0) return 0;
    double const all_Gbps = tier.lanes * tier.lane_rate_Gbps.value * links;
    return std::ceil(all_Gbps / trays / technology.module_rate_Gbps.value);
}

}  // namespace copperwall

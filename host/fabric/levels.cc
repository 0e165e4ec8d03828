#include <algorithm>
#include <cmath>
#include <sstream>

#include "host/fabric/wiring.h"

namespace copperwall {

namespace {

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b)
{
    return (a + b - 1) / b;
}

std::uint32_t links_up(TierSpec const& leaf, TierSpec const& spine)
{
    return static_cast<std::uint32_t>(std::floor(leaf.leaf_gpus / spine.oversubscription));
}

//! Raised until it divides `links` evenly.
std::uint32_t shared_evenly(std::uint32_t switches, std::uint32_t links)
{
    while (switches < links && links % switches != 0) ++switches;
    return switches;
}

TierSpec const* tier_above(FabricSpec const& spec, std::string const& name)
{
    for (TierSpec const& tier : spec.tiers)
        if (tier.above == name) return &tier;
    return nullptr;
}

//! Of a spine of a whole pod.
std::uint32_t links_down(Levels const& l)
{
    return l.pod_leaves * l.ups / l.pod_spines;
}

void add_cores(Levels& l)
{
    double const ups = links_down(l) / std::max(1.0, l.core->oversubscription);
    l.core_ups = static_cast<std::uint32_t>(std::floor(ups));
    std::uint32_t const least = std::max(1u, ceil_div(l.pods * l.core_ups, l.core->switches.ports));
    l.core_group = shared_evenly(least, l.core_ups);
}

Levels make_levels(FabricSpec const& spec, TierSpec const& leaf, bool outside, std::uint16_t first_class)
{
    Levels l;
    l.leaf = &leaf;
    l.first_class = first_class;
    l.parts = outside ? 1 : spec.domains;
    l.gpus = outside ? spec.gpus * spec.domains : spec.gpus;
    l.leaves = ceil_div(l.gpus, leaf.leaf_gpus);
    l.rail_places = spec.domains;
    if (leaf.rail_only) {
        l.pod_leaves = ceil_div(spec.domains, leaf.leaf_gpus);
        l.leaves = spec.gpus * l.pod_leaves;
        l.rail_places = l.pod_leaves * leaf.leaf_gpus;
    }
    if (!leaf.rail_only) l.pod_leaves = l.leaves;
    l.spine = tier_above(spec, leaf.name);
    if (l.spine == nullptr) return l;
    l.ups = links_up(leaf, *l.spine);
    if (l.mesh()) return l;
    l.core = tier_above(spec, l.spine->name);
    if (l.core != nullptr) l.pod_leaves = std::min(l.leaves, l.spine->pod_gpus / leaf.leaf_gpus);
    l.pods = ceil_div(l.leaves, l.pod_leaves);
    l.pod_spines =
        shared_evenly(std::max(1u, ceil_div(l.pod_leaves * l.ups, l.spine->switches.ports)), l.ups);
    if (l.core != nullptr) add_cores(l);
    return l;
}

}  // namespace

std::uint32_t Levels::pod_chips() const
{
    if (pod_spines == 0) return 0;
    return ceil_div(planes() * pod_leaves * ups, spine->switches.ports);
}

std::uint32_t Levels::core_chips() const
{
    if (core == nullptr) return 0;
    return ceil_div(planes() * spines() * core_ups, core->switches.ports);
}

std::string spine_problem(TierSpec const& leaf, TierSpec const& spine, std::uint32_t gpus)
{
    std::ostringstream text;
    double const ups = leaf.leaf_gpus / spine.oversubscription;
    std::uint32_t const below = spine.pod_gpus == 0 ? gpus : std::min(gpus, spine.pod_gpus);
    std::uint32_t const leaves = ceil_div(below, std::max(1u, leaf.leaf_gpus));
    if (!(spine.oversubscription >= 1))
        text << "oversubscription of '" << spine.name << "' is " << spine.oversubscription
             << " (links down over links up of a leaf); use 1 or more";
    else if (ups != std::floor(ups) || ups < 1)
        text << "oversubscription of '" << spine.name << "' is " << spine.oversubscription << ", and "
             << leaf.leaf_gpus << " links down over it are " << ups
             << " links up (no whole number); take a divisor of " << leaf.leaf_gpus;
    else if (spine.wiring == "mesh" && leaves > 1 && static_cast<std::uint32_t>(ups) % (leaves - 1) != 0)
        text << "the " << ups << " links up of a leaf cannot be shared evenly by the other " << leaves - 1
             << " leaves of mesh '" << spine.name << "'; change leaf_gpus or oversubscription";
    else if (spine.wiring != "mesh" && spine.switches.ports < leaves)
        text << "a switch of '" << spine.name << "' has " << spine.switches.ports << " ports for " << leaves
             << " leaves (each needs a link to every spine); raise ports or leaf_gpus";
    return text.str();
}

std::string core_problem(FabricSpec const& fabric, TierSpec const& leaf, TierSpec const& spine,
                         TierSpec const& core)
{
    if (core.wiring != "spine" || spine.wiring != "spine")
        return "cores '" + core.name + "' above '" + spine.name + "': both need wiring = \"spine\"";
    std::ostringstream text;
    if (spine.pod_gpus == 0 || spine.pod_gpus % leaf.leaf_gpus != 0) {
        text << "pod_gpus of '" << spine.name << "' is " << spine.pod_gpus << " below cores '" << core.name
             << "' (a pod is whole leaves of " << leaf.leaf_gpus << " gpus); take a multiple";
        return text.str();
    }
    std::uint32_t const gpus = core.outside ? fabric.gpus * fabric.domains : fabric.gpus;
    std::uint32_t const pods = ceil_div(gpus, spine.pod_gpus);
    if (core.switches.ports < pods) {
        text << "a switch of '" << core.name << "' has " << core.switches.ports << " ports for " << pods
             << " pods (each needs a link to it); raise ports or pod_gpus";
        return text.str();
    }
    std::uint32_t const down = links_down(make_levels(fabric, leaf, leaf.outside, 0));
    double const ups = down / core.oversubscription;
    if (!(core.oversubscription >= 1) || ups != std::floor(ups) || ups < 1)
        text << "oversubscription of '" << core.name << "' is " << core.oversubscription << ", and " << down
             << " links down of a spine over it are " << ups << " links up; take a divisor of " << down;
    return text.str();
}

std::vector<Levels> levels_of(FabricSpec const& spec)
{
    std::vector<Levels> levels;
    std::uint16_t first_class = 0;
    for (bool const outside : {false, true})
        for (TierSpec const& tier : spec.tiers) {
            if (!tier.above.empty() || tier.outside != outside) continue;
            levels.push_back(make_levels(spec, tier, outside, first_class));
            first_class = static_cast<std::uint16_t>(first_class + levels.back().link_classes());
        }
    return levels;
}

std::vector<TierSpec const*> tiers_by_class(std::vector<Levels> const& levels)
{
    std::vector<TierSpec const*> tiers;
    for (Levels const& l : levels) {
        tiers.push_back(l.leaf);
        if (l.spine != nullptr) tiers.push_back(l.spine);
        if (l.core != nullptr) tiers.push_back(l.core);
    }
    return tiers;
}

}  // namespace copperwall

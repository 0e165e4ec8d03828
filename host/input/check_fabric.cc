// What the schema cannot say: numbers of a fabric that must fit each other.
#include <algorithm>
#include <set>
#include <string>

#include "host/input/loader.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

//! One tier, and where its keys stand.
struct TierCheck {
    Document const& document;
    FabricSpec const& fabric;
    TierSpec const& tier;
    ErrorList& errors;

    void wrong(std::string const& key, std::string const& message) const
    {
        errors.add(document.place_at((tier.above.empty() ? "tier." : "spine.") + tier.name + "." + key),
                   message);
    }
};

std::string product(std::size_t trays, std::uint32_t each, char const* what)
{
    return std::to_string(trays) + " trays of " + std::to_string(each) + " " + what + " = " +
           std::to_string(trays * each);
}

void check_places(TierCheck const& t)
{
    auto const& p = t.tier.placement;
    std::size_t const gpus = p.gpu_trays_u.size() * p.gpus_per_tray;
    bool const leaves = t.tier.leaf_gpus != 0;
    std::uint32_t const wanted = leaves ? t.tier.leaf_gpus : t.fabric.gpus;
    if (gpus != 0 && wanted != 0 && gpus != wanted)
        t.errors.add(t.document.place_at(leaves ? "tier." + t.tier.name + ".leaf_gpus" : "fabric.gpus"),
                     (leaves ? "'leaf_gpus' = " : "'gpus' = ") + std::to_string(wanted) + " but [tier." +
                         t.tier.name + ".placement] has " +
                         product(p.gpu_trays_u.size(), p.gpus_per_tray, "gpus") +
                         " (every gpu needs a place); correct gpus, gpu_trays_u or gpus_per_tray");
    std::size_t const chips = p.switch_trays_u.size() * p.chips_per_tray;
    if (chips != 0 && t.tier.switches.chips != 0 && chips != t.tier.switches.chips)
        t.wrong("switch.chips",
                "'chips' = " + std::to_string(t.tier.switches.chips) + " but [tier." + t.tier.name +
                    ".placement] has " + product(p.switch_trays_u.size(), p.chips_per_tray, "chips") +
                    " (every chip needs a place); correct chips, switch_trays_u or chips_per_tray");
}

//! A unit that is swapped is a tray or a part of it.
void check_swapped(TierCheck const& t, char const* key, std::uint32_t swapped, char const* tray_key,
                   std::uint32_t tray)
{
    if (swapped <= tray) return;
    t.wrong(std::string("placement.") + key,
            "'" + std::string(key) + "' = " + std::to_string(swapped) + " is more than '" + tray_key +
                "' = " + std::to_string(tray) + " (what is swapped is part of a tray); make it smaller");
}

void check_trays(TierCheck const& t, std::vector<std::uint32_t> const& trays, std::string const& key)
{
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < trays.size(); ++i) {
        if (!seen.insert(trays[i]).second)
            t.wrong("placement." + key + "[" + std::to_string(i) + "]",
                    "'" + key + "' has rack unit " + std::to_string(trays[i]) +
                        " twice (one tray fills a unit); correct it");
    }
}

void check_links(TierCheck const& t)
{
    if (t.tier.links_per_gpu != 0 && t.tier.links_per_gpu < t.tier.switches.chips)
        t.wrong("links_per_gpu", "'links_per_gpu' = " + std::to_string(t.tier.links_per_gpu) +
                                     " but there are " + std::to_string(t.tier.switches.chips) +
                                     " chips (a gpu needs a link to each); correct links_per_gpu or chips");
    double const lanes_GBps = t.tier.lanes * t.tier.lane_rate_Gbps.value / 8;
    constexpr double rounding = 1e-9;
    if (lanes_GBps != 0 && t.tier.link_rate_GBps.value > lanes_GBps * (1 + rounding))
        t.wrong("link_rate_GBps",
                "'link_rate_GBps' = " + shortest(t.tier.link_rate_GBps.value) + " but " +
                    std::to_string(t.tier.lanes) + " lanes of " + shortest(t.tier.lane_rate_Gbps.value) +
                    " Gb/s carry " + shortest(lanes_GBps) +
                    " GB/s (a link is no faster than its lanes); correct lanes, lane_rate_Gbps or "
                    "link_rate_GBps");
}

}  // namespace

//! Not a tier of cores.
static bool may_be_below(FabricSpec const& fabric, TierSpec const& tier)
{
    return std::none_of(fabric.tiers.begin(), fabric.tiers.end(), [&](TierSpec const& below) {
        return below.name == tier.above && !below.above.empty();
    });
}

//! A spine stands above a tier of this file, a core above a spine.
static void check_above(TierCheck const& t)
{
    std::vector<std::string> known;
    for (auto const& below : t.fabric.tiers) {
        if (below.name == t.tier.name || !may_be_below(t.fabric, below)) continue;
        if (below.name == t.tier.above) return;
        known.push_back(below.name);
    }
    t.wrong("above", "unknown tier '" + t.tier.above + "' (this file has [tier.NAME] and spines for " +
                         listed(known) + "); name one of them");
}

void check_fabric(LoadedFabric const& fabric, ErrorList& errors)
{
    for (auto const& tier : fabric.spec.tiers) {
        TierCheck const check{fabric.document, fabric.spec, tier, errors};
        if (!tier.above.empty()) check_above(check);
        if (!tier.above.empty() || tier.outside) continue;
        check_places(check);
        PlacementSpec const& at = check.tier.placement;
        check_swapped(check, "swapped_gpus", at.swapped_gpus, "gpus_per_tray", at.gpus_per_tray);
        check_swapped(check, "swapped_chips", at.swapped_chips, "chips_per_tray", at.chips_per_tray);
        check_trays(check, tier.placement.gpu_trays_u, "gpu_trays_u");
        check_trays(check, tier.placement.switch_trays_u, "switch_trays_u");
        check_links(check);
    }
}

void check_media(LoadedFabric const& fabric, MediaFile const& media, ErrorList& errors)
{
    std::vector<std::string> known;
    for (auto const& [name, spec] : media) known.push_back(name);
    auto const check = [&](TierSpec const& tier, std::string const& table) {
        if (tier.medium.empty() || media.count(tier.medium) != 0) return;
        errors.add(fabric.document.place_at(table + ".medium"),
                   "unknown medium '" + tier.medium + "' (topologies/media.toml holds " + listed(known) +
                       "); take one of them or add a table",
                   did_you_mean(tier.medium, known));
    };
    for (auto const& tier : fabric.spec.tiers) check(tier, "tier." + tier.name);
    if (fabric.spec.front_end) check(*fabric.spec.front_end, kFrontEnd);
}

}  // namespace copperwall

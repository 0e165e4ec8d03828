#include "host/input/check_degraded.h"

#include <algorithm>
#include <cmath>

#include "host/input/suggest.h"

namespace copperwall {

void kill_planes(std::uint32_t dead, Document const& document, FabricSpec& fabric, ErrorList& errors)
{
    if (dead == 0) return;
    for (auto& tier : fabric.tiers) {
        if (!tier.above.empty() || tier.outside) continue;
        if (dead >= tier.links_per_gpu)
            return errors.add(document.place_at("fabric.dead_planes"),
                              "'dead_planes' = " + std::to_string(dead) + " of the " +
                                  std::to_string(tier.links_per_gpu) + " planes of " + fabric.name +
                                  "; leave at least one");
        std::uint32_t const left = tier.links_per_gpu - dead;
        std::uint32_t const chips =
            (tier.switches.chips * left + tier.links_per_gpu - 1) / tier.links_per_gpu;
        tier.switches.chips = std::max(1u, chips);
        tier.links_per_gpu = left;
    }
}

namespace {

constexpr double kLatest_us = 1e9;  //!< 17 minutes; a run may take 77

class Checker {
public:
    Checker(FabricSpec const& fabric, ErrorList& errors) : fabric_(fabric), errors_(errors) {}

    void check(LinkSelector const& links, Place const& place)
    {
        if ((links.gpu < 0) == (links.chip < 0))
            return errors_.add(place, "which links? (those of a gpu, or of a switch chip); give gpu or chip");
        std::int64_t const gpus = std::int64_t{fabric_.gpus} * fabric_.domains;
        if (links.gpu >= gpus)
            errors_.add(place, "'gpu' = " + std::to_string(links.gpu) + " of " + std::to_string(gpus) +
                                   " gpus; use 0 to " + std::to_string(gpus - 1));
        if (links.gpu >= 0 && links.port >= 0)
            errors_.add(place, "'port' is one of a chip; of a gpu give 'plane'");
        if ((links.port < 0 && links.ports != 1) || (links.plane < 0 && links.planes != 1))
            errors_.add(place, "'ports' and 'planes' count from 'port' and 'plane' on; give these too");
        TierSpec const* const tier = find(links);
        if (tier == nullptr && (links.gpu >= 0 || !links.tier.empty()))
            errors_.add(place, "no tier '" + links.tier + "'" +
                                   (links.gpu >= 0 ? " between gpus and switches" : "") + "; use one of " +
                                   known(links));
        else if (links.gpu >= 0 &&
                 links.plane + links.planes - 1 >= static_cast<std::int32_t>(tier->links_per_gpu))
            errors_.add(place, "'plane' = " + std::to_string(links.plane + links.planes - 1) + " of tier '" +
                                   tier->name + "', which has " + std::to_string(tier->links_per_gpu) +
                                   "; count from 0");
    }

private:
    bool may_be_of(LinkSelector const& links, TierSpec const& tier) const
    {
        return links.gpu < 0 || tier.above.empty();
    }

    TierSpec const* find(LinkSelector const& links) const
    {
        for (TierSpec const& tier : fabric_.tiers)
            if (may_be_of(links, tier) && (links.tier.empty() ? !tier.outside : links.tier == tier.name))
                return &tier;
        return nullptr;
    }

    std::string known(LinkSelector const& links) const
    {
        std::string names;
        for (TierSpec const& tier : fabric_.tiers)
            if (may_be_of(links, tier)) names += (names.empty() ? "" : ", ") + tier.name;
        return names;
    }

    FabricSpec const& fabric_;
    ErrorList& errors_;
};

void check_outage(OutageSpec const& outage, ErrorList& errors)
{
    if (!(outage.at_us >= 0 && outage.at_us <= kLatest_us))
        errors.add(outage.place,
                   "'at_us' = " + shortest(outage.at_us) + " is no time of a run; use 0 to 1e9");
    if (!(outage.for_us >= 0 && (outage.for_us <= kLatest_us || std::isinf(outage.for_us))))
        errors.add(outage.place, "'for_us' = " + shortest(outage.for_us) +
                                     " is no time that a link is down; use 0 to 1e9, or inf");
    if (outage.rate == 0) return;
    if (!(outage.rate > 0 && outage.rate <= 1))
        errors.add(outage.place,
                   "'rate' = " + shortest(outage.rate) +
                       " is no part of a rate (above 0 to 1, or 0: as before); a link that stays "
                       "down has for_us = inf");
    if (outage.for_us == 0 || std::isinf(outage.for_us))
        errors.add(outage.place, "'rate' holds when the links are up again; give 'for_us', above 0");
}

void check_reroute(ScenarioSpec const& scenario, Place const& place, ErrorList& errors)
{
    double const after_us = scenario.reroute_after_us;
    if (std::isinf(after_us) && after_us > 0) return;
    if (!(after_us >= 0 && after_us <= kLatest_us))
        errors.add(place, "'reroute_after_us' = " + shortest(after_us) + " is no time; use 0 to 1e9, or inf");
    if (scenario.routing == Routing::adaptive)
        errors.add(place,
                   "'reroute_after_us' with routing = \"adaptive\", whose packets find ways by themselves; "
                   "leave it out, or take \"destination\", \"message\" or \"packet\"");
    if (scenario.reroute == Reroute::none)
        errors.add(place, "'reroute_after_us' with reroute = \"none\"; leave one of them out");
    if (scenario.channels.count != 1)
        errors.add(place, "'reroute_after_us' beside 'channels'; leave one of them out");
}

void check_rows(ScenarioSpec const& scenario, Place const& place, ErrorList& errors)
{
    if (scenario.routing_packets == 1 || scenario.routing == Routing::packet) return;
    errors.add(place, "'routing_packets' = " + std::to_string(scenario.routing_packets) +
                          " without routing = \"packet\"; set that, or leave it out");
}

}  // namespace

void check_degraded(ScenarioSpec const& scenario, FabricSpec const& fabric, Document const& document,
                    ErrorList& errors)
{
    Checker checker(fabric, errors);
    for (SlowedSpec const& slowed : scenario.slowed) {
        checker.check(slowed.links, slowed.place);
        if (!(slowed.rate > 0 && slowed.rate <= 1))
            errors.add(slowed.place, "'rate' = " + shortest(slowed.rate) +
                                         " is no part of a rate (above 0 to 1); for a link that is gone see "
                                         "dead");
    }
    for (OutageSpec const& outage : scenario.outages) {
        checker.check(outage.links, outage.place);
        check_outage(outage, errors);
    }
    for (DeadSpec const& dead : scenario.dead) checker.check(dead.links, dead.place);
    check_reroute(scenario, document.place_at("fabric.reroute_after_us"), errors);
    check_rows(scenario, document.place_at("fabric.routing_packets"), errors);
}

}  // namespace copperwall

#include <algorithm>
#include <set>

#include "host/input/resolve.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

std::string missing_ends(std::string const& tier, std::string const& fabric)
{
    return "no ends for tier '" + tier + "' of " + fabric + " (every tier's links need a technology); add " +
           tier + " = \"passive_copper\" or another";
}

void check_technology_media(TechnologySpec const& technology, MediaFile const& media, ErrorList& errors)
{
    std::vector<std::string> known;
    for (auto const& [name, spec] : media) known.push_back(name);
    for (auto const& medium : technology.media) {
        if (media.count(medium) != 0) continue;
        errors.add(technology.place,
                   "unknown medium '" + medium + "' in 'media' (topologies/media.toml holds " +
                       listed(known) + "); take one of them or add a table",
                   did_you_mean(medium, known));
    }
}

//! What an end may turn out to be built with.
std::vector<Located> candidates(ScenarioFile const& scenario, Located const& end, ErrorList& errors)
{
    if (end.text != kCopperWhenYouCan) return {end};
    std::vector<Located> all;
    for (char const* copper : kCopperInOrder) all.push_back({copper, end.place});
    if (scenario.fallback.text.empty())
        errors.add(end.place,
                   "copper_when_you_can needs a technology for where no copper reaches; add fallback = "
                   "\"cpo\" or another to [fabric]");
    else
        all.push_back(scenario.fallback);
    return all;
}

}  // namespace

void check_ends_names(ScenarioFile const& scenario, std::vector<std::string> const& tiers, ErrorList& errors)
{
    for (auto const& [tier, place] : scenario.ends_places) {
        if (tier == "all" || std::find(tiers.begin(), tiers.end(), tier) != tiers.end()) continue;
        errors.add(place,
                   "unknown tier '" + tier + "' in [fabric.ends] (" + scenario.spec.fabric.name + " has " +
                       listed(tiers) + "); rename or remove it",
                   did_you_mean(tier, tiers));
    }
}

void settle_ends(ScenarioFile& scenario, Document const& document, ErrorList& errors)
{
    std::map<std::string, LocatedEnds> settled;
    auto const all = scenario.ends.find("all");
    auto const settle = [&](TierSpec const& tier, bool within_domains) {
        auto const own = scenario.ends.find(tier.name);
        if (own != scenario.ends.end()) {
            settled[tier.name] = own->second;
        } else if (all != scenario.ends.end() && within_domains) {
            settled[tier.name] = all->second;
        } else if (!tier.technology.empty()) {
            Located const technology{tier.technology, scenario.spec.fabric.place};
            settled[tier.name] = {technology, technology};
        } else if (scenario.ends_places.count(tier.name) == 0) {
            errors.add(document.place_at("fabric.ends"), missing_ends(tier.name, scenario.spec.fabric.name));
        }
    };
    for (auto const& tier : scenario.spec.fabric.tiers) settle(tier, !tier.outside);
    if (scenario.spec.fabric.front_end) settle(*scenario.spec.fabric.front_end, false);
    scenario.ends = std::move(settled);
}

void resolve_technologies(Loader& loader, ScenarioFile& scenario, std::optional<MediaFile> const& media)
{
    std::set<std::string> tried;
    scenario.spec.fallback = scenario.fallback.text;
    for (auto const& [tier, ends] : scenario.ends) {
        scenario.spec.ends[tier] = {ends.a.text, ends.b.text};
        auto both = candidates(scenario, ends.a, loader.errors);
        for (auto const& end : candidates(scenario, ends.b, loader.errors)) both.push_back(end);
        for (auto const& end : both) {
            if (!tried.insert(end.text).second) continue;
            auto const file = loader.find_named(end, loader.tree.technologies(), "technology");
            auto technology = file ? read_technology(loader, *file) : std::nullopt;
            if (!technology) continue;
            if (media) check_technology_media(*technology, *media, loader.errors);
            scenario.spec.technologies[end.text] = std::move(*technology);
        }
    }
}

}  // namespace copperwall

#include "host/fabric/policy.h"

#include "host/fabric/class_reach.h"

namespace copperwall {

namespace {

bool reaches(ScenarioSpec const& scenario, FabricSpec const& fabric, TierSpec const& tier,
             EndsSpec const& ends, ClassLengths const& lengths)
{
    TechnologySpec const& technology = scenario.technologies.at(ends.a);
    if (shared_medium(tier, technology, technology).empty()) return false;
    TierLink const link = tier_link(scenario, fabric, tier, ends);
    LinkClass judged = link_class(link, true, lengths.shortest_m, lengths.longest_m, lengths.count);
    std::vector<std::string> notes;
    judge_reach(scenario, link, judged, notes);
    return judged.reaches;
}

}  // namespace

EndsSpec settled_ends(ScenarioSpec const& scenario, FabricSpec const& fabric, TierSpec const& tier,
                      ClassLengths const& lengths)
{
    EndsSpec const& asked = scenario.ends.at(tier.name);
    if (asked.a != kCopperWhenYouCan) return asked;
    for (char const* copper : kCopperInOrder) {
        EndsSpec const ends{copper, copper};
        if (scenario.technologies.contains(copper) && reaches(scenario, fabric, tier, ends, lengths))
            return ends;
    }
    return {scenario.fallback, scenario.fallback};
}

}  // namespace copperwall

#include "host/fabric/class_reach.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "host/fabric/copper_reach.h"
#include "host/input/error.h"

namespace copperwall {

namespace {

std::string lane_words(LinkClass const& c, Lane const& lane)
{
    std::ostringstream text;
    text << "links '" << c.name << "' of " << lane.rate_Gbps << " Gb/s " << lane.modulation << " lanes, "
         << lane.conductor << ", host " << lane.host << ", " << c.longest_m << " m";
    return text.str();
}

std::string figures(CopperReach const& reach)
{
    std::ostringstream text;
    text.precision(3);
    text << "reach " << reach.typical_m << " m (" << reach.low_m << " to " << reach.high_m << "), margin "
         << reach.margin_dB << " dB";
    return text.str();
}

void put(CopperReach const& reach, LinkClass& c)
{
    c.reach_m = reach.typical_m;
    c.reach_low_m = reach.low_m;
    c.reach_high_m = reach.high_m;
    c.margin_dB = reach.margin_dB;
    c.marginal = reach.marginal;
    c.reaches = reach.closes;
}

//! The end that reaches less decides.
std::pair<CopperReach, Lane> shorter_end(ChannelSpec const& channel, TierLink const& link, double length_m)
{
    Lane const a = lane_of(*link.tier, *link.a);
    Lane const b = lane_of(*link.tier, *link.b);
    CopperReach const reach_a = copper_reach(channel, a, length_m);
    CopperReach const reach_b = copper_reach(channel, b, length_m);
    if (reach_a.typical_m <= reach_b.typical_m) return {reach_a, a};
    return {reach_b, b};
}

//! Lanes faster than an end carries are as good as no link, whatever the length.
void judge_lane_rate(TechnologySpec const& end, LinkClass& c)
{
    if (!end.most_lane_rate_Gbps || c.lane_rate_Gbps <= end.most_lane_rate_Gbps->value) return;
    std::ostringstream text;
    text << "links '" << c.name << "' have lanes of " << c.lane_rate_Gbps << " Gb/s, and " << end.name
         << " carries " << end.most_lane_rate_Gbps->value << " at most";
    c.why_not = text.str();
    c.reaches = false;
    c.reach_m = c.reach_low_m = c.reach_high_m = 0;
}

}  // namespace

void judge_reach(ScenarioSpec const& scenario, TierLink const& link, LinkClass& link_class,
                 std::vector<std::string>& notes)
{
    LinkClass& c = link_class;
    c.reach_low_m = std::min(link.a->reach_m.low, link.b->reach_m.low);
    c.reach_high_m = std::min(link.a->reach_m.high, link.b->reach_m.high);
    judge_lane_rate(*link.a, c);
    judge_lane_rate(*link.b, c);
    bool const copper = link.a->carrier == Carrier::electrical && link.b->carrier == Carrier::electrical;
    if (!copper || scenario.channel.conductors.empty()) return;
    auto const [reach, lane] = shorter_end(scenario.channel, link, c.longest_m);
    put(reach, c);
    if (!c.reaches && link.tier->ships_at_Gbps == lane.rate_Gbps) {
        c.reaches = true;
        notes.push_back("formula says no, product ships: " + lane_words(c, lane) + ": " + figures(reach));
    } else if (c.marginal) {
        notes.push_back("marginal: " + lane_words(c, lane) + ": " + figures(reach));
    }
}

TierSpec with_lane_rate(TierSpec tier, double rate_Gbps)
{
    if (rate_Gbps == 0) return tier;
    double const lanes = tier.link_rate_GBps.value * 8 / rate_Gbps;
    if (lanes < 1 || lanes != std::floor(lanes)) {
        std::ostringstream text;
        text << "fabric.lane_rate_Gbps = " << rate_Gbps << ": links of " << tier.link_rate_GBps.value
             << " GB/s on tier '" << tier.name
             << "' are no whole number of such lanes; take a lower lane rate";
        throw InputError(text.str());
    }
    tier.lanes = static_cast<std::uint32_t>(lanes);
    tier.lane_rate_Gbps.value = tier.lane_rate_Gbps.low = tier.lane_rate_Gbps.high = rate_Gbps;
    return tier;
}

}  // namespace copperwall

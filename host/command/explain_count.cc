#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <numeric>

#include "host/command/explain_parts.h"

namespace copperwall {

namespace {

double optics_pJ_per_bit(TechnologySpec const& technology, Bound bound)
{
    double pJ = 0;  // component 0 is the host's SerDes, outside the module
    for (std::size_t c = 1; c < technology.energy_pJ_per_bit.size(); ++c)
        pJ += pick(technology.energy_pJ_per_bit[c], bound);
    return pJ;
}

//! `links` of a tier end in `trays` trays of technology `t`.
ModuleCount modules_of(TierSpec const& tier, double links, double trays, TechnologySpec const& t)
{
    ModuleCount count;
    if (t.carrier != Carrier::optical || trays == 0) return count;
    count.per_tray = modules_per_tray(tier, links, trays, t);
    count.ends = trays * count.per_tray;
    double const W_per_pJ = tier.lanes * tier.lane_rate_Gbps.value * links / count.ends * 1e-3;
    count.each_W = optics_pJ_per_bit(t, Bound::typical) * W_per_pJ;
    count.each_low_W = optics_pJ_per_bit(t, Bound::low) * W_per_pJ;
    count.each_high_W = optics_pJ_per_bit(t, Bound::high) * W_per_pJ;
    return count;
}

TierParts parts_of(TierEnds const& t, TierPower const& power, ScenarioSpec const& scenario,
                   Fabric const& fabric)
{
    EndsSpec const& ends = fabric.ends.at(t.count.tier);
    TechnologySpec const& a = scenario.technologies.at(ends.a);
    TechnologySpec const& b = scenario.technologies.at(ends.b);
    auto const links = static_cast<double>(t.count.links);
    TierParts made{t, modules_of(*t.tier, links, t.lower_trays, a),
                   modules_of(*t.tier, links, t.upper_trays, b)};
    double const gpus = fabric.network.gpus;
    made.full_W = gpus * std::accumulate(std::begin(power.full_W), std::end(power.full_W), 0.0);
    made.idle_W = gpus * std::accumulate(std::begin(power.idle_W), std::end(power.idle_W), 0.0);
    made.ends_usd = links * t.tier->lanes * t.tier->lane_rate_Gbps.value *
                    (a.cost_usd_per_Gbps.value + b.cost_usd_per_Gbps.value);
    return made;
}

std::string modules_line(char const* side, ModuleCount const& m, char const* each)
{
    if (m.ends == 0) return {};
    return format("    %s side: %.0f optical module ends, %.0f a %s, %.1f W (%.1f .. %.1f) each: %.2f kW\n",
                  side, m.ends, m.per_tray, each, m.each_W, m.each_low_W, m.each_high_W,
                  m.ends * m.each_W * 1e-3);
}

std::string links_line(Fabric const& fabric, TierCount const& n)
{
    auto const c = std::find_if(fabric.classes.begin(), fabric.classes.end(),
                                [&](LinkClass const& each) { return each.tier == n.tier; });
    return format("  tier %s: %llu links of %g GB/s each way, %s/%s over %s, of %u lanes x %g Gb/s\n",
                  n.tier.c_str(), static_cast<unsigned long long>(n.links), c->link_rate_GBps,
                  c->a.technology.c_str(), c->b.technology.c_str(), c->medium.c_str(), c->lanes,
                  c->lane_rate_Gbps) +
           format(
               "    %.0f lanes with a cable pair or fibre each, %llu ends of links of light; %llu switch "
               "chips\n",
               n.lanes, static_cast<unsigned long long>(n.optical_ends),
               static_cast<unsigned long long>(n.chips)) +
           format(
               "    length between trays %.3f to %.3f m, mean %.3f m; all lanes together %.0f m (%.2f "
               "miles)\n",
               n.shortest_m, n.longest_m, n.mean_m(), n.all_lanes_m, n.all_lanes_m / 1609.344);
}

TierSpec const& tier_below(FabricSpec const& spec, TierSpec const& spine)
{
    return *std::find_if(spec.tiers.begin(), spec.tiers.end(),
                         [&](TierSpec const& t) { return t.name == spine.above; });
}

std::string tier_text(Fabric const& fabric, TierParts const& p)
{
    TierSpec const& tier = *p.ends.tier;
    bool const spine = !tier.above.empty();
    auto const at = [](TierSpec const& t) { return t.placement.chips_per_tray != 0 ? "tray" : "switch"; };
    std::string const lower =
        spine ? modules_line("leaf", p.lower, at(tier_below(fabric.spec, tier)))
              : modules_line("gpu", p.lower, tier.placement.gpus_per_tray != 0 ? "tray" : "NIC");
    std::string const upper = modules_line(spine ? "spine" : "switch", p.upper, at(tier));
    return links_line(fabric, p.ends.count) + lower + upper +
           (lower.empty() && upper.empty() ? "    no optical modules\n" : "") +
           format(
               "    ends, NICs and switch cores %.2f kW all sending, %.2f kW all silent; ends of links %.0f "
               "kUSD\n",
               p.full_W * 1e-3, p.idle_W * 1e-3, p.ends_usd * 1e-3);
}

//! "scale-up 9 x scale-out, 8 x front end"
std::string rates_text(Fabric const& fabric)
{
    std::string text =
        format("  %u planes of %g GB/s: %g GB/s per gpu and direction", fabric.network.ports[kInside].planes,
               fabric.spec.tiers.front().link_rate_GBps.value, fabric.port_rate_GBps);
    if (fabric.outside_rate_GBps > 0)
        text += format(", %.3g times the scale-out's %g GB/s",
                       fabric.port_rate_GBps / fabric.outside_rate_GBps, fabric.outside_rate_GBps);
    if (fabric.front_end_rate_GBps > 0)
        text += format(", which is %.3g times the front end's %g GB/s",
                       fabric.outside_rate_GBps / fabric.front_end_rate_GBps, fabric.front_end_rate_GBps);
    return text + "\n";
}

}  // namespace

std::string format(char const* pattern, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(line, sizeof line, pattern, arguments);
    va_end(arguments);
    return line;
}

char const* word(Status status)
{
    return status == Status::measured ? "measured" : status == Status::published ? "published" : "assumed";
}

std::vector<TierParts> parts_by_tier(ScenarioSpec const& scenario, Fabric const& fabric)
{
    auto const ends = tier_ends(fabric);
    auto const power = power_per_gpu(fabric);
    std::vector<TierParts> parts;
    for (std::size_t i = 0; i != ends.size(); ++i)
        parts.push_back(parts_of(ends[i], power[i], scenario, fabric));
    return parts;
}

std::string fabric_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    PlacementSpec const& at = tier.placement;
    std::string text =
        format("%s (%s), %s\n", fabric.spec.title.c_str(), fabric.spec.name.c_str(),
               fabric.interconnect.c_str()) +
        format("  %u gpus, %u a domain\n", fabric.network.gpus, fabric.domain_gpus) +
        format("  a rack: %u gpus in %zu trays, %u switch chips in %zu trays\n", tier.leaf_gpus,
               at.gpu_trays_u.size(), tier.switches.chips, at.switch_trays_u.size()) +
        rates_text(fabric);
    for (TierParts const& p : parts_by_tier(scenario, fabric)) text += tier_text(fabric, p);
    return text;
}

}  // namespace copperwall

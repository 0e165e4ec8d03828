#include <algorithm>
#include <cmath>
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

TierSpec const* find_tier(FabricSpec const& spec, std::string const& name)
{
    if (name == kFrontEnd) return spec.front_end ? &*spec.front_end : nullptr;
    for (TierSpec const& tier : spec.tiers)
        if (tier.name == name) return &tier;
    return nullptr;
}

double ceil_div(double a, double b)
{
    return std::ceil(a / b);
}

//! Trays of the switches that a tier leads up into, or the switches themselves where no trays are placed.
double switch_trays(Fabric const& fabric, TierSpec const& tier, double chips)
{
    PlacementSpec const& at = tier.placement;
    if (at.chips_per_tray == 0) return chips;
    double const parts = tier.outside ? 1 : fabric.spec.domains;
    if (!tier.above.empty()) return parts * ceil_div(chips / parts, at.chips_per_tray);
    double const leaves = ceil_div(fabric.spec.gpus, tier.leaf_gpus);
    return parts * leaves * ceil_div(tier.switches.chips, at.chips_per_tray);
}

double gpu_trays(Fabric const& fabric, TierSpec const& tier, double links)
{
    std::uint32_t const each = tier.placement.gpus_per_tray;
    return each == 0 ? links : fabric.spec.domains * ceil_div(fabric.spec.gpus, each);
}

//! `links` of a tier end in `trays` trays of technology `t`.
ModuleCount modules_of(TierSpec const& tier, double links, double trays, TechnologySpec const& t)
{
    ModuleCount count;
    if (t.carrier != Carrier::optical || trays == 0) return count;
    double const all_Gbps = tier.lanes * tier.lane_rate_Gbps.value * links;
    count.per_tray = std::ceil(all_Gbps / trays / t.module_rate_Gbps.value);
    count.ends = trays * count.per_tray;
    double const W_per_pJ = all_Gbps / count.ends * 1e-3;
    count.each_W = optics_pJ_per_bit(t, Bound::typical) * W_per_pJ;
    count.each_low_W = optics_pJ_per_bit(t, Bound::low) * W_per_pJ;
    count.each_high_W = optics_pJ_per_bit(t, Bound::high) * W_per_pJ;
    return count;
}

class Counter {
public:
    Counter(ScenarioSpec const& scenario, Fabric const& fabric)
        : scenario_(scenario), fabric_(fabric), counts_(count_by_tier(fabric)), power_(power_per_gpu(fabric))
    {
        for (TierCount& count : counts_)
            if (count.tier == kFrontEnd)
                count.chips = static_cast<std::uint64_t>(
                    ceil_div(static_cast<double>(count.links), fabric.spec.front_end->switches.ports));
    }

    std::vector<TierParts> all() const
    {
        std::vector<TierParts> parts;
        for (std::size_t i = 0; i != counts_.size(); ++i) parts.push_back(part(counts_[i], power_[i]));
        return parts;
    }

private:
    TierParts part(TierCount const& count, TierPower const& power) const
    {
        TierSpec const& tier = *find_tier(fabric_.spec, count.tier);
        EndsSpec const& ends = fabric_.ends.at(count.tier);
        TechnologySpec const& a = scenario_.technologies.at(ends.a);
        TechnologySpec const& b = scenario_.technologies.at(ends.b);
        auto const links = static_cast<double>(count.links);
        TierParts made{count, modules_of(tier, links, lower_trays(tier, links), a),
                       modules_of(tier, links, upper_trays(tier, count), b)};
        double const gpus = fabric_.network.gpus;
        made.full_W = gpus * std::accumulate(std::begin(power.full_W), std::end(power.full_W), 0.0);
        made.idle_W = gpus * std::accumulate(std::begin(power.idle_W), std::end(power.idle_W), 0.0);
        made.ends_usd = links * tier.lanes * tier.lane_rate_Gbps.value *
                        (a.cost_usd_per_Gbps.value + b.cost_usd_per_Gbps.value);
        return made;
    }

    double trays_of(std::string const& name) const
    {
        auto const count =
            std::find_if(counts_.begin(), counts_.end(), [&](TierCount const& c) { return c.tier == name; });
        return switch_trays(fabric_, *find_tier(fabric_.spec, name), static_cast<double>(count->chips));
    }

    double lower_trays(TierSpec const& tier, double links) const
    {
        return tier.above.empty() ? gpu_trays(fabric_, tier, links) : trays_of(tier.above);
    }

    //! A mesh leads from leaves to leaves.
    double upper_trays(TierSpec const& tier, TierCount const& count) const
    {
        if (tier.wiring == "mesh") return trays_of(tier.above);
        return switch_trays(fabric_, tier, static_cast<double>(count.chips));
    }

    ScenarioSpec const& scenario_;
    Fabric const& fabric_;
    std::vector<TierCount> counts_;
    std::vector<TierPower> power_;  //!< of the same tiers, in the same order
};

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

std::string tier_text(Fabric const& fabric, TierParts const& p)
{
    TierSpec const& tier = *find_tier(fabric.spec, p.count.tier);
    bool const spine = !tier.above.empty();
    auto const at = [](TierSpec const& t) { return t.placement.chips_per_tray != 0 ? "tray" : "switch"; };
    std::string const lower =
        spine ? modules_line("leaf", p.lower, at(*find_tier(fabric.spec, tier.above)))
              : modules_line("gpu", p.lower, tier.placement.gpus_per_tray != 0 ? "tray" : "NIC");
    std::string const upper = modules_line(spine ? "spine" : "switch", p.upper, at(tier));
    return links_line(fabric, p.count) + lower + upper +
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
    return Counter(scenario, fabric).all();
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

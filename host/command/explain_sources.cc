#include <set>

#include "host/command/explain_parts.h"

namespace copperwall {

namespace {

std::string cited(char const* name, Quantity const& q, char const* unit)
{
    return format("    %-24s %g (%g .. %g) %s, %s: ", name, q.value, q.low, q.high, unit, word(q.status)) +
           q.source + "\n";
}

std::string tier_sources(TierSpec const& tier)
{
    PlacementSpec const& at = tier.placement;
    return "  tier '" + tier.name + "', " + tier.port_generation + "\n" +
           cited("lane_rate_Gbps", tier.lane_rate_Gbps, "Gb/s") +
           cited("link_rate_GBps", tier.link_rate_GBps, "GB/s") +
           cited("phy_latency_ns", tier.phy_latency_ns, "ns, both ends") +
           cited("core_latency_ns", tier.switches.core_latency_ns, "ns") +
           cited("core_energy_pJ_per_bit", tier.switches.core_energy_pJ_per_bit, "pJ/bit") +
           cited("payload_bytes", tier.wire.payload_bytes, "B") +
           cited("header_bytes", tier.wire.header_bytes, "B") +
           cited("flit_bytes", tier.wire.flit_bytes, "B") + cited("unit_m", at.unit_m, "m") +
           cited("slack_m", at.slack_m, "m") + cited("gpu_trace_m", at.gpu_trace_m, "m") +
           cited("switch_trace_m", at.switch_trace_m, "m");
}

std::string technology_sources(TechnologySpec const& t)
{
    std::string text =
        "  " + t.name + ": " + t.title + "\n" + cited("added_latency_ns", t.added_latency_ns, "ns, per end");
    if (t.phy_latency_ns) text += cited("phy_latency_ns", *t.phy_latency_ns, "ns, both ends");
    text += cited("host_trace_m", t.host_trace_m, "m") + cited("reach_m", t.reach_m, "m") +
            cited("static_fraction", t.static_fraction, "of full power");
    for (std::size_t i = 0; i != t.energy_pJ_per_bit.size(); ++i)
        text += cited(kComponents[i], t.energy_pJ_per_bit[i], "pJ/bit, per end");
    return text + cited("module_rate_Gbps", t.module_rate_Gbps, "Gb/s") +
           cited("cost_usd_per_Gbps", t.cost_usd_per_Gbps, "USD per Gb/s, per end") +
           cited("failures_fit", t.failures_fit, "FIT, per module end") + cited("repair_h", t.repair_h, "h") +
           "    repair unit: " + t.repair_unit + (t.field_swappable ? ", swapped in the field\n" : "\n");
}

}  // namespace

std::string sources_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = "where the figures come from\n";
    for (auto const& tier : fabric.spec.tiers) text += tier_sources(tier);
    std::set<std::string> technologies;
    std::set<std::string> media{"board"};
    for (auto const& c : fabric.classes) {
        technologies.insert({c.a.technology, c.b.technology});
        media.insert(c.medium);
    }
    for (auto const& name : technologies) text += technology_sources(scenario.technologies.at(name));
    for (auto const& name : media)
        text += "  " + name + "\n" + cited("delay_ns_per_m", scenario.media.at(name).delay_ns_per_m, "ns/m");
    return text;
}

}  // namespace copperwall

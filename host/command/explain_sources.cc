#include <set>

#include "host/command/explain_parts.h"
#include "host/fabric/copper_reach.h"

namespace copperwall {

namespace {

std::string cited(char const* name, Quantity const& q, char const* unit)
{
    return format("    %-24s %g (%g .. %g) %s, %s: ", name, q.value, q.low, q.high, unit, word(q.status)) +
           q.source + "\n";
}

//! Of links and switches of any tier, and of their NICs if it has some.
std::string link_sources(TierSpec const& tier)
{
    std::string text = "  tier '" + tier.name + "', " + tier.port_generation + "\n" +
                       cited("lane_rate_Gbps", tier.lane_rate_Gbps, "Gb/s") +
                       cited("link_rate_GBps", tier.link_rate_GBps, "GB/s") +
                       cited("phy_latency_ns", tier.phy_latency_ns, "ns, both ends") +
                       cited("core_latency_ns", tier.switches.core_latency_ns, "ns") +
                       cited("core_energy_pJ_per_bit", tier.switches.core_energy_pJ_per_bit, "pJ/bit");
    if (tier.length_m) text += cited("length_m", *tier.length_m, "m");
    if (tier.nic_power_W.value != 0)
        text += cited("nic_power_W", tier.nic_power_W, "W") +
                cited("nic_static_fraction", tier.nic_static_fraction, "of full power");
    return text;
}

std::string tier_sources(TierSpec const& tier)
{
    PlacementSpec const& at = tier.placement;
    return link_sources(tier) +
           (tier.switches.reduce_latency_ns
                ? cited("reduce_latency_ns", *tier.switches.reduce_latency_ns, "ns")
                : std::string()) +
           cited("payload_bytes", tier.wire.payload_bytes, "B") +
           cited("header_bytes", tier.wire.header_bytes, "B") +
           cited("flit_bytes", tier.wire.flit_bytes, "B") + cited("ack_bytes", tier.wire.ack_bytes, "B") +
           cited("mtu_bytes", tier.wire.mtu_bytes, "B") + cited("unit_m", at.unit_m, "m") +
           cited("slack_m", at.slack_m, "m") + cited("gpu_trace_m", at.gpu_trace_m, "m") +
           cited("switch_trace_m", at.switch_trace_m, "m");
}

//! Copper's reach follows from the loss budget; its technology's own is used where no budget is known.
bool has_loss_budget(ScenarioSpec const& scenario, TechnologySpec const& t)
{
    return t.carrier == Carrier::electrical && !scenario.channel.conductors.empty();
}

char const* taken_by(RepairTakes takes)
{
    if (takes == RepairTakes::ports) return "its links";
    return takes == RepairTakes::tray ? "its tray" : "its rack";
}

std::string technology_sources(ScenarioSpec const& scenario, TechnologySpec const& t)
{
    std::string text =
        "  " + t.name + ": " + t.title + "\n" + cited("added_latency_ns", t.added_latency_ns, "ns, per end");
    if (t.phy_latency_ns) text += cited("phy_latency_ns", *t.phy_latency_ns, "ns, both ends");
    text += cited("host_trace_m", t.host_trace_m, "m");
    if (!has_loss_budget(scenario, t)) text += cited("reach_m", t.reach_m, "m");
    if (t.channel_gain_dB) text += cited("channel_gain_dB", *t.channel_gain_dB, "dB");
    text += cited("static_fraction", t.static_fraction, "of full power");
    for (std::size_t i = 0; i != t.energy_pJ_per_bit.size(); ++i)
        text += cited(kComponents[i], t.energy_pJ_per_bit[i], "pJ/bit, per end");
    return text + cited("module_rate_Gbps", t.module_rate_Gbps, "Gb/s") +
           cited("cost_usd_per_Gbps", t.cost_usd_per_Gbps, "USD per Gb/s, per end") +
           cited("failures_fit", t.failures_fit, "FIT, per module end") + cited("repair_h", t.repair_h, "h") +
           "    repair unit: " + t.repair_unit + (t.field_swappable ? ", swapped in the field" : "") +
           "; takes " + std::string(taken_by(t.repair_takes)) + " out of service meanwhile\n";
}

std::string reliability_sources(ReliabilitySpec const& r)
{
    return "  switches\n" + cited("cost_usd_per_Gbps", r.switch_cost_usd_per_Gbps, "USD per Gb/s of a port") +
           cited("failures_fit", r.switch_failures_fit, "FIT, per chip") +
           cited("repair_h", r.switch_repair_h, "h") + "  gpus\n" +
           cited("failures_fit", r.gpu_failures_fit, "FIT") + cited("repair_h", r.gpu_repair_h, "h") +
           "  job\n" + cited("checkpoint_h", r.checkpoint_h, "h") + cited("restart_h", r.restart_h, "h");
}

std::string budget_sources(LossBudgetSpec const& b)
{
    return "  loss budget of a copper lane\n" +
           cited("line_rate_factor", b.line_rate_factor, "of lane rate") +
           cited("fixed_dB", b.fixed_dB, "dB") + cited("slope_dB_per_GHz", b.slope_dB_per_GHz, "dB/GHz") +
           cited("knee_GHz", b.knee_GHz, "GHz") + cited("most_dB", b.most_dB, "dB") +
           cited("bandwidth_knee_GHz", b.bandwidth_knee_GHz, "GHz") +
           cited("bandwidth_dB_per_decade", b.bandwidth_dB_per_decade, "dB") +
           cited("better_silicon_dB", b.better_silicon_dB, "dB") +
           cited("excess_dB_per_10_percent", b.excess_dB_per_10_percent, "dB");
}

std::string modulation_sources(ModulationSpec const& m)
{
    return "  modulation " + m.name + "\n" + cited("bits_per_symbol", m.bits_per_symbol, "bit") +
           cited("penalty_dB", m.penalty_dB, "dB");
}

std::string host_sources(HostSpec const& h)
{
    return "  host " + h.name + ": " + h.title + "\n" + cited("fixed_dB", h.fixed_dB, "dB") +
           cited("slope_dB_per_GHz", h.slope_dB_per_GHz, "dB/GHz") +
           cited("ceiling_GHz", h.ceiling_GHz, "GHz");
}

std::string conductor_sources(ConductorSpec const& c)
{
    return "  conductor " + c.name + "\n" + cited("skin_dB_per_m", c.skin_dB_per_m, "dB/m at 1 GHz") +
           cited("dielectric_dB_per_m", c.dielectric_dB_per_m, "dB/m at 1 GHz");
}

//! What the reach of the fabric's copper links rests on; empty where there are none.
std::string copper_sources(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::set<std::string> modulations, hosts, conductors;
    for (auto const& tier : fabric.spec.tiers) {
        EndsSpec const& ends = fabric.ends.at(tier.name);
        for (auto const& name : {ends.a, ends.b}) {
            TechnologySpec const& t = scenario.technologies.at(name);
            if (!has_loss_budget(scenario, t)) continue;
            Lane const lane = lane_of(tier, t);
            modulations.insert(lane.modulation);
            hosts.insert(lane.host);
            conductors.insert(lane.conductor);
        }
    }
    if (hosts.empty()) return {};
    ChannelSpec const& channel = scenario.channel;
    std::string text = budget_sources(channel.budget);
    for (auto const& name : modulations) text += modulation_sources(channel.modulations.at(name));
    for (auto const& name : hosts) text += host_sources(channel.hosts.at(name));
    for (auto const& name : conductors) text += conductor_sources(channel.conductors.at(name));
    return text;
}

}  // namespace

std::string sources_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = "where the figures come from\n";
    for (auto const& tier : fabric.spec.tiers) text += tier_sources(tier);
    if (fabric.spec.front_end) text += link_sources(*fabric.spec.front_end);
    std::set<std::string> technologies;
    std::set<std::string> media{"board"};
    for (auto const& c : fabric.classes) {
        technologies.insert({c.a.technology, c.b.technology});
        media.insert(c.medium);
    }
    for (auto const& name : technologies)
        text += technology_sources(scenario, scenario.technologies.at(name));
    for (auto const& name : media)
        text += "  " + name + "\n" + cited("delay_ns_per_m", scenario.media.at(name).delay_ns_per_m, "ns/m");
    return text + reliability_sources(scenario.reliability) + copper_sources(scenario, fabric);
}

}  // namespace copperwall

#include <nlohmann/json.hpp>

#include "host/command/explain.h"
#include "host/command/explain_parts.h"
#include "host/fabric/risk.h"
#include "host/fabric/wire_format.h"

namespace copperwall {

namespace {

using Json = nlohmann::ordered_json;

Json delay_json(LinkDelay const& d)
{
    return {{"phy_ns", d.phy_ns},      {"added_a_ns", d.added_a_ns}, {"added_b_ns", d.added_b_ns},
            {"trace_ns", d.trace_ns},  {"medium_ns", d.medium_ns},   {"switch_core_ns", d.switch_core_ns},
            {"total_ns", d.total_ns()}};
}

Json class_json(LinkClass const& c)
{
    Json energy;
    for (int i = 0; i != kPowerComponents; ++i)
        energy[kComponents[i]] = {{"a_pJ_per_bit", c.a.component_pJ_per_bit[i]},
                                  {"b_pJ_per_bit", c.b.component_pJ_per_bit[i]}};
    return {{"name", c.name},
            {"technology_a", c.a.technology},
            {"technology_b", c.b.technology},
            {"medium", c.medium},
            {"count", c.count},
            {"lanes", c.lanes},
            {"lane_rate_Gbps", c.lane_rate_Gbps},
            {"link_rate_GBps", c.link_rate_GBps},
            {"shortest_m", c.shortest_m},
            {"longest_m", c.longest_m},
            {"reach_m", c.reach_m},
            {"reach_low_m", c.reach_low_m},
            {"reach_high_m", c.reach_high_m},
            {"margin_dB", c.margin_dB},
            {"marginal", c.marginal},
            {"reaches", c.reaches},
            {"delay", delay_json(c.delay)},
            {"delay_low", delay_json(c.delay_low)},
            {"delay_high", delay_json(c.delay_high)},
            {"round_trip_buffer_kB", round_trip_kB(c, c.delay)},
            {"energy", energy}};
}

Json tier_json(TierParts const& tier)
{
    TierCount const& n = tier.ends.count;
    return {{"tier", n.tier},
            {"switch_chips", n.chips},
            {"links", n.links},
            {"lanes", n.lanes},
            {"optical_ends", n.optical_ends},
            {"shortest_m", n.shortest_m},
            {"mean_m", n.mean_m()},
            {"longest_m", n.longest_m},
            {"all_lanes_m", n.all_lanes_m},
            {"lower_module_ends", tier.lower.ends},
            {"upper_module_ends", tier.upper.ends},
            {"full_W", tier.full_W},
            {"idle_W", tier.idle_W},
            {"link_ends_usd", tier.ends_usd}};
}

Json fabric_json(Fabric const& fabric)
{
    return {{"name", fabric.spec.name},
            {"title", fabric.spec.title},
            {"interconnect", fabric.interconnect},
            {"gpus", fabric.network.gpus},
            {"domain_gpus", fabric.domain_gpus},
            {"planes", fabric.network.ports[kInside].planes},
            {"port_rate_GBps", fabric.port_rate_GBps},
            {"scale_out_rate_GBps", fabric.outside_rate_GBps},
            {"front_end_rate_GBps", fabric.front_end_rate_GBps},
            {"path_ns", fabric.path_ns},
            {"path_low_ns", fabric.path_low_ns},
            {"path_high_ns", fabric.path_high_ns}};
}

Json power_json(Fabric const& fabric)
{
    FabricPower const power = power_of(fabric);
    Json all;
    for (int i = 0; i != kPowerParts; ++i)
        all[part_name(i)] = {{"full_W", power.full_W[i]}, {"idle_W", power.idle_W[i]}};
    return all;
}

Json band_json(Band const& band)
{
    return {{"typical", band.typical}, {"low_5_percent", band.low}, {"high_95_percent", band.high}};
}

Json risk_json(ScenarioSpec const& scenario, Fabric const& fabric)
{
    FabricRisk const risk = fabric_risk(scenario, fabric);
    Json all;
    for (FaultKind const& kind : risk.kinds)
        all["kinds"].push_back({{"what", kind.what},
                                {"parts", kind.parts.count},
                                {"failures_fit", risk.model.quantities[kind.parts.failures_fit].typical},
                                {"repair_h", risk.model.quantities[kind.parts.repair_h].typical},
                                {"out_meanwhile", kind.out_meanwhile},
                                {"rate_lost", kind.parts.lost},
                                {"gpu_trays", kind.parts.takes_trays},
                                {"stops_job", kind.parts.stops != 0}});
    all["cost_usd"] = band_json(fabric.risk.of[kCost]);
    all["failures_per_year"] = band_json(fabric.risk.of[kFailures]);
    all["availability"] = band_json(fabric.risk.of[kAvailability]);
    all["goodput"] = band_json(fabric.risk.of[kGoodput]);
    all["goodput_with_gpus"] = band_json(fabric.risk.of[kGoodputWithGpus]);
    return all;
}

Json wire_json(TierSpec const& tier)
{
    WireSpec const& w = tier.wire;
    return {{"tier", tier.name},
            {"format", w.name},
            {"payload_bytes", w.payload_bytes.value},
            {"header_bytes", w.header_bytes.value},
            {"flit_bytes", w.flit_bytes.value},
            {"ack_bytes", w.ack_bytes.value},
            {"mtu_bytes", w.mtu_bytes.value},
            {"full_packet_efficiency", full_frame_efficiency(w)}};
}

Json message_json(MessageOnWire const& m)
{
    return {{"collective", m.form->collective->op},
            {"algorithm", m.form->collective->algorithm},
            {"bytes", m.form->bytes},
            {"tier", m.tier->name},
            {"message_bytes", m.bytes},
            {"raw_rate_bytes", m.taken_bytes},
            {"efficiency", m.efficiency}};
}

}  // namespace

std::string explain_json(ScenarioSpec const& scenario, Fabric const& fabric)
{
    Json all;
    all["title"] = scenario.title;
    all["fabric"] = fabric_json(fabric);
    for (TierParts const& tier : parts_by_tier(scenario, fabric)) all["tiers"].push_back(tier_json(tier));
    for (auto const& c : fabric.classes) all["link_classes"].push_back(class_json(c));
    all["power"] = power_json(fabric);
    all["risk"] = risk_json(scenario, fabric);
    for (auto const& check : fabric.spec.latency_checks) {
        double const rest = gpus_own_ns(fabric, check);
        all["latency_checks"].push_back({{"what", check.what},
                                         {"measured_ns", check.measured_ns.value},
                                         {"network_ns", check.measured_ns.value - rest},
                                         {"rest_ns", rest},
                                         {"source", check.measured_ns.source}});
    }
    for (TierSpec const& tier : fabric.spec.tiers)
        if (tier.above.empty()) all["wire"].push_back(wire_json(tier));
    auto const forms = forms_of(scenario, fabric);
    for (auto const& m : messages_on_wire(forms, scenario, fabric))
        all["messages"].push_back(message_json(m));
    for (auto const& f : forms)
        all["closed_forms"].push_back({{"collective", f.collective->op},
                                       {"algorithm", f.collective->algorithm},
                                       {"bytes", f.bytes},
                                       {"protocol", f.plan.protocol.name},
                                       {"closed_form_us", f.bounds.closed_form_us},
                                       {"lower_bound_us", f.bounds.lower_us},
                                       {"memory_forecast_B", memory_of(f, fabric).total()}});
    all["fabric"]["memory_B"] = memory_of(fabric);
    all["fabric"]["channels"] = scenario.channels.count;
    all["fabric"]["acks"] = scenario.ack_packets ? "packets" : "reserved";
    all["library"]["messages_at_once"] = scenario.library.messages_at_once;
    all["notes"] = fabric.notes;
    return all.dump(2) + "\n";
}

}  // namespace copperwall

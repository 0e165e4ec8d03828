#include "host/command/explain.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/account/bounds.h"
#include "host/account/plan.h"

namespace copperwall {

namespace {

std::string format(char const* pattern, ...) __attribute__((format(printf, 1, 2)));

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

std::string cited(char const* name, Quantity const& q, char const* unit)
{
    return format("    %-24s %g (%g .. %g) %s, %s: ", name, q.value, q.low, q.high, unit, word(q.status)) +
           q.source + "\n";
}

//! Lengths of one direction's cables, one a lane and direction.
struct Lengths {
    double mean_m = 0;
    double total_m = 0;
    double cables = 0;
};

Lengths lengths_of(Fabric const& fabric, std::size_t link_class)
{
    Lengths sum;
    double links = 0;
    for (std::size_t l = 0; l != fabric.lengths_m.size(); ++l) {
        if (fabric.network.links[l].link_class != link_class) continue;
        sum.total_m += fabric.lengths_m[l] * fabric.classes[link_class].lanes;
        links += 1;
    }
    sum.cables = links * fabric.classes[link_class].lanes;
    sum.mean_m = sum.cables > 0 ? sum.total_m / sum.cables : 0;
    return sum;
}

std::string counted(Fabric const& fabric)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    std::string text =
        format("%s (%s)\n  %u gpus, %u switch chips, %u planes of %g GB/s: %g GB/s per gpu and direction\n",
               fabric.spec.title.c_str(), fabric.spec.name.c_str(), fabric.spec.gpus, tier.switches.chips,
               fabric.network.planes, tier.link_rate_GBps.value, fabric.port_rate_GBps);
    double total_m = 0;
    double cables = 0;
    for (std::size_t c = 0; c != fabric.classes.size(); ++c) {
        Lengths const l = lengths_of(fabric, c);
        text += format(
            "  %-10s %llu directed links of %u lanes x %g Gb/s, %g .. %g m, mean %.3f m between trays\n",
            fabric.classes[c].name.c_str(), static_cast<unsigned long long>(fabric.classes[c].count),
            fabric.classes[c].lanes, fabric.classes[c].lane_rate_Gbps, fabric.classes[c].shortest_m,
            fabric.classes[c].longest_m, l.mean_m);
        total_m += l.total_m;
        cables += l.cables;
    }
    return text + format("  %.0f lanes with a pair of their own, %.0f m together, mean %.3f m\n", cables,
                         total_m, cables > 0 ? total_m / cables : 0);
}

std::string modules(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text;
    TierSpec const& tier = fabric.spec.tiers.front();
    EndsSpec const& ends = scenario.ends.at(tier.name);
    double const gpu_Gbps = fabric.spec.gpus * fabric.port_rate_GBps * 8;
    double both = 0;
    for (auto const& [side, name] : {std::pair{"gpu", ends.a}, std::pair{"switch", ends.b}}) {
        TechnologySpec const& t = scenario.technologies.at(name);
        if (t.carrier != Carrier::optical) continue;
        double const ends_needed = gpu_Gbps / t.module_rate_Gbps.value;
        double pJ = 0;
        for (std::size_t i = 1; i < t.energy_pJ_per_bit.size(); ++i) pJ += t.energy_pJ_per_bit[i].value;
        double const W = pJ * t.module_rate_Gbps.value * 1e-3;
        both += ends_needed * W;
        text += format("  %s side: %.0f module ends of %g Gb/s (%s), %.1f W each\n", side, ends_needed,
                       t.module_rate_Gbps.value, name.c_str(), W);
    }
    if (text.empty()) return "  no optical ends\n";
    return text + format("  optics together %.2f kW, %.0f W per gpu, drawn whether or not bits flow\n",
                         both * 1e-3, both / fabric.spec.gpus);
}

std::string delay_lines(LinkClass const& c)
{
    auto const line = [&](char const* name, double LinkDelay::*part) {
        return format("    %-28s %8.2f ns  (%.2f .. %.2f)\n", name, c.delay.*part, c.delay_low.*part,
                      c.delay_high.*part);
    };
    return line("SerDes + FEC, both ends", &LinkDelay::phy_ns) + line("end A adds", &LinkDelay::added_a_ns) +
           line("end B adds", &LinkDelay::added_b_ns) + line("host traces", &LinkDelay::trace_ns) +
           line("medium at longest length", &LinkDelay::medium_ns) +
           line("half a switch core", &LinkDelay::switch_core_ns) +
           format("    %-28s %8.2f ns  (%.2f .. %.2f)\n", "one link", c.delay.total_ns(),
                  c.delay_low.total_ns(), c.delay_high.total_ns());
}

std::string power_lines(LinkClass const& c)
{
    std::string text = "    pJ/bit of port rate:";
    for (int i = 0; i != kPowerComponents; ++i)
        text += format(" %s %g + %g%s", kComponents[i], c.a.component_pJ_per_bit[i],
                       c.b.component_pJ_per_bit[i], i + 1 == kPowerComponents ? "" : ",");
    return text + " (end A + end B)\n";
}

std::string class_block(LinkClass const& c)
{
    return format("%s: %s at the gpu, %s at the switch, over %s\n", c.name.c_str(), c.a.technology.c_str(),
                  c.b.technology.c_str(), c.medium.c_str()) +
           delay_lines(c) + power_lines(c) +
           format("    reach %.2f m (%.2f .. %.2f), longest link %g m: %s\n", c.reach_m, c.reach_low_m,
                  c.reach_high_m, c.longest_m, c.reaches ? "reaches" : "DOES NOT REACH");
}

std::string sources(ScenarioSpec const& scenario, Fabric const& fabric)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    std::string text = "where the figures come from\n  port (" + tier.port_generation + ")\n";
    text += cited("phy_latency_ns", tier.phy_latency_ns, "ns") +
            cited("link_rate_GBps", tier.link_rate_GBps, "GB/s") +
            cited("core_latency_ns", tier.switches.core_latency_ns, "ns") +
            cited("core_energy_pJ_per_bit", tier.switches.core_energy_pJ_per_bit, "pJ/bit");
    for (auto const& [name, t] : scenario.technologies) {
        text += "  " + name + ": " + t.title + "\n";
        text += cited("added_latency_ns", t.added_latency_ns, "ns, per end") +
                cited("host_trace_m", t.host_trace_m, "m") + cited("reach_m", t.reach_m, "m") +
                cited("static_fraction", t.static_fraction, "of full power");
        for (std::size_t i = 0; i != t.energy_pJ_per_bit.size(); ++i)
            text += cited(kComponents[i], t.energy_pJ_per_bit[i], "pJ/bit, per end");
        text += cited("failures_fit", t.failures_fit, "FIT, per module end") +
                cited("repair_h", t.repair_h, "h") + "    repair unit: " + t.repair_unit + "\n";
    }
    for (auto const& c : fabric.classes) {
        if (!c.up) continue;
        auto const medium = scenario.media.find(c.medium);
        if (medium != scenario.media.end())
            text += "  " + c.medium + "\n" + cited("delay_ns_per_m", medium->second.delay_ns_per_m, "ns/m");
    }
    return text;
}

std::string accounting()
{
    return "what energy is counted where\n"
           "  switch core: pJ/bit of switched payload; holds the switch-side host SerDes, no optics\n"
           "  host_serdes: at the gpu end only\n"
           "  module parts: at both ends, W = pJ/bit x port rate; a module's watts serve both directions\n"
           "  always-on: every link end and switch of the fabric x time; traffic: pJ/bit x bits that "
           "crossed\n";
}

std::string path_block(Fabric const& fabric)
{
    std::string text =
        format("gpu to switch to gpu, one way, without load: %.2f ns (%.2f .. %.2f); round trip %.2f ns\n",
               fabric.path_ns, fabric.path_low_ns, fabric.path_high_ns, 2 * fabric.path_ns);
    for (auto const& check : fabric.spec.latency_checks) {
        double const ours = (check.round_trip ? 2 : 1) * fabric.path_ns;
        double const rest = check.measured_ns.value - ours;
        text += format("  %s %g ns: %s\n    network %.2f ns, the gpus' own part %.2f ns%s; source: %s\n",
                       word(check.measured_ns.status), check.measured_ns.value, check.what.c_str(), ours,
                       rest, rest > 0 ? "" : " (NOT POSITIVE: the network is too slow)",
                       check.measured_ns.source.c_str());
    }
    return text;
}

struct Form {
    CollectiveSpec const* collective;
    std::int64_t bytes;
    Plan plan;
    Bounds bounds;
};

std::vector<Form> forms_of(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::vector<Form> forms;
    for (auto const& collective : scenario.collectives) {
        for (std::int64_t const bytes : collective.bytes) {
            Plan plan = plan_cell(scenario, fabric, collective, bytes);
            Bounds const bounds = bounds_of(plan, scenario.library, fabric);
            forms.push_back({&collective, bytes, std::move(plan), bounds});
        }
    }
    return forms;
}

std::string form_block(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = "closed forms, library " + scenario.library.name + "\n";
    for (auto const& f : forms_of(scenario, fabric))
        text +=
            format("  %s %s %lld B: %u steps x %.2f ns path, %s, closed form %.3f us, lower bound %.3f us\n",
                   f.collective->op.c_str(), f.collective->algorithm.c_str(), static_cast<long long>(f.bytes),
                   f.plan.algorithm->steps(f.plan.call.ranks), f.plan.path.path_ns,
                   f.plan.protocol.name.c_str(), f.bounds.closed_form_us, f.bounds.lower_us);
    return text;
}

nlohmann::ordered_json delay_json(LinkDelay const& d)
{
    return {{"phy_ns", d.phy_ns},      {"added_a_ns", d.added_a_ns}, {"added_b_ns", d.added_b_ns},
            {"trace_ns", d.trace_ns},  {"medium_ns", d.medium_ns},   {"switch_core_ns", d.switch_core_ns},
            {"total_ns", d.total_ns()}};
}

nlohmann::ordered_json class_json(LinkClass const& c)
{
    nlohmann::ordered_json energy;
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
            {"reaches", c.reaches},
            {"delay", delay_json(c.delay)},
            {"delay_low", delay_json(c.delay_low)},
            {"delay_high", delay_json(c.delay_high)},
            {"energy", energy}};
}

}  // namespace

std::string explain_text(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = scenario.title + "\n\n" + counted(fabric) + modules(scenario, fabric) + "\n";
    for (auto const& c : fabric.classes) text += class_block(c);
    text += "\n" + path_block(fabric) + "\n" + form_block(scenario, fabric) + "\n" + accounting() + "\n" +
            sources(scenario, fabric);
    for (auto const& note : fabric.notes) text += "note: " + note + "\n";
    return text;
}

std::string explain_json(ScenarioSpec const& scenario, Fabric const& fabric)
{
    nlohmann::ordered_json all;
    all["title"] = scenario.title;
    all["fabric"] = {{"name", fabric.spec.name},
                     {"title", fabric.spec.title},
                     {"gpus", fabric.spec.gpus},
                     {"planes", fabric.network.planes},
                     {"port_rate_GBps", fabric.port_rate_GBps},
                     {"path_ns", fabric.path_ns},
                     {"path_low_ns", fabric.path_low_ns},
                     {"path_high_ns", fabric.path_high_ns}};
    for (auto const& c : fabric.classes) all["link_classes"].push_back(class_json(c));
    for (auto const& check : fabric.spec.latency_checks) {
        double const ours = (check.round_trip ? 2 : 1) * fabric.path_ns;
        all["latency_checks"].push_back({{"what", check.what},
                                         {"measured_ns", check.measured_ns.value},
                                         {"network_ns", ours},
                                         {"rest_ns", check.measured_ns.value - ours},
                                         {"source", check.measured_ns.source}});
    }
    for (auto const& f : forms_of(scenario, fabric))
        all["closed_forms"].push_back({{"collective", f.collective->op},
                                       {"algorithm", f.collective->algorithm},
                                       {"bytes", f.bytes},
                                       {"protocol", f.plan.protocol.name},
                                       {"closed_form_us", f.bounds.closed_form_us},
                                       {"lower_bound_us", f.bounds.lower_us}});
    all["notes"] = fabric.notes;
    return all.dump(2) + "\n";
}

}  // namespace copperwall

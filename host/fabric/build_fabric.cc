#include <algorithm>
#include <sstream>

#include "host/fabric/check_scenario.h"
#include "host/fabric/class_reach.h"
#include "host/fabric/fabric.h"
#include "host/fabric/placement.h"
#include "host/fabric/tier_link.h"
#include "host/fabric/wiring.h"

namespace copperwall {

namespace {

std::string interconnect_label(ScenarioSpec const& scenario)
{
    std::string label;
    for (TierSpec const& tier : scenario.fabric.tiers) {
        EndsSpec const& ends = scenario.ends.at(tier.name);
        label += (label.empty() ? "" : " + ") + ends.a + (ends.a == ends.b ? "" : "/" + ends.b);
    }
    return label;
}

void measure_links(PlacementSpec const& placement, Fabric& fabric)
{
    for (Link const& link : fabric.network.links)
        fabric.lengths_m.push_back(
            length_between_m(placement, fabric.nodes[link.from], fabric.nodes[link.to]));
}

LinkClass class_of(TierLink const& tier, Fabric const& fabric, std::uint16_t index)
{
    double shortest = 0, longest = 0;
    std::uint64_t count = 0;
    for (std::size_t l = 0; l < fabric.lengths_m.size(); ++l) {
        if (fabric.network.links[l].link_class != index) continue;
        double const length = fabric.lengths_m[l];
        shortest = count == 0 ? length : std::min(shortest, length);
        longest = std::max(longest, length);
        ++count;
    }
    return link_class(tier, index % 2 == 0, shortest, longest, count);
}

//! Latency of every link from the laws, at its own length or at its class's longest; a block of links at a
//! time, so that inputs and results of the laws stay small beside the network.
void set_latencies(TierLink const& tier, Lengths lengths, Fabric& fabric)
{
    constexpr std::size_t kBlock = 4096;
    auto& links = fabric.network.links;
    std::vector<LinkInput> inputs;
    std::vector<LinkLaws> laws;
    for (std::size_t first = 0; first < links.size(); first += kBlock) {
        std::size_t const last = std::min(links.size(), first + kBlock);
        inputs.clear();
        for (std::size_t l = first; l < last; ++l)
            inputs.push_back(link_input(tier, lengths == Lengths::exact
                                                  ? fabric.lengths_m[l]
                                                  : fabric.classes[links[l].link_class].longest_m));
        laws.resize(inputs.size());
        evaluate_links(inputs.data(), laws.data(), inputs.size());
        for (std::size_t l = first; l < last; ++l) links[l].latency_fs = laws[l - first].latency_fs;
    }
}

void sum_path(Fabric& fabric)
{
    for (LinkClass const& c : fabric.classes) {
        fabric.path_ns += c.delay.total_ns();
        fabric.path_low_ns += c.delay_low.total_ns();
        fabric.path_high_ns += c.delay_high.total_ns();
    }
}

void note_assumed(std::string const& what, Quantity const& q, Fabric& fabric)
{
    if (q.status != Status::assumed) return;
    std::ostringstream text;
    text << "assumed: " << what << " " << q.value << " ns (" << q.low << " to " << q.high
         << "): " << q.source;
    fabric.notes.push_back(text.str());
}

void note_what_to_know(TierLink const& link, Lengths lengths, Fabric& fabric)
{
    LinkClass const& c = fabric.classes.front();
    if (lengths == Lengths::per_class && c.shortest_m < c.longest_m) {
        std::ostringstream text;
        text << "every link of tier '" << c.tier << "' is taken " << c.longest_m
             << " m long, its longest; the shortest is " << c.shortest_m << " m";
        fabric.notes.push_back(text.str());
    }
    if (replaces_phy(link)) {
        note_assumed("PHY of " + link.a->name, *link.a->phy_latency_ns, fabric);
        if (link.b != link.a) note_assumed("PHY of " + link.b->name, *link.b->phy_latency_ns, fabric);
    } else {
        note_assumed("PHY of " + link.tier->port_generation, link.tier->phy_latency_ns, fabric);
    }
    note_assumed("switch core", link.tier->switches.core_latency_ns, fabric);
    note_assumed("added at each end by " + link.a->name, link.a->added_latency_ns, fabric);
    if (link.b != link.a)
        note_assumed("added at each end by " + link.b->name, link.b->added_latency_ns, fabric);
}

//! Reach is computed for the lanes asked for; what else depends on them is only known for the fabric's own.
void note_other_lanes(ScenarioSpec const& scenario, TierSpec const& built, Fabric& fabric)
{
    double const own = scenario.fabric.tiers.front().lane_rate_Gbps.value;
    if (built.lane_rate_Gbps.value == own) return;
    std::ostringstream text;
    text << "lanes of " << built.lane_rate_Gbps.value << " Gb/s instead of " << own
         << ": link rate held, reach of copper computed; PHY latency and energies stay those of " << own
         << " Gb/s lanes";
    fabric.notes.push_back(text.str());
}

}  // namespace

Fabric build_fabric(ScenarioSpec const& scenario)
{
    auto impossible = impossible_in(scenario);
    if (!impossible.empty()) throw InputError(std::move(impossible));

    Fabric fabric;
    fabric.spec = scenario.fabric;
    for (auto& each : fabric.spec.tiers) each = with_lane_rate(each, scenario.lane_rate_Gbps);
    fabric.interconnect = interconnect_label(scenario);
    TierSpec const& tier = fabric.spec.tiers.front();
    TierLink const link = tier_link(scenario, tier);
    find_wiring(tier.wiring)->wire(fabric.spec, fabric);
    place_nodes(tier.placement, fabric.nodes);
    measure_links(tier.placement, fabric);
    for (std::uint16_t const c : {std::uint16_t{0}, std::uint16_t{1}})
        fabric.classes.push_back(class_of(link, fabric, c));
    fabric.domain_gpus = fabric.network.gpus;
    fabric.classes.front().switch_core_pJ_per_bit = tier.switches.core_energy_pJ_per_bit.value;
    for (LinkClass& c : fabric.classes) judge_reach(scenario, link, c, fabric.notes);
    fabric.network.link_classes = 2;
    fabric.network.rates_Bps = {static_cast<std::int64_t>(tier.link_rate_GBps.value * 1e9)};
    set_latencies(link, scenario.lengths, fabric);
    fabric.port_rate_GBps = tier.links_per_gpu * tier.link_rate_GBps.value;
    fabric.switch_core_pJ_per_bit = tier.switches.core_energy_pJ_per_bit.value;
    sum_path(fabric);
    note_other_lanes(scenario, tier, fabric);
    note_what_to_know(link, scenario.lengths, fabric);
    return fabric;
}

}  // namespace copperwall

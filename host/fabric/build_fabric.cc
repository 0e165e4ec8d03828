#include <algorithm>
#include <sstream>

#include "host/fabric/check_scenario.h"
#include "host/fabric/class_reach.h"
#include "host/fabric/dead_links.h"
#include "host/fabric/fabric.h"
#include "host/fabric/notes.h"
#include "host/fabric/outages.h"
#include "host/fabric/placement.h"
#include "host/fabric/plane_subset.h"
#include "host/fabric/policy.h"
#include "host/fabric/risk.h"
#include "host/fabric/slowed.h"
#include "host/fabric/tier_link.h"
#include "host/fabric/wiring.h"

namespace copperwall {

namespace {

//! "2:1"; empty for 1:1.
std::string ratio_label(TierSpec const& tier)
{
    if (tier.oversubscription == 1) return {};
    std::ostringstream ratio;
    ratio << tier.oversubscription << ":1";
    return ratio.str();
}

//! Of the links within domains; NICs are named only where they differ from their file's own, and their spines
//! where they are oversubscribed: ", 4:1 nic_spine".
std::string interconnect_label(Fabric const& fabric)
{
    std::string label;
    for (TierSpec const& tier : fabric.spec.tiers) {
        EndsSpec const& ends = fabric.ends.at(tier.name);
        std::string const ratio = ratio_label(tier);
        bool const plain = tier.outside && ends.a == tier.technology && ends.b == tier.technology;
        if (!plain) label += (label.empty() ? "" : " + ") + ends.a + (ends.a == ends.b ? "" : "/" + ends.b);
        if (ratio.empty()) continue;
        label += tier.outside ? ", " + ratio + " " + tier.name : " " + ratio;
    }
    return label;
}

void measure_links(std::vector<TierSpec const*> const& tiers, Fabric& fabric)
{
    fabric.lengths_m.reserve(fabric.network.links.size());
    for (Link const& link : fabric.network.links)
        fabric.lengths_m.push_back(
            length_between_m(*tiers[link.link_class / 2], fabric.nodes[link.from], fabric.nodes[link.to]));
}

std::vector<ClassLengths> lengths_by_class(Fabric const& fabric)
{
    std::vector<ClassLengths> lengths(fabric.network.link_classes);
    for (std::size_t l = 0; l < fabric.lengths_m.size(); ++l) {
        ClassLengths& c = lengths[fabric.network.links[l].link_class];
        double const length = fabric.lengths_m[l];
        c.shortest_m = c.count == 0 ? length : std::min(c.shortest_m, length);
        c.longest_m = std::max(c.longest_m, length);
        ++c.count;
    }
    return lengths;
}

void make_classes(ScenarioSpec const& scenario, std::vector<TierSpec const*> const& tiers, Fabric& fabric)
{
    auto const lengths = lengths_by_class(fabric);
    for (std::size_t t = 0; t != tiers.size(); ++t) {
        ClassLengths const& way = lengths[2 * t];
        EndsSpec const ends = settled_ends(scenario, fabric.spec, *tiers[t], way);
        fabric.ends[tiers[t]->name] = ends;
        TierLink const link = tier_link(scenario, fabric.spec, *tiers[t], ends);
        for (bool const up : {true, false}) {
            ClassLengths const& c = lengths[2 * t + (up ? 0 : 1)];
            LinkClass made = link_class(link, up, c.shortest_m, c.longest_m, c.count);
            judge_reach(scenario, link, made, fabric.notes);
            fabric.classes.push_back(std::move(made));
        }
        note_what_to_know(scenario, link, fabric.classes[2 * t], fabric.notes);
    }
}

//! A NIC and a link for so many gpus of a domain; its switches' way on to storage and users is not counted.
void add_front_end(ScenarioSpec const& scenario, Fabric& fabric)
{
    if (!fabric.spec.front_end) return;
    TierSpec const& tier = *fabric.spec.front_end;
    std::uint32_t const each = std::max(1u, tier.gpus_per_link);
    std::uint64_t const links = std::uint64_t{fabric.spec.domains} * ((fabric.spec.gpus + each - 1) / each);
    double const length_m = tier.length_m ? tier.length_m->value : 0;
    EndsSpec const ends = settled_ends(scenario, fabric.spec, tier, {length_m, length_m, links});
    fabric.ends[tier.name] = ends;
    TierLink const link = tier_link(scenario, fabric.spec, tier, ends);
    for (bool const up : {true, false}) {
        LinkClass made = link_class(link, up, length_m, length_m, links);
        judge_reach(scenario, link, made, fabric.notes);
        fabric.classes.push_back(std::move(made));
    }
    fabric.front_end_rate_GBps = tier.link_rate_GBps.value / each;
    fabric.notes.push_back("a front-end NIC for every " + std::to_string(each) +
                           " gpus draws power too, and no collective goes over it");
}

//! Latency of every link from the laws, at its own length or at its class's longest; a block of links at a
//! time, so that inputs and results of the laws stay small beside the network.
void set_latencies(std::vector<TierLink> const& tiers, Lengths lengths, Fabric& fabric)
{
    constexpr std::size_t kBlock = 4096;
    auto& links = fabric.network.links;
    std::vector<LinkInput> by_class;
    for (std::size_t c = 0; c != fabric.classes.size(); ++c)
        by_class.push_back(link_input(tiers[c / 2], fabric.classes[c].longest_m));
    std::vector<LinkInput> inputs;
    std::vector<LinkLaws> laws;
    for (std::size_t first = 0; first < links.size(); first += kBlock) {
        std::size_t const last = std::min(links.size(), first + kBlock);
        inputs.clear();
        for (std::size_t l = first; l < last; ++l) {
            std::uint16_t const c = links[l].link_class;
            inputs.push_back(lengths == Lengths::exact ? link_input(tiers[c / 2], fabric.lengths_m[l])
                                                       : by_class[c]);
        }
        laws.resize(inputs.size());
        evaluate_links(inputs.data(), laws.data(), inputs.size());
        for (std::size_t l = first; l < last; ++l) links[l].latency_fs = laws[l - first].latency_fs;
    }
}

//! The way up through classes first, first + 2, ... and down again.
PathDelay path_over(Fabric const& fabric, std::size_t first, std::size_t count)
{
    PathDelay path;
    for (std::size_t c = first; c != first + count; ++c) {
        path.typical_ns += fabric.classes[c].delay.total_ns();
        path.low_ns += fabric.classes[c].delay_low.total_ns();
        path.high_ns += fabric.classes[c].delay_high.total_ns();
    }
    return path;
}

//! A mesh is crossed by one of its links, a spine by two, a core by four.
PathDelay whole_path(Fabric const& fabric, Levels const& l)
{
    return path_over(fabric, l.first_class, l.mesh() ? 3 : l.link_classes());
}

void sum_paths(std::vector<Levels> const& levels, Fabric& fabric)
{
    Levels const& inside = levels.front();
    PathDelay const far = whole_path(fabric, inside);
    fabric.path_ns = far.typical_ns;
    fabric.path_low_ns = far.low_ns;
    fabric.path_high_ns = far.high_ns;
    fabric.leaf_path = path_over(fabric, inside.first_class, 2);
    fabric.leaf_gpus = inside.leaf->leaf_gpus;
    fabric.port_rate_GBps = inside.planes() * inside.leaf->link_rate_GBps.value;
    if (inside.spine != nullptr) fabric.oversubscription = inside.spine->oversubscription;
    if (levels.size() == 1) return;
    Levels const& outside = levels[1];
    fabric.outside_path = whole_path(fabric, outside);
    fabric.outside_leaf_path = path_over(fabric, outside.first_class, 2);
    fabric.outside_leaf_gpus = outside.leaf->leaf_gpus;
    fabric.outside_rate_GBps = outside.planes() * outside.leaf->link_rate_GBps.value;
}

void set_rates(std::vector<TierSpec const*> const& tiers, Fabric& fabric)
{
    for (TierSpec const* tier : tiers)
        fabric.network.rates_Bps.push_back(static_cast<std::int64_t>(tier->link_rate_GBps.value * 1e9));
    for (Link& link : fabric.network.links) link.rate = link.link_class / 2;
}

//! Selectors count all planes, so those that are lost go last. Places the nodes.
void degrade(ScenarioSpec const& scenario, std::vector<Levels> const& levels, Fabric& fabric)
{
    slow_down(scenario.slowed, fabric);
    take_down(scenario.outages, fabric);
    PlanesLost const lost = bury(scenario, levels, fabric);
    place_nodes(levels, fabric);
    if (!lost.of[kInside].empty() || !lost.of[kOutside].empty()) leave_out(lost.of, fabric);
    if (scenario.dead_planes != 0)
        fabric.notes.push_back(
            std::to_string(scenario.dead_planes) +
            " planes within domains are dead; their links and switches draw no power here");
}

}  // namespace

Fabric build_fabric(ScenarioSpec const& scenario)
{
    auto impossible = impossible_in(scenario);
    if (!impossible.empty()) throw InputError(std::move(impossible));

    Fabric fabric;
    fabric.spec = scenario.fabric;
    for (auto& each : fabric.spec.tiers)
        if (!each.outside) each = with_lane_rate(each, scenario.lane_rate_Gbps);
    for (auto& each : fabric.spec.tiers)
        if (each.above.empty() && each.leaf_gpus == 0)
            each.leaf_gpus = each.outside ? fabric.spec.gpus * fabric.spec.domains : fabric.spec.gpus;
    fabric.domain_gpus = fabric.spec.gpus;
    auto const levels = levels_of(fabric.spec);
    auto const tiers = tiers_by_class(levels);
    wire(levels, scenario.routing, scenario.routing_packets, fabric);
    set_rates(tiers, fabric);
    degrade(scenario, levels, fabric);
    measure_links(tiers, fabric);
    note_other_lanes(scenario, fabric);
    note_part_of_a_rack(fabric);
    make_classes(scenario, tiers, fabric);
    std::vector<TierLink> links;
    for (TierSpec const* tier : tiers)
        links.push_back(tier_link(scenario, fabric.spec, *tier, fabric.ends.at(tier->name)));
    set_latencies(links, scenario.lengths, fabric);
    add_front_end(scenario, fabric);
    sum_paths(levels, fabric);
    fabric.interconnect = interconnect_label(fabric);
    fabric.switch_core_pJ_per_bit = tiers.front()->switches.core_energy_pJ_per_bit.value;
    fabric.risk_model = fabric_risk(scenario, fabric).model;
    fabric.risk = risk_bands({&fabric.risk_model}, scenario.simulation.seed).front();
    return fabric;
}

}  // namespace copperwall

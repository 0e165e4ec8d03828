#include "host/fabric/notes.h"

#include <algorithm>
#include <sstream>

namespace copperwall {

namespace {

//! Tiers share assumptions; each is said once.
void add_once(std::string text, std::vector<std::string>& notes)
{
    if (std::find(notes.begin(), notes.end(), text) == notes.end()) notes.push_back(std::move(text));
}

void note_assumed(std::string const& what, Quantity const& q, std::vector<std::string>& notes,
                  char const* unit = "ns")
{
    if (q.status != Status::assumed || q.source.empty()) return;
    std::ostringstream text;
    text << "assumed: " << what << " " << q.value << ' ' << unit << " (" << q.low << " to " << q.high
         << "): " << q.source;
    add_once(text.str(), notes);
}

}  // namespace

void note_what_to_know(ScenarioSpec const& scenario, TierLink const& link, LinkClass const& c,
                       std::vector<std::string>& notes)
{
    if (scenario.lengths == Lengths::per_class && c.shortest_m < c.longest_m) {
        std::ostringstream text;
        text << "every link of tier '" << c.tier << "' is taken " << c.longest_m
             << " m long, its longest; the shortest is " << c.shortest_m << " m";
        add_once(text.str(), notes);
    }
    if (replaces_phy(link)) {
        note_assumed("PHY of " + link.a->name, *link.a->phy_latency_ns, notes);
        if (link.b != link.a) note_assumed("PHY of " + link.b->name, *link.b->phy_latency_ns, notes);
    } else {
        note_assumed("PHY of " + link.tier->port_generation, link.tier->phy_latency_ns, notes);
    }
    if (link.medium->name == "board")
        add_once("links of tier '" + c.tier + "' are traces of a board; price and failures are those of " +
                     link.a->name,
                 notes);
    note_assumed("switch core", link.tier->switches.core_latency_ns, notes);
    note_assumed("NIC of tier " + link.tier->name, link.tier->endpoint_latency_ns, notes);
    note_assumed("power of a NIC of tier " + link.tier->name, link.tier->nic_power_W, notes, "W");
    note_assumed("added at each end by " + link.a->name, link.a->added_latency_ns, notes);
    if (link.b != link.a)
        note_assumed("added at each end by " + link.b->name, link.b->added_latency_ns, notes);
}

void note_part_of_a_rack(Fabric& fabric)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    std::size_t const places = tier.placement.gpu_trays_u.size() * tier.placement.gpus_per_tray;
    if (fabric.spec.gpus >= places) return;
    add_once("a domain of " + std::to_string(fabric.spec.gpus) + " gpus has all " +
                 std::to_string(tier.switches.chips) + " switch chips of a rack of " +
                 std::to_string(places) + ": they fail as often; price and power go by the ports used",
             fabric.notes);
}

void note_other_lanes(ScenarioSpec const& scenario, Fabric& fabric)
{
    for (std::size_t t = 0; t != fabric.spec.tiers.size(); ++t) {
        double const own = scenario.fabric.tiers[t].lane_rate_Gbps.value;
        double const built = fabric.spec.tiers[t].lane_rate_Gbps.value;
        if (built == own) continue;
        std::ostringstream text;
        text << "lanes of " << built << " Gb/s instead of " << own
             << ": link rate held, reach of copper computed; PHY latency and energies stay those of " << own
             << " Gb/s lanes";
        add_once(text.str(), fabric.notes);
    }
}

}  // namespace copperwall

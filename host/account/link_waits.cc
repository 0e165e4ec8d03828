#include "host/account/link_waits.h"

#include <algorithm>

#include "host/account/route.h"
#include "host/account/traffic_sample.h"

namespace copperwall {

namespace {

struct Fluid {
    double bytes = 0;
    double fed_ns = 0;  //!< weighted by bytes
    double done_ns = 0;
};

//! Links of all ways, one way after the other, each ended by kNone, and the bytes of each way.
struct Ways {
    std::vector<LinkId> links;
    std::vector<double> bytes;
};

void add_family(Plan const& plan, Fabric const& fabric, std::uint32_t group, Family const& f, Ways& ways)
{
    Network const& network = fabric.network;
    visit_sampled(plan, f, [&](std::uint32_t rank, Transfer const& t, double weight) {
        std::uint32_t const from = plan.placement.gpus[rank], to = plan.placement.gpus[t.receiver];
        if (network.group_of(from, to) != group) return;
        follow_route(network, from, to, network.first_port(group),
                     [&](LinkId l) { ways.links.push_back(l); });
        ways.links.push_back(kNone);
        ways.bytes.push_back(static_cast<double>(t.bytes) * weight / network.ports[group].planes);
    });
}

//! Classes in the order that packets pass them: from gpus and on upwards, then down to gpus.
std::vector<std::uint32_t> in_order(std::uint32_t first, std::uint32_t end)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t up = first; up < end; up += 2) order.push_back(up);
    for (std::uint32_t down = end; down > first; down -= 2) order.push_back(down - 1);
    return order;
}

}  // namespace

std::vector<double> waiting_bytes(Plan const& plan, Fabric const& fabric, std::uint32_t group)
{
    Network const& network = fabric.network;
    Ways ways;
    for (Family const& f : plan.schedule.families) add_family(plan, fabric, group, f, ways);
    std::uint32_t const inside = network.inside_classes == 0 ? network.link_classes : network.inside_classes;
    std::vector<Fluid> fluids(network.links.size());
    std::vector<double> waits(network.links.size());
    for (std::uint32_t const link_class :
         in_order(group == kInside ? 0 : inside, group == kInside ? inside : network.link_classes)) {
        std::size_t way = 0;
        double fed_ns = 0;
        for (LinkId const l : ways.links) {
            if (l == kNone) {
                fed_ns = 0;
                ++way;
                continue;
            }
            if (network.links[l].link_class == link_class) {
                fluids[l].bytes += ways.bytes[way];
                fluids[l].fed_ns += ways.bytes[way] * fed_ns;
            }
            fed_ns = fluids[l].done_ns;
        }
        for (LinkId l = 0; l != network.links.size(); ++l) {
            Fluid& fluid = fluids[l];
            if (network.links[l].link_class != link_class || fluid.bytes == 0) continue;
            double const rate = static_cast<double>(network.rates_Bps[network.links[l].rate]) * 1e-9;
            double const fed = fluid.fed_ns / fluid.bytes;
            fluid.done_ns = std::max(fed, fluid.bytes / rate);
            if (fed != 0) waits[l] = std::max(0.0, fluid.bytes - rate * fed);
        }
    }
    return waits;
}

}  // namespace copperwall

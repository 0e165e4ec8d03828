#include <algorithm>
#include <stdexcept>

#include "cuda/link_delay.h"
#include "host/fabric/fabric.h"
#include "host/fabric/plane_subset.h"
#include "host/fabric/reduction_units.h"
#include "host/fabric/wire_format.h"

namespace copperwall {

namespace {

//! The links of one plane, in an order that is the same for every plane: gpus' egress ports, then switches'.
std::vector<LinkId> links_of_plane(Fabric const& fabric, std::uint32_t group, std::uint32_t plane)
{
    Network const& network = fabric.network;
    std::vector<LinkId> links;
    for (std::uint32_t g = 0; g < network.gpus; ++g)
        links.push_back(network.nodes[g].first_egress + network.first_port(group) + plane);
    std::uint32_t const switches = fabric.switches_per_plane[group];
    for (std::uint32_t s = 0; s < switches; ++s) {
        Node const& node = network.nodes[first_switch(fabric, group) + plane * switches + s];
        for (std::uint32_t p = 0; p < node.egress_count; ++p) links.push_back(node.first_egress + p);
    }
    return links;
}

bool same_for_packets(Network const& network, LinkId a, LinkId b)
{
    Link const& x = network.links[a];
    Link const& y = network.links[b];
    return x.latency_fs == y.latency_fs && network.rates_Bps[x.rate] == network.rates_Bps[y.rate] &&
           x.link_class == y.link_class && x.arrival == y.arrival && x.slots == y.slots &&
           x.outages == y.outages;
}

bool same_routes(Fabric const& fabric, std::uint32_t group, std::uint32_t plane)
{
    Network const& network = fabric.network;
    std::size_t const size = static_cast<std::size_t>(fabric.switches_per_plane[group]) * network.gpus;
    std::size_t const before = first_switch(fabric, group) - network.gpus;
    for (std::size_t replans = 0; replans <= network.replanned_fs.size(); ++replans) {
        auto const first =
            network.routes.begin() +
            static_cast<std::ptrdiff_t>((replans * network.switches() + before) * network.gpus);
        if (!std::equal(first, first + static_cast<std::ptrdiff_t>(size),
                        first + static_cast<std::ptrdiff_t>(plane * size)))
            return false;
    }
    return true;
}

//! gpus that take part first, in their order, then the idle ones; links and switches stay.
Network renumbered(Network const& network, std::vector<std::uint32_t> const& first)
{
    std::vector<std::uint32_t> order = first;
    std::vector<std::uint32_t> number(network.gpus, kNone);
    for (std::uint32_t i = 0; i != first.size(); ++i) number[first[i]] = i;
    for (std::uint32_t gpu = 0; gpu != network.gpus; ++gpu) {
        if (number[gpu] != kNone) continue;
        number[gpu] = static_cast<std::uint32_t>(order.size());
        order.push_back(gpu);
    }
    Network made = network;
    for (std::uint32_t i = 0; i != network.gpus; ++i) made.nodes[i] = network.nodes[order[i]];
    for (Link& link : made.links) {
        if (link.from < network.gpus) link.from = number[link.from];
        if (link.to < network.gpus) link.to = number[link.to];
    }
    for (std::size_t row = 0; row != network.routes.size(); row += network.gpus)
        for (std::uint32_t i = 0; i != network.gpus; ++i)
            made.routes[row + i] = network.routes[row + order[i]];
    return made;
}

void require_share(double share)
{
    if (share > 0 && share <= 1) return;
    throw std::invalid_argument("usable share of the link rate is " + std::to_string(share) +
                                ", not within (0, 1]");
}

//! A link class of each rate: a tier's own has two of the same tier, that of slowed links, or of those that
//! are slow after an outage, one of theirs; any where none runs at it.
std::vector<std::size_t> class_of_rates(Network const& network)
{
    std::vector<std::size_t> classes(network.rates_Bps.size());
    for (std::size_t r = 0; r != classes.size(); ++r) classes[r] = 2 * r < network.link_classes ? 2 * r : 0;
    for (Link const& link : network.links) {
        classes[link.rate] = link.link_class;
        if (link.outages == kNoOutage) continue;
        for (std::size_t o = link.outages; network.outages[o].down_fs != kNever; ++o)
            if (network.outages[o].rate_after != kSameRate)
                classes[network.outages[o].rate_after] = link.link_class;
    }
    return classes;
}

void put_on_wire(Fabric const& fabric, EngineView const& view, Network& network)
{
    auto const classes = class_of_rates(network);
    for (std::size_t r = 0; r != network.rates_Bps.size(); ++r)
        for (TierSpec const& tier : fabric.spec.tiers) {
            if (tier.name != fabric.classes[classes[r]].tier) continue;
            WireSpec const wire = wire_of(tier, view.packet_bytes);
            FrameHeader& header = network.headers.emplace_back(frame_header(wire));
            if (view.ack_packets)
                header.ack_bytes = static_cast<std::uint32_t>(wire.ack_bytes.value);
            else
                network.rates_Bps[r] = rate_beside_acks(wire, network.rates_Bps[r]);
        }
}

Units units_of(Fabric const& fabric, EngineView const& view)
{
    if (fabric.domain_gpus != fabric.network.gpus)
        throw std::invalid_argument("reduction units need a fabric of one domain");
    auto const& reduce_ns = fabric.spec.tiers.front().switches.reduce_latency_ns;
    auto const classes = static_cast<std::uint16_t>(fabric.classes.size());  // those without packets too
    return {view.reduction_units, view.units_per_gpu, ceil_to_fs(reduce_ns ? reduce_ns->value : 0), classes};
}

}  // namespace

bool planes_equal(Fabric const& fabric, std::uint32_t group)
{
    Network const& network = fabric.network;
    auto const first = links_of_plane(fabric, group, 0);
    for (std::uint32_t plane = 1; plane < network.ports[group].planes; ++plane) {
        auto const links = links_of_plane(fabric, group, plane);
        if (links.size() != first.size() || !same_routes(fabric, group, plane)) return false;
        for (std::size_t i = 0; i < links.size(); ++i)
            if (!same_for_packets(network, first[i], links[i])) return false;
    }
    return true;
}

Network engine_network(Fabric const& fabric, EngineView const& view)
{
    require_share(view.rate_share);
    require_share(view.outside_rate_share);
    for (std::uint32_t group : {kInside, kOutside})
        if (view.folded[group] && !planes_equal(fabric, group))
            throw std::invalid_argument("planes of " + fabric.spec.name +
                                        " differ in latency or rate and cannot be folded");
    Network network =
        view.folded[kInside] || view.folded[kOutside] ? folded_planes(fabric, view.folded) : fabric.network;
    if (!view.gpus.empty()) {
        network = renumbered(network, view.gpus);
        network.domain_gpus = view.domain_gpus;
    }
    if (!fabric.classes.empty()) put_on_wire(fabric, view, network);
    auto const classes = class_of_rates(network);
    for (std::size_t r = 0; r != network.rates_Bps.size(); ++r) {
        double const share = classes[r] < network.inside_classes ? view.rate_share : view.outside_rate_share;
        network.rates_Bps[r] = static_cast<std::int64_t>(static_cast<double>(network.rates_Bps[r]) * share);
    }
    if (view.reduction_units == 0) return network;
    return with_reduction_units(network, units_of(fabric, view));
}

}  // namespace copperwall

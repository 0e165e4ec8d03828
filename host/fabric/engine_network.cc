#include <algorithm>
#include <stdexcept>

#include "cuda/link_delay.h"
#include "host/fabric/fabric.h"
#include "host/fabric/reduction_units.h"
#include "host/fabric/wire_format.h"

namespace copperwall {

namespace {

NodeId first_switch(Fabric const& fabric, std::uint32_t group)
{
    Network const& network = fabric.network;
    if (group == kInside) return network.gpus;
    return network.gpus + network.ports[kInside].planes * fabric.switches_per_plane.front();
}

std::uint32_t first_port(Network const& network, std::uint32_t group)
{
    return group == kInside ? 0 : network.ports[kInside].planes;
}

//! The links of one plane, in an order that is the same for every plane: gpus' egress ports, then switches'.
std::vector<LinkId> links_of_plane(Fabric const& fabric, std::uint32_t group, std::uint32_t plane)
{
    Network const& network = fabric.network;
    std::vector<LinkId> links;
    for (std::uint32_t g = 0; g < network.gpus; ++g)
        links.push_back(network.nodes[g].first_egress + first_port(network, group) + plane);
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
           x.link_class == y.link_class && x.arrival == y.arrival && x.slots == y.slots;
}

bool same_routes(Fabric const& fabric, std::uint32_t group, std::uint32_t plane)
{
    Network const& network = fabric.network;
    std::size_t const size = static_cast<std::size_t>(fabric.switches_per_plane[group]) * network.gpus;
    auto const first =
        network.routes.begin() +
        static_cast<std::ptrdiff_t>(std::size_t{first_switch(fabric, group) - network.gpus} * network.gpus);
    return std::equal(first, first + static_cast<std::ptrdiff_t>(size),
                      first + static_cast<std::ptrdiff_t>(plane * size));
}

//! Keeps plane 0 alone of each group that is folded.
class Folder {
public:
    Folder(Fabric const& fabric, bool const (&folded)[2]) : fabric_(fabric), whole_(fabric.network)
    {
        for (std::uint32_t group : {kInside, kOutside}) folded_[group] = folded[group];
    }

    Network fold()
    {
        one_.gpus = whole_.gpus;
        one_.domain_gpus = whole_.domain_gpus;
        one_.link_classes = whole_.link_classes;
        one_.inside_classes = whole_.inside_classes;
        one_.rates_Bps = whole_.rates_Bps;
        one_.port_sets = whole_.port_sets;
        one_.spreading = whole_.spreading;
        for (std::uint32_t group : {kInside, kOutside})
            one_.ports[group] = {whole_.ports[group].planes, folded_[group]};
        number_switches();
        for (NodeId gpu = 0; gpu != whole_.gpus; ++gpu) add_gpu(gpu);
        for (NodeId n = whole_.gpus; n != whole_.nodes.size(); ++n)
            if (kept_[n] != kNone) add_switch(n);
        return std::move(one_);
    }

private:
    void number_switches()
    {
        kept_.assign(whole_.nodes.size(), kNone);
        for (NodeId gpu = 0; gpu != whole_.gpus; ++gpu) kept_[gpu] = gpu;
        NodeId next = whole_.gpus;
        for (std::uint32_t group = 0; group != fabric_.switches_per_plane.size(); ++group) {
            std::uint32_t const count = one_.ports[group].simulated() * fabric_.switches_per_plane[group];
            for (std::uint32_t s = 0; s != count; ++s) kept_[first_switch(fabric_, group) + s] = next++;
        }
        one_.nodes.resize(next);
        one_.routes.reserve(std::size_t{next - whole_.gpus} * whole_.gpus);
    }

    void add_link(LinkId id)
    {
        Link link = whole_.links[id];
        if (link.to < whole_.gpus) {
            std::uint32_t const inside = whole_.ports[kInside].planes;
            if (link.ingress_port >= inside) link.ingress_port += one_.ports[kInside].simulated() - inside;
        }
        link.from = kept_[link.from];
        link.to = kept_[link.to];
        one_.links.push_back(link);
    }

    void add_gpu(NodeId gpu)
    {
        Node const& node = whole_.nodes[gpu];
        auto const first = static_cast<LinkId>(one_.links.size());
        for (std::uint32_t group : {kInside, kOutside})
            for (std::uint32_t p = 0; p != one_.ports[group].simulated(); ++p)
                add_link(node.first_egress + first_port(whole_, group) + p);
        one_.nodes[gpu] = {NodeKind::gpu, first, one_.gpu_ports(), one_.gpu_ports()};
    }

    void add_switch(NodeId n)
    {
        Node node = whole_.nodes[n];
        LinkId const first = node.first_egress;
        node.first_egress = static_cast<LinkId>(one_.links.size());
        for (std::uint32_t p = 0; p != node.egress_count; ++p) add_link(first + p);
        one_.nodes[kept_[n]] = node;
        auto const row =
            whole_.routes.begin() + static_cast<std::ptrdiff_t>(std::size_t{n - whole_.gpus} * whole_.gpus);
        one_.routes.insert(one_.routes.end(), row, row + whole_.gpus);
    }

    Fabric const& fabric_;
    Network const& whole_;
    bool folded_[2] = {};
    Network one_;
    std::vector<NodeId> kept_;  //!< of each node, its number; kNone: folded away
};

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

//! A link class of each rate: a tier's own has two of the same tier, that of slowed links one of theirs.
std::vector<std::size_t> class_of_rates(Network const& network)
{
    std::vector<std::size_t> classes(network.rates_Bps.size());
    for (std::size_t r = 0; r != classes.size(); ++r) classes[r] = 2 * r;
    for (Link const& link : network.links) classes[link.rate] = link.link_class;
    return classes;
}

void put_on_wire(Fabric const& fabric, std::uint32_t packet_bytes, Network& network)
{
    auto const classes = class_of_rates(network);
    for (std::size_t r = 0; r != network.rates_Bps.size(); ++r)
        for (TierSpec const& tier : fabric.spec.tiers) {
            if (tier.name != fabric.classes[classes[r]].tier) continue;
            WireSpec const wire = wire_of(tier, packet_bytes);
            network.headers.push_back(frame_header(wire));
            network.rates_Bps[r] = rate_beside_acks(wire, network.rates_Bps[r]);
        }
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
        view.folded[kInside] || view.folded[kOutside] ? Folder(fabric, view.folded).fold() : fabric.network;
    if (!view.gpus.empty()) {
        network = renumbered(network, view.gpus);
        network.domain_gpus = view.domain_gpus;
    }
    if (!fabric.classes.empty()) put_on_wire(fabric, view.packet_bytes, network);
    auto const classes = class_of_rates(network);
    for (std::size_t r = 0; r != network.rates_Bps.size(); ++r) {
        double const share = classes[r] < network.inside_classes ? view.rate_share : view.outside_rate_share;
        network.rates_Bps[r] = static_cast<std::int64_t>(static_cast<double>(network.rates_Bps[r]) * share);
    }
    if (view.reduction_units == 0) return network;
    auto const& reduce_ns = fabric.spec.tiers.front().switches.reduce_latency_ns;
    return with_reduction_units(network, view.reduction_units, ceil_to_fs(reduce_ns ? reduce_ns->value : 0));
}

}  // namespace copperwall

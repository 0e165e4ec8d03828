#include <stdexcept>

#include "host/fabric/fabric.h"

namespace copperwall {

namespace {

std::uint32_t switches_per_plane(Network const& network)
{
    return (static_cast<std::uint32_t>(network.nodes.size()) - network.gpus) / network.planes;
}

//! The links of one plane, in an order that is the same for every plane: gpus' egress ports, then switches'.
std::vector<LinkId> links_of_plane(Network const& network, std::uint32_t plane)
{
    std::vector<LinkId> links;
    for (std::uint32_t g = 0; g < network.gpus; ++g) links.push_back(network.nodes[g].first_egress + plane);
    std::uint32_t const switches = switches_per_plane(network);
    for (std::uint32_t s = 0; s < switches; ++s) {
        Node const& node = network.nodes[network.gpus + plane * switches + s];
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

bool same_routes(Network const& network, std::uint32_t plane)
{
    std::size_t const size = static_cast<std::size_t>(switches_per_plane(network)) * network.gpus;
    auto const first = network.routes.begin();
    return std::equal(first, first + static_cast<std::ptrdiff_t>(size),
                      first + static_cast<std::ptrdiff_t>(plane * size));
}

//! Plane 0 alone: every gpu keeps its port 0.
Network fold(Network const& whole)
{
    Network one;
    one.gpus = whole.gpus;
    one.planes = whole.planes;
    one.folded = true;
    one.link_classes = whole.link_classes;
    one.rates_Bps = whole.rates_Bps;
    std::uint32_t const switches = switches_per_plane(whole);
    one.routes.assign(whole.routes.begin(),
                      whole.routes.begin() + static_cast<std::ptrdiff_t>(switches) * whole.gpus);
    for (std::uint32_t n = 0; n < whole.gpus + switches; ++n) {
        Node node = whole.nodes[n];
        if (node.kind == NodeKind::gpu) node.egress_count = node.ingress_count = 1;
        node.first_egress = static_cast<LinkId>(one.links.size());
        for (std::uint32_t p = 0; p < node.egress_count; ++p)
            one.links.push_back(whole.links[whole.nodes[n].first_egress + p]);
        one.nodes.push_back(node);
    }
    return one;
}

}  // namespace

bool planes_equal(Fabric const& fabric)
{
    Network const& network = fabric.network;
    auto const first = links_of_plane(network, 0);
    for (std::uint32_t plane = 1; plane < network.planes; ++plane) {
        auto const links = links_of_plane(network, plane);
        if (links.size() != first.size() || !same_routes(network, plane)) return false;
        for (std::size_t i = 0; i < links.size(); ++i)
            if (!same_for_packets(network, first[i], links[i])) return false;
    }
    return true;
}

Network engine_network(Fabric const& fabric, double rate_share, bool folded)
{
    if (!(rate_share > 0 && rate_share <= 1))
        throw std::invalid_argument("usable share of the link rate is " + std::to_string(rate_share) +
                                    ", not within (0, 1]");
    if (folded && !planes_equal(fabric))
        throw std::invalid_argument("planes of " + fabric.spec.name +
                                    " differ in latency or rate and cannot be folded");
    Network network = folded ? fold(fabric.network) : fabric.network;
    for (auto& rate : network.rates_Bps)
        rate = static_cast<std::int64_t>(static_cast<double>(rate) * rate_share);
    return network;
}

}  // namespace copperwall

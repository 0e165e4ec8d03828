#include "host/fabric/plane_subset.h"

#include <algorithm>

namespace copperwall {
namespace {

//! Keeps some planes of each group, in their order.
class Subset {
public:
    Subset(Fabric const& fabric, std::vector<std::uint32_t> const (&planes)[2])
        : fabric_(fabric), whole_(fabric.network), planes_(planes)
    {
        for (std::uint32_t group : {kInside, kOutside})
            ports_ += static_cast<std::uint32_t>(planes[group].size());
    }

    //! `ports`: as they shall be.
    Network network(PortGroup const (&ports)[2])
    {
        one_.gpus = whole_.gpus;
        one_.domain_gpus = whole_.domain_gpus;
        one_.link_classes = whole_.link_classes;
        one_.inside_classes = whole_.inside_classes;
        one_.rates_Bps = whole_.rates_Bps;
        one_.port_sets = whole_.port_sets;
        one_.listed_ports = whole_.listed_ports;
        one_.outages = whole_.outages;
        one_.spreading = whole_.spreading;
        std::copy(std::begin(ports), std::end(ports), std::begin(one_.ports));
        number_switches();
        number_ports();
        for (NodeId gpu = 0; gpu != whole_.gpus; ++gpu) add_gpu(gpu);
        for (NodeId n = whole_.gpus; n != whole_.nodes.size(); ++n)
            if (kept_[n] != kNone) add_switch(n);
        one_.replanned_fs = whole_.replanned_fs;
        for (std::size_t plan = 0; plan <= whole_.replanned_fs.size(); ++plan) add_routes(plan);
        return std::move(one_);
    }

    //! Of each node, its number; kNone: it is gone.
    std::vector<NodeId> const& kept() const { return kept_; }

private:
    void number_switches()
    {
        kept_.assign(whole_.nodes.size(), kNone);
        for (NodeId gpu = 0; gpu != whole_.gpus; ++gpu) kept_[gpu] = gpu;
        NodeId next = whole_.gpus;
        for (std::uint32_t group = 0; group != fabric_.switches_per_plane.size(); ++group) {
            std::uint32_t const each = fabric_.switches_per_plane[group];
            for (std::uint32_t const plane : planes_[group])
                for (std::uint32_t s = 0; s != each; ++s)
                    kept_[first_switch(fabric_, group) + plane * each + s] = next++;
        }
        one_.nodes.resize(next);
    }

    void number_ports()
    {
        for (std::uint32_t group : {kInside, kOutside})
            for (std::uint32_t const plane : planes_[group])
                old_ports_.push_back(whole_.first_port(group) + plane);
        new_ports_.assign(whole_.gpu_ports(), kNone);
        for (std::uint32_t p = 0; p != ports_; ++p) new_ports_[old_ports_[p]] = p;
    }

    void add_link(LinkId id)
    {
        Link link = whole_.links[id];
        if (link.to < whole_.gpus) link.ingress_port = new_ports_[link.ingress_port];
        link.from = kept_[link.from];
        link.to = kept_[link.to];
        one_.links.push_back(link);
    }

    void add_gpu(NodeId gpu)
    {
        auto const first = static_cast<LinkId>(one_.links.size());
        for (std::uint32_t const port : old_ports_) add_link(whole_.nodes[gpu].first_egress + port);
        one_.nodes[gpu] = {NodeKind::gpu, first, ports_, ports_};
    }

    void add_switch(NodeId n)
    {
        Node node = whole_.nodes[n];
        LinkId const first = node.first_egress;
        node.first_egress = static_cast<LinkId>(one_.links.size());
        for (std::uint32_t p = 0; p != node.egress_count; ++p) add_link(first + p);
        one_.nodes[kept_[n]] = node;
    }

    void add_routes(std::size_t plan)
    {
        if (plan == 0) one_.routes.reserve(one_.switches() * whole_.gpus * (1 + whole_.replanned_fs.size()));
        for (NodeId n = whole_.gpus; n != whole_.nodes.size(); ++n) {
            if (kept_[n] == kNone) continue;
            auto const row =
                whole_.routes.begin() +
                static_cast<std::ptrdiff_t>((plan * whole_.switches() + n - whole_.gpus) * whole_.gpus);
            one_.routes.insert(one_.routes.end(), row, row + whole_.gpus);
        }
    }

    Fabric const& fabric_;
    Network const& whole_;
    std::vector<std::uint32_t> const (&planes_)[2];
    Network one_;
    std::vector<NodeId> kept_;
    std::uint32_t ports_ = 0;  //!< of a gpu, that are kept
    std::vector<std::uint32_t> old_ports_;
    std::vector<std::uint32_t> new_ports_;
};

//! All planes of a group but some.
std::vector<std::uint32_t> others(std::uint32_t planes, std::vector<std::uint32_t> const& left_out)
{
    std::vector<std::uint32_t> kept;
    for (std::uint32_t plane = 0; plane != planes; ++plane)
        if (!std::binary_search(left_out.begin(), left_out.end(), plane)) kept.push_back(plane);
    return kept;
}

}  // namespace

NodeId first_switch(Fabric const& fabric, std::uint32_t group)
{
    Network const& network = fabric.network;
    if (group == kInside) return network.gpus;
    return network.gpus + network.ports[kInside].planes * fabric.switches_per_plane.front();
}

Network folded_planes(Fabric const& fabric, bool const (&folded)[2])
{
    std::vector<std::uint32_t> planes[2];
    PortGroup ports[2];
    for (std::uint32_t group : {kInside, kOutside}) {
        ports[group] = {fabric.network.ports[group].planes, folded[group]};
        planes[group] = others(ports[group].simulated(), {});
    }
    return Subset(fabric, planes).network(ports);
}

void leave_out(std::vector<std::uint32_t> const (&left_out)[2], Fabric& fabric)
{
    std::vector<std::uint32_t> planes[2];
    PortGroup ports[2];
    for (std::uint32_t group : {kInside, kOutside}) {
        planes[group] = others(fabric.network.ports[group].planes, left_out[group]);
        ports[group] = {static_cast<std::uint32_t>(planes[group].size()), false};
    }
    Subset subset(fabric, planes);
    Network network = subset.network(ports);
    std::vector<PlacedNode> nodes(network.nodes.size());
    for (NodeId n = 0; n != fabric.nodes.size(); ++n)
        if (subset.kept()[n] != kNone) nodes[subset.kept()[n]] = std::move(fabric.nodes[n]);
    fabric.network = std::move(network);
    fabric.nodes = std::move(nodes);
    for (TierSpec& tier : fabric.spec.tiers)
        if (tier.above.empty()) tier.links_per_gpu = ports[tier.outside ? kOutside : kInside].planes;
}

}  // namespace copperwall

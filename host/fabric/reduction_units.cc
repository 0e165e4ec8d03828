#include "host/fabric/reduction_units.h"

#include <algorithm>
#include <stdexcept>

namespace copperwall {

namespace {

class Adder {
public:
    Adder(Network const& network, std::uint32_t ranks, Time reduce_fs)
        : whole_(network), ranks_(ranks), reduce_fs_(reduce_fs), by_switch_(network.nodes.size())
    {
        Time shortest = kNever;
        for (Link const& link : network.links)
            if (of_gpu(link)) shortest = std::min(shortest, link.latency_fs);
        moved_fs_ = shortest / 2;
        for (NodeId rank = 0; rank != ranks; ++rank)
            for (std::uint32_t p = 0; p != network.nodes[rank].egress_count; ++p)
                by_switch_[up(rank, p).to].push_back({rank, p});
    }

    Network add()
    {
        made_ = whole_;
        made_.gpus += ranks_;
        made_.domain_gpus = 0;
        made_.inside_classes = 0;
        ++made_.link_classes;
        made_.nodes.clear();
        made_.links.clear();
        made_.routes.clear();
        for (NodeId rank = 0; rank != ranks_; ++rank) add_node(rank);
        for (NodeId rank = 0; rank != ranks_; ++rank) add_unit(rank);
        for (NodeId node = ranks_; node != whole_.nodes.size(); ++node) add_node(node);
        for (NodeId chip = whole_.gpus; chip != whole_.nodes.size(); ++chip) add_routes(chip);
        return std::move(made_);
    }

private:
    //! A port of the switch: unit of `rank`, by its port `port`.
    struct UnitPort {
        NodeId rank = 0;
        std::uint32_t port = 0;
    };

    bool of_gpu(Link const& link) const { return link.from < whole_.gpus || link.to < whole_.gpus; }
    NodeId number(NodeId node) const { return node < ranks_ ? node : node + ranks_; }
    Link const& up(NodeId rank, std::uint32_t port) const
    {
        return whole_.links[whole_.nodes[rank].first_egress + port];
    }

    //! Which of the unit ports of its switch it is.
    std::uint32_t place(UnitPort const& unit) const
    {
        auto const& units = by_switch_[up(unit.rank, unit.port).to];
        auto const found = std::find_if(units.begin(), units.end(), [&](UnitPort const& u) {
            return u.rank == unit.rank && u.port == unit.port;
        });
        return static_cast<std::uint32_t>(found - units.begin());
    }

    void begin_node(Node node)
    {
        node.first_egress = static_cast<LinkId>(made_.links.size());
        made_.nodes.push_back(node);
    }

    void add_node(NodeId id)
    {
        Node node = whole_.nodes[id];
        LinkId const first = node.first_egress;
        std::uint32_t const egress = node.egress_count;
        auto const& units = by_switch_[id];
        node.egress_count += static_cast<std::uint32_t>(units.size());
        node.ingress_count += static_cast<std::uint32_t>(units.size());
        begin_node(node);
        for (LinkId l = first; l != first + egress; ++l) {
            Link link = whole_.links[l];
            if (of_gpu(link)) link.latency_fs -= moved_fs_;
            link.from = number(link.from);
            link.to = number(link.to);
            made_.links.push_back(link);
        }
        for (UnitPort const& unit : units) {
            Link down = unit_link(unit, reduce_fs_ - reduce_fs_ / 2);
            down.from = number(id);
            down.to = ranks_ + unit.rank;
            down.ingress_port = unit.port;
            made_.links.push_back(down);
        }
    }

    void add_unit(NodeId rank)
    {
        begin_node(whole_.nodes[rank]);
        for (std::uint32_t p = 0; p != whole_.nodes[rank].egress_count; ++p) {
            Link const& twin = up(rank, p);
            Link out = unit_link({rank, p}, reduce_fs_ / 2);
            out.from = ranks_ + rank;
            out.to = number(twin.to);
            out.ingress_port = whole_.nodes[twin.to].ingress_count + place({rank, p});
            out.arrival = twin.arrival;
            made_.links.push_back(out);
        }
    }

    //! Into the unit: a packet counts by its tail.
    Link unit_link(UnitPort const& unit, Time reduce_fs) const
    {
        Link link;
        link.latency_fs = moved_fs_ + reduce_fs;
        link.rate = up(unit.rank, unit.port).link_class / 2;  // the tier's own, see slowed.cc
        link.link_class = static_cast<std::uint16_t>(whole_.link_classes);
        return link;
    }

    void add_routes(NodeId chip)
    {
        auto const row = whole_.routes.begin() +
                         static_cast<std::ptrdiff_t>(std::size_t{chip - whole_.gpus} * whole_.gpus);
        made_.routes.insert(made_.routes.end(), row, row + ranks_);
        std::size_t const first = made_.routes.size();
        made_.routes.insert(made_.routes.end(), row, row + whole_.gpus);  // to a unit as to its gpu
        auto const& units = by_switch_[chip];
        for (std::size_t i = 0; i != units.size(); ++i)
            made_.routes[first + units[i].rank] =
                static_cast<std::uint16_t>(whole_.nodes[chip].egress_count + i);
    }

    Network const& whole_;
    std::uint32_t ranks_;
    Time reduce_fs_;
    Time moved_fs_ = 0;
    std::vector<std::vector<UnitPort>> by_switch_;  //!< [node]
    Network made_;
};

}  // namespace

Network with_reduction_units(Network const& network, std::uint32_t ranks, Time reduce_fs)
{
    if (network.ports[kOutside].planes != 0)
        throw std::invalid_argument("reduction units need a network of one domain");
    return Adder(network, ranks, reduce_fs).add();
}

}  // namespace copperwall

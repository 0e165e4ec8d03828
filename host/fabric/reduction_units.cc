#include "host/fabric/reduction_units.h"

#include <algorithm>

namespace copperwall {

namespace {

class Adder {
public:
    Adder(Network const& network, Units const& units)
        : whole_(network),
          ranks_(units.ranks),
          each_(units.each),
          reduce_fs_(units.reduce_fs),
          link_class_(units.link_class),
          by_switch_(network.nodes.size())
    {
        for (NodeId rank = 0; rank != ranks_; ++rank)
            for (std::uint32_t p = 0; p != network.nodes[rank].egress_count; ++p)
                by_switch_[up(rank, p).to].push_back({rank, p});
        moved_fs_ = kNever;
        for (Link const& link : network.links)
            if (Time const ends = ends_at_units(link); ends != 0)
                moved_fs_ = std::min(moved_fs_, link.latency_fs / (ends + 1));
    }

    Network add()
    {
        made_ = whole_;
        made_.gpus += each_ * ranks_;
        made_.domain_gpus = 0;
        made_.inside_classes = 0;
        made_.link_classes = link_class_ + 1u;
        made_.nodes.clear();
        made_.links.clear();
        made_.routes.clear();
        for (NodeId rank = 0; rank != ranks_; ++rank) add_node(rank);
        for (std::uint32_t i = 0; i != each_; ++i)
            for (NodeId rank = 0; rank != ranks_; ++rank) add_unit(rank, i);
        for (NodeId node = ranks_; node != whole_.nodes.size(); ++node) add_node(node);
        for (std::size_t plan = 0; plan <= whole_.replanned_fs.size(); ++plan)
            for (NodeId chip = whole_.gpus; chip != whole_.nodes.size(); ++chip) add_routes(plan, chip);
        return std::move(made_);
    }

private:
    //! A port of the switch: unit of `rank`, by its port `port`.
    struct UnitPort {
        NodeId rank = 0;
        std::uint32_t port = 0;
    };

    //! Ends of a link at switches with units.
    Time ends_at_units(Link const& link) const
    {
        return (by_switch_[link.from].empty() ? 0 : 1) + (by_switch_[link.to].empty() ? 0 : 1);
    }
    NodeId number(NodeId node) const { return node < ranks_ ? node : node + each_ * ranks_; }
    NodeId unit_of(NodeId rank, std::uint32_t i) const { return (1 + i) * ranks_ + rank; }
    Link const& up(NodeId rank, std::uint32_t port) const
    {
        return whole_.links[whole_.nodes[rank].first_egress + port];
    }

    //! Which of the unit ports of its switch its i-th unit has.
    std::uint32_t port_of(UnitPort const& unit, std::uint32_t i) const
    {
        auto const& units = by_switch_[up(unit.rank, unit.port).to];
        auto const found = std::find_if(units.begin(), units.end(), [&](UnitPort const& u) {
            return u.rank == unit.rank && u.port == unit.port;
        });
        return static_cast<std::uint32_t>(i * units.size() + static_cast<std::size_t>(found - units.begin()));
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
        node.egress_count += each_ * static_cast<std::uint32_t>(units.size());
        node.ingress_count += each_ * static_cast<std::uint32_t>(units.size());
        begin_node(node);
        for (LinkId l = first; l != first + egress; ++l) {
            Link link = whole_.links[l];
            link.latency_fs -= ends_at_units(link) * moved_fs_;
            link.from = number(link.from);
            link.to = number(link.to);
            made_.links.push_back(link);
        }
        for (std::uint32_t i = 0; i != each_; ++i)
            for (UnitPort const& unit : units) {
                Link down = unit_link(unit, reduce_fs_ - reduce_fs_ / 2);
                down.from = number(id);
                down.to = unit_of(unit.rank, i);
                down.ingress_port = unit.port;
                made_.links.push_back(down);
            }
    }

    void add_unit(NodeId rank, std::uint32_t i)
    {
        begin_node(whole_.nodes[rank]);
        for (std::uint32_t p = 0; p != whole_.nodes[rank].egress_count; ++p) {
            Link const& twin = up(rank, p);
            Link out = unit_link({rank, p}, reduce_fs_ / 2);
            out.from = unit_of(rank, i);
            out.to = number(twin.to);
            out.ingress_port = whole_.nodes[twin.to].ingress_count + port_of({rank, p}, i);
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
        link.link_class = link_class_;
        return link;
    }

    void add_routes(std::size_t plan, NodeId chip)
    {
        auto const row =
            whole_.routes.begin() +
            static_cast<std::ptrdiff_t>((plan * whole_.switches() + chip - whole_.gpus) * whole_.gpus);
        for (std::uint32_t i = 0; i != 1 + each_; ++i)  // to a unit as to its gpu
            made_.routes.insert(made_.routes.end(), row, row + ranks_);
        made_.routes.insert(made_.routes.end(), row + ranks_, row + whole_.gpus);
        std::size_t const first = made_.routes.size() - made_.gpus;
        std::size_t port = whole_.nodes[chip].egress_count;
        for (std::uint32_t i = 0; i != each_; ++i)
            for (UnitPort const& unit : by_switch_[chip])
                made_.routes[first + unit_of(unit.rank, i)] = static_cast<std::uint16_t>(port++);
    }

    Network const& whole_;
    std::uint32_t ranks_, each_;
    Time reduce_fs_;
    std::uint16_t link_class_;
    Time moved_fs_ = 0;
    std::vector<std::vector<UnitPort>> by_switch_;  //!< [node]
    Network made_;
};

}  // namespace

Network with_reduction_units(Network const& network, Units const& units)
{
    return Adder(network, units).add();
}

}  // namespace copperwall

#include "cuda/reference_links.h"

#include <algorithm>

#include "cuda/link_back.h"
#include "cuda/spread.h"

namespace copperwall {

ReferenceLinks::ReferenceLinks(EngineInput const& input)
    : network_(input.network), spread_(input.network.links.size(), 0)
{
    if (acknowledged(input)) back_ = ways_of_acks(input);
    for (std::size_t rate = 0; rate != network_.rates_Bps.size(); ++rate) {
        PacketFormat const& format = formats_.emplace_back(format_on(input, rate));
        auto& row = serialisation_.emplace_back();
        for (std::uint32_t flits = 0; flits <= most_flits(input); ++flits)
            row.push_back(serialisation_fs(format, flits, network_.rates_Bps[rate]));
    }
}

Time ReferenceLinks::serialisation(LinkId id, std::uint32_t flits, Time start) const
{
    Link const& link = network_.links[id];
    if (link.outages == kNoOutage) return serialisation(id, flits);
    return serialisation_[rate_at(network_.outages.data() + link.outages, link.rate, start)][flits];
}

std::int64_t ReferenceLinks::bytes(LinkId link, std::uint32_t flits) const
{
    return wire_bytes(formats_[network_.links[link].rate], flits);
}

Time ReferenceLinks::up_from(LinkId link, Time time) const
{
    std::uint16_t const list = network_.links[link].outages;
    return list == kNoOutage ? time : copperwall::up_from(network_.outages.data() + list, time);
}

std::size_t ReferenceLinks::channel_of(LinkId link, ReferencePacket const& packet) const
{
    if (channels(link) == 1) return first_channel(link);
    return first_channel(link) + network_.channels.of(packet.receiver, packet.message);
}

ReferenceLinks::WayOut ReferenceLinks::way_out(LinkId id, ReferencePacket const& packet, Time s, Time came)
{
    WayOut way;
    std::uint16_t const route = planned_route(id, packet, s, came, way.eligible);
    Link const& link = network_.links[id];
    std::uint32_t index = 0;
    if (route >= kFirstPortSet && !network_.spreading.adaptive)
        index = network_.spreading.packets == 0
                    ? spread_of_message(link.to, packet.message)
                    : spread_of_packet(network_.spreading, link.ingress_port, spread_[id]++);
    way.egress = network_.nodes[link.to].first_egress + network_.port_of(network_.ports_of(route), index);
    return way;
}

std::uint16_t ReferenceLinks::planned_route(LinkId id, ReferencePacket const& packet, Time s, Time came,
                                            Time& eligible) const
{
    Link const& link = network_.links[id];
    for (std::size_t plan = 0;; ++plan) {
        std::uint16_t const route = network_.route(link.to, packet.receiver, plan);
        LinkId const out =
            network_.nodes[link.to].first_egress + network_.port_of(network_.ports_of(route), 0);
        eligible = came;
        if (link.arrival == Arrival::head)
            eligible += std::max(Time{0}, s - serialisation(out, packet.flits, came));
        if (plan == network_.replanned_fs.size() || eligible < network_.replanned_fs[plan]) return route;
    }
}

std::uint16_t ReferenceLinks::route_at(Time now, NodeId node, ReferencePacket const& packet) const
{
    auto const& times = network_.replanned_fs;
    auto const plan = std::upper_bound(times.begin(), times.end(), now) - times.begin();
    return network_.route(node, packet.receiver, static_cast<std::size_t>(plan));
}

LinkId ReferenceLinks::way_by(std::uint16_t route, NodeId node, ReferencePacket const& packet,
                              std::uint32_t n) const
{
    std::uint32_t const index = network_.spreading.packets == 0 ? spread_of_message(node, packet.message) : n;
    return network_.nodes[node].first_egress + network_.port_of(network_.ports_of(route), index);
}

std::uint32_t ReferenceLinks::turn_at(PortSet const& set, std::uint32_t port, LinkId came_by)
{
    return turn_of(set, port, spread_[came_by]++);
}

}  // namespace copperwall

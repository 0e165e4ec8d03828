//! Messages and the links they take.
#pragma once

#include "cuda/engine.h"

namespace copperwall {

//! A message id taken apart.
struct MessageRef {
    Family const* family = nullptr;
    std::uint32_t k = 0;
    std::uint32_t sender = 0;
    MessageId first = 0;  //!< id of the family's transfer k = 0 of its first sender

    //! Id of transfer `other` of the same sender.
    MessageId at(Schedule const& schedule, std::uint32_t other) const
    {
        return first + other * family->width(schedule.gpus) + sender - family->first;
    }
};

inline MessageRef find_message(Schedule const& schedule, MessageId id)
{
    MessageId first = 0;
    for (auto const& f : schedule.families) {
        std::uint32_t const width = f.width(schedule.gpus);
        MessageId const size = f.count * width;
        if (id - first < size) return {&f, (id - first) / width, f.first + (id - first) % width, first};
        first += size;
    }
    return {};
}

//! Calls visit(link) for each link from gpu `src`, out of its egress port `port`, to gpu `dst`; returns the
//! last one. Where a switch spreads over a set of ports, their first stands for all: they are of one class.
template <class Visit>
LinkId follow_route(Network const& network, std::uint32_t src, std::uint32_t dst, std::uint32_t port,
                    Visit visit)
{
    LinkId link = network.nodes[src].first_egress + port;
    visit(link);
    while (network.links[link].to != dst) {
        NodeId const chip = network.links[link].to;
        link =
            network.nodes[chip].first_egress + network.port_of(network.ports_of(network.route(chip, dst)), 0);
        visit(link);
    }
    return link;
}

//! What a gpu puts on its egress port `port` of a message.
inline PlaneCut cut_on_port(EngineInput const& input, std::uint32_t sender, Transfer const& t,
                            std::uint32_t port)
{
    std::uint32_t const group = input.network.group_of(sender, t.receiver);
    std::uint32_t const first = input.network.first_port(group);
    PortGroup const& ports = input.network.ports[group];
    if (port < first || port >= first + ports.simulated()) return {};
    return cut_for_plane(input.format, ports.planes, t.bytes, sender, t.receiver, port - first);
}

}  // namespace copperwall

//! Links and switches as the reference engine sees them: how long packets take on a link, when it is up, and
//! by which one a packet leaves a switch.
#pragma once

#include <vector>

#include "cuda/engine.h"

namespace copperwall {

struct ReferencePacket {
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    std::uint32_t flits = 0;
    LinkId came_by = kNone;  //!< whose slot it takes at the node it is in
};

class ReferenceLinks {
public:
    explicit ReferenceLinks(EngineInput const& input);

    //! At the link's first rate.
    Time serialisation(LinkId link, std::uint32_t flits) const
    {
        return serialisation_[network_.links[link].rate][flits];
    }
    //! Of a packet that starts at `start`.
    Time serialisation(LinkId link, std::uint32_t flits, Time start) const;
    std::int64_t bytes(LinkId link, std::uint32_t flits) const;

    //! From `time` on, when the link is up; kNever: it stays down.
    Time up_from(LinkId link, Time time) const;

    //! A link's channels stand one after another, from here on.
    std::size_t first_channel(LinkId link) const { return std::size_t{link} * network_.channels.count; }
    std::uint32_t channels(LinkId link) const
    {
        return network_.links[link].slots == 0 ? 1 : network_.channels.count;
    }
    //! By which link what comes by this one is acknowledged; kNone: not at all.
    LinkId back(LinkId link) const { return back_.empty() ? kNone : back_[link]; }
    std::size_t channel_of(LinkId link, ReferencePacket const& packet) const;

    std::uint32_t port_of(LinkId egress) const
    {
        return egress - network_.nodes[network_.links[egress].from].first_egress;
    }

    struct WayOut {
        LinkId egress = kNone;
        Time eligible = 0;
    };
    //! Out of the switch at the end of `link`, on which the packet takes `s` and arrives at `came`: by the
    //! last routes planned before it may leave. Packets of a link come there one after another. For one that
    //! will choose by queues: the first of its set, all of one rate.
    WayOut way_out(LinkId link, ReferencePacket const& packet, Time s, Time came);

    //! Of a packet that waits at a switch, as planned at `now`.
    std::uint16_t route_at(Time now, NodeId node, ReferencePacket const& packet) const;
    //! By such a route; of a set, the n-th packet that a port gives up.
    LinkId way_by(std::uint16_t route, NodeId node, ReferencePacket const& packet, std::uint32_t n) const;

    //! The packet that has come by `link` to an input `port` chooses, where routes let it: calls
    //! queue_fs(egress) for all its links in their turn, and takes the first of the least.
    template <class QueueLength>
    LinkId shortest(LinkId egress, std::uint32_t port, ReferencePacket const& packet,
                    QueueLength const& queue_fs)
    {
        NodeId const node = network_.links[packet.came_by].to;
        std::uint16_t const route = network_.route(node, packet.receiver);
        if (route < kFirstPortSet) return egress;
        PortSet const& set = network_.port_sets[route - kFirstPortSet];
        std::uint32_t const turn = turn_at(set, port, packet.came_by);
        LinkId best = kNone;
        Time least = 0;
        for (std::uint32_t i = 0; i != set.count; ++i) {
            LinkId const link = network_.nodes[node].first_egress + network_.port_of(set, turn + i);
            Time const queue = queue_fs(link);
            if (best != kNone && queue >= least) continue;
            best = link;
            least = queue;
        }
        return best;
    }

private:
    std::uint16_t planned_route(LinkId link, ReferencePacket const& packet, Time s, Time came,
                                Time& eligible) const;
    std::uint32_t turn_at(PortSet const& set, std::uint32_t port, LinkId came_by);

    Network const& network_;
    std::vector<PacketFormat> formats_;             //!< [rate]
    std::vector<std::vector<Time>> serialisation_;  //!< [rate][flits]
    std::vector<std::uint32_t> spread_;             //!< [link]: packets spread at its end
    std::vector<LinkId> back_;                      //!< [link]; empty where gpus acknowledge nothing
};

}  // namespace copperwall

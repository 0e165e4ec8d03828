//! The network as the engine sees it: nodes, directed links, routes. No watts, no metres, no names.
//!
//! Shape: nodes 0 .. gpus-1 are gpus, the rest switch chips (one node a chip and plane). The egress ports of
//! a node are the consecutive links first_egress .. first_egress + egress_count - 1. A switch sends a packet
//! for gpu d out of egress port routes[(node - gpus) * gpus + d], or, where that names a set of ports, out of
//! one of these: see Spreading. Where routes are planned anew during a run, as many more follow for each
//! time.
//!
//! domain_gpus consecutive gpus form a scale-up domain. A gpu has one group of ports for messages within its
//! domain, then one for messages to other domains (none where there is one domain); port p of a group leads
//! into its plane p. Each group serves its messages by itself.
#pragma once

#include <algorithm>
#include <vector>

#include "cuda/channels.h"
#include "cuda/hd.h"
#include "cuda/outage.h"
#include "cuda/packet.h"
#include "cuda/types.h"

namespace copperwall {

enum class NodeKind : std::uint8_t { gpu, switch_chip };

struct Node {
    NodeKind kind = NodeKind::gpu;
    std::uint32_t first_egress = 0;
    std::uint32_t egress_count = 0;
    std::uint32_t ingress_count = 0;
};

//! When a packet counts as arrived: with its head (a cut-through switch) or its tail (a gpu, or a
//! store-and-forward switch). Out of a switch it may leave at arrival + max(0, s_in - s_out) if it came in
//! by its head (s: serialisation times), so that it never runs dry; at arrival if by its tail.
enum class Arrival : std::uint8_t { head, tail };

struct Link {
    NodeId from = 0;
    NodeId to = 0;
    Time latency_fs = 0;  //!< from start (head) or end (tail) of serialisation to the arrival at `to`;
                          //!< > 0; holds the switch core's latency, half before and half after its queue
    std::uint32_t ingress_port = 0;  //!< of `to`: the second part of the order key
    std::uint16_t rate = 0;          //!< row of Network::rates_Bps
    std::uint16_t link_class = 0;    //!< row of the timeline
    Arrival arrival = Arrival::tail;
    std::uint16_t outages = kNoOutage;  //!< first of its list in Network::outages
    //! Input buffer of `to`, in packets of each channel: one takes a slot from its start until it starts to
    //! leave a switch or has arrived at a gpu, and the slot's credit takes latency_fs back. 0: infinite.
    //! Acknowledgements take none: they have room of their own.
    std::uint32_t slots = 0;
};

//! Ports of every gpu that carry a message together.
struct PortGroup {
    std::uint32_t planes = 0;  //!< over which a message is cut
    bool folded = false;       //!< one plane is simulated and stands for all `planes` equal ones

    CW_HD std::uint32_t simulated() const { return folded ? 1 : planes; }
    CW_HD std::uint32_t copies() const
    {
        return folded ? planes : 1;
    }  //!< planes that a simulated one stands for
};

inline constexpr std::uint32_t kInside = 0;   //!< group of ports: within a domain
inline constexpr std::uint32_t kOutside = 1;  //!< between domains
inline constexpr std::uint16_t kNoRoute = 0xffff;
inline constexpr std::uint16_t kFirstPortSet = 0x8000;  //!< a route from here on is port_sets[route - this]

//! Egress ports of one rate that lead on equally well: first, first + stride, ...; or, where stride is 0,
//! those that Network::listed_ports names from place `first` on.
struct PortSet {
    std::uint32_t first = 0;
    std::uint16_t count = 0;
    std::uint16_t stride = 1;

    CW_HD std::uint32_t port(std::uint16_t const* listed, std::uint32_t index) const
    {
        std::uint32_t const i = index % count;
        return stride != 0 ? first + stride * i : listed[first + i];
    }
};

//! How packets choose among the ports of a set.
struct Spreading {
    //! That many packets of an input in a row, whatever their messages, then as many by the next port; an
    //! input begins with the port of its own number. 0: each message by the port that a hash of it gives.
    std::uint32_t packets = 0;
    //! Instead: each packet by the port whose queue is the shortest when it may leave, see choose_port.h.
    bool adaptive = false;

    //! Whether packets of one message may take different ways.
    CW_HD bool splits() const { return adaptive || packets != 0; }
};

struct Network {
    std::uint32_t gpus = 0;
    std::uint32_t domain_gpus = 0;  //!< 0: all
    PortGroup ports[2] = {{1, false}, {}};
    std::uint32_t link_classes = 1;
    std::uint32_t inside_classes = 0;  //!< of link_classes, the first so many are within domains; 0: all
    std::vector<Node> nodes;
    std::vector<Link> links;
    std::vector<std::uint16_t> routes;  //!< [plan][switch][gpu]; kNoRoute: there is no way
    std::vector<Time> replanned_fs;     //!< ascending, above 0: when routes are planned anew, see replan.h
    std::vector<PortSet> port_sets;
    std::vector<std::uint16_t> listed_ports;  //!< of sets that leave ports out
    Spreading spreading;
    Channels channels;                    //!< of links into finite buffers
    std::vector<std::int64_t> rates_Bps;  //!< bytes per second and direction, header bytes included
    std::vector<Outage> outages;          //!< lists of links, see outage.h; empty: no link is ever down
    std::vector<FrameHeader> headers;     //!< of frames at each rate; none: those of the format

    std::uint32_t group_of(std::uint32_t sender, std::uint32_t receiver) const
    {
        if (domain_gpus == 0) return kInside;
        return sender / domain_gpus == receiver / domain_gpus ? kInside : kOutside;
    }
    std::size_t switches() const { return nodes.size() - gpus; }
    //! `plan`: after so many times at which routes are planned anew.
    std::uint16_t route(NodeId node, std::uint32_t receiver, std::size_t plan = 0) const
    {
        return routes[(plan * switches() + node - gpus) * gpus + receiver];
    }
    //! The one port of a route that is none of kNoRoute, or its set.
    PortSet ports_of(std::uint16_t route) const
    {
        return route < kFirstPortSet ? PortSet{route, 1, 1} : port_sets[route - kFirstPortSet];
    }
    //! One of a set: index 0, 1, ... of them in turn.
    std::uint32_t port_of(PortSet const& set, std::uint32_t index) const
    {
        return set.port(listed_ports.data(), index);
    }
    std::uint32_t first_port(std::uint32_t group) const
    {
        return group == kInside ? 0 : ports[kInside].simulated();
    }
    bool has_credits() const
    {
        return std::any_of(links.begin(), links.end(), [](Link const& l) { return l.slots != 0; });
    }
    std::uint32_t gpu_ports() const { return ports[kInside].simulated() + ports[kOutside].simulated(); }
    //! Real links that a simulated one of the class stands for.
    std::uint32_t copies(std::uint32_t link_class) const
    {
        bool const inside = inside_classes == 0 || link_class < inside_classes;
        return ports[inside ? kInside : kOutside].copies();
    }
};

//! Throws std::invalid_argument, naming the node or link, where the shape above is broken or a limit of
//! types.h is passed.
void check(Network const& network);

}  // namespace copperwall

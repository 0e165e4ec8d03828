//! The network as the engine sees it: nodes, directed links, routes. No watts, no metres, no names.
//!
//! Shape: nodes 0 .. gpus-1 are gpus, the rest switch chips (one node a chip and plane). The egress ports of
//! a node are the consecutive links first_egress .. first_egress + egress_count - 1; egress port p of a gpu
//! leads into plane p. A switch sends a packet for gpu d out of egress port routes[(node - gpus) * gpus + d].
#pragma once

#include <vector>

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
    std::uint32_t slots = 0;  //!< input buffer of `to` in packets; 0 = infinite, the only value there is yet
};

struct Network {
    std::uint32_t gpus = 0;
    std::uint32_t planes = 1;  //!< planes over which a message is cut
    bool folded = false;       //!< one plane is simulated and stands for all `planes` equal ones
    std::uint32_t link_classes = 1;
    std::vector<Node> nodes;
    std::vector<Link> links;
    std::vector<std::uint16_t> routes;
    std::vector<std::int64_t> rates_Bps;  //!< bytes per second and direction, header bytes included

    std::uint32_t simulated_planes() const { return folded ? 1 : planes; }
};

//! Throws std::invalid_argument, naming the node or link, where the shape above is broken or a limit of
//! types.h is passed.
void check(Network const& network);

}  // namespace copperwall

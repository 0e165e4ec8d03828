#include "host/account/traffic.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "host/account/route.h"

namespace copperwall {

namespace {

std::int64_t wire_bytes_of(PacketFormat const& f, PlaneCut const& cut)
{
    std::int64_t const full = wire_bytes(f, f.full_flits());
    return cut.full_packets * full + (cut.last_flits != 0 ? wire_bytes(f, cut.last_flits) : 0);
}

//! Of one message, on all planes together.
std::int64_t message_wire_bytes(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes)
{
    if (!spreads_evenly(f, planes, bytes)) return wire_bytes_of(f, cut_payload(f, bytes));
    return planes * wire_bytes_of(f, cut_payload(f, (bytes + planes - 1) / planes));
}

std::int64_t frames_of(PacketFormat const& f, std::int64_t payload)
{
    std::int64_t const frame = f.frame_bytes == 0 ? f.payload_bytes : f.frame_bytes;
    return std::max<std::int64_t>(1, (payload + frame - 1) / frame);
}

//! Frames of one message, on all planes together.
std::int64_t message_frames(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes)
{
    if (spreads_evenly(f, planes, bytes)) return planes * frames_of(f, (bytes + planes - 1) / planes);
    PlaneCut const cut = cut_payload(f, bytes);
    std::int64_t const last = std::int64_t{cut.last_flits} * f.flit_bytes;
    return cut.full_packets * frames_of(f, f.payload_bytes) + (last != 0 ? frames_of(f, last) : 0);
}

//! Of one message, on all simulated planes together.
std::int64_t message_packets(PacketFormat const& f, PortGroup const& ports, std::int64_t bytes)
{
    if (!spreads_evenly(f, ports.planes, bytes)) return cut_payload(f, bytes).packets();
    return std::int64_t{ports.simulated()} *
           cut_payload(f, (bytes + ports.planes - 1) / ports.planes).packets();
}

//! Of what acknowledges one message, on all planes together, on a link of this format.
std::int64_t message_ack_bytes(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes)
{
    auto const acks = [&](PlaneCut const& cut) {
        std::int64_t const full = wire_bytes(f, f.full_flits() + f.full_flits());
        std::int64_t const last = wire_bytes(f, f.full_flits() + cut.last_flits);
        return cut.full_packets * full + (cut.last_flits != 0 ? last : 0);
    };
    if (!spreads_evenly(f, planes, bytes)) return acks(cut_payload(f, bytes));
    return planes * acks(cut_payload(f, (bytes + planes - 1) / planes));
}

void add_message(EngineInput const& input, std::uint32_t sender, Transfer const& t, std::size_t classes,
                 Traffic& traffic)
{
    Network const& network = input.network;
    std::uint32_t const group = network.group_of(sender, t.receiver);
    PortGroup const& ports = network.ports[group];
    std::uint32_t const port =
        network.first_port(group) + (ports.folded ? 0 : (sender + t.receiver) % ports.planes);
    Link const& first = network.links[network.nodes[sender].first_egress + port];
    PacketFormat const format = format_on(input, first.rate);
    std::int64_t const wire = message_wire_bytes(format, ports.planes, t.bytes);
    Link const& back = network.links[network.nodes[t.receiver].first_egress + port];
    bool const acked = format_on(input, back.rate).ack_bytes != 0;
    std::int64_t const frames = acked ? 0 : message_frames(format, ports.planes, t.bytes);
    LinkId const last = follow_route(network, sender, t.receiver, port, [&](LinkId l) {
        Link const& link = network.links[l];
        traffic.wire_bytes[link.link_class] += wire;
        traffic.frames[link.link_class] += frames;
        if (link.to >= network.gpus) traffic.switched_payload_bytes[link.link_class] += t.bytes;
    });
    if (network.links[last].link_class < classes) traffic.payload_bytes += t.bytes;
    std::int64_t const packets = message_packets(format, ports, t.bytes);
    traffic.packets += acked ? 2 * packets : packets;
    if (!acked) return;
    follow_route(network, t.receiver, sender, port, [&](LinkId l) {
        Link const& link = network.links[l];
        traffic.wire_bytes[link.link_class] +=
            message_ack_bytes(format_on(input, link.rate), ports.planes, t.bytes);
    });
}

std::vector<LinkId> links_out_of(Network const& network, NodeId node)
{
    std::vector<LinkId> links(network.nodes[node].egress_count);
    std::iota(links.begin(), links.end(), network.nodes[node].first_egress);
    return links;
}

//! The first where there are several: they are of one class. Wiring makes links in pairs, so there is one
//! back.
LinkId link_back(Network const& network, LinkId link)
{
    auto const links = links_out_of(network, network.links[link].to);
    return *std::find_if(links.begin(), links.end(),
                         [&](LinkId l) { return network.links[l].to == network.links[link].from; });
}

std::vector<LinkId> links_to_switches(Network const& network, NodeId leaf)
{
    auto links = links_out_of(network, leaf);
    std::erase_if(links, [&](LinkId l) { return network.links[l].to < network.gpus; });
    return links;
}

}  // namespace

Traffic scheduled_traffic(EngineInput const& input, std::size_t classes)
{
    Schedule const& schedule = input.schedule;
    Traffic traffic;
    traffic.wire_bytes.resize(input.network.link_classes);
    traffic.frames.resize(input.network.link_classes);
    traffic.switched_payload_bytes.resize(input.network.link_classes);
    for (auto const& f : schedule.families)
        for (std::uint32_t k = 0; k < f.count; ++k)
            for (std::uint32_t gpu = f.first; gpu != f.first + f.width(schedule.gpus); ++gpu) {
                Transfer const t = transfer_of(f, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver == kNone) continue;
                add_message(input, gpu, t, classes, traffic);
                ++traffic.messages;
            }
    return traffic;
}

Traffic in_network_traffic(EngineInput const& input, std::uint32_t gpus, std::int64_t bytes,
                           std::int64_t nic_bytes)
{
    Network const& network = input.network;
    Traffic traffic = scheduled_traffic(input);
    auto const carry = [&](LinkId l, std::uint32_t group, std::int64_t moved) {
        Link const& link = network.links[l];
        PacketFormat const format = format_on(input, link.rate);
        std::uint32_t const planes = network.ports[group].planes;
        traffic.wire_bytes[link.link_class] += message_wire_bytes(format, planes, moved);
        traffic.frames[link.link_class] += message_frames(format, planes, moved);
        if (link.to >= network.gpus) traffic.switched_payload_bytes[link.link_class] += moved;
    };
    auto const carry_both_ways = [&](LinkId up, std::uint32_t group, std::int64_t moved) {
        carry(up, group, moved);
        carry(link_back(network, up), group, moved);
    };
    std::set<NodeId> leaves;
    for (NodeId gpu = 0; gpu != gpus; ++gpu) {
        LinkId const first = network.nodes[gpu].first_egress;
        LinkId const up = first + network.first_port(kInside);
        leaves.insert(network.links[up].to);
        carry_both_ways(up, kInside, bytes);
        traffic.payload_bytes += bytes + nic_bytes;
        if (nic_bytes != 0) carry_both_ways(first + network.first_port(kOutside), kOutside, nic_bytes);
    }
    if (leaves.size() == 1) return traffic;
    for (NodeId const leaf : leaves) {
        auto const ups = links_to_switches(network, leaf);
        if (!ups.empty()) carry_both_ways(ups.front(), kInside, bytes);
    }
    return traffic;
}

std::vector<std::int64_t> carried_bytes(Network const& network, EngineResult const& result)
{
    std::vector<std::int64_t> bytes(network.link_classes);
    for (std::size_t l = 0; l < network.links.size(); ++l)
        bytes[network.links[l].link_class] +=
            result.links[l].wire_bytes * network.copies(network.links[l].link_class);
    return bytes;
}

}  // namespace copperwall

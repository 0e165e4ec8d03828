#include "host/account/traffic.h"

#include "host/account/route.h"

namespace copperwall {

namespace {

std::int64_t wire_bytes_of(PacketFormat const& f, PlaneCut const& cut)
{
    std::int64_t const full = wire_bytes(f, f.payload_bytes / f.flit_bytes);
    return cut.full_packets * full + (cut.last_flits != 0 ? wire_bytes(f, cut.last_flits) : 0);
}

//! Of one message, on all planes together.
std::int64_t message_wire_bytes(PacketFormat const& f, std::uint32_t planes, std::int64_t bytes)
{
    if (!spreads_evenly(f, planes, bytes)) return wire_bytes_of(f, cut_payload(f, bytes));
    return planes * wire_bytes_of(f, cut_payload(f, (bytes + planes - 1) / planes));
}

void add_message(EngineInput const& input, std::uint32_t sender, Transfer const& t, Traffic& traffic)
{
    Network const& network = input.network;
    std::uint32_t const group = network.group_of(sender, t.receiver);
    PortGroup const& ports = network.ports[group];
    std::uint32_t const port =
        network.first_port(group) + (ports.folded ? 0 : (sender + t.receiver) % ports.planes);
    Link const& first = network.links[network.nodes[sender].first_egress + port];
    std::int64_t const wire = message_wire_bytes(format_on(input, first.rate), ports.planes, t.bytes);
    follow_route(network, sender, t.receiver, port, [&](LinkId l) {
        Link const& link = network.links[l];
        traffic.wire_bytes[link.link_class] += wire;
        if (link.to >= network.gpus) traffic.switched_payload_bytes[link.link_class] += t.bytes;
    });
    traffic.payload_bytes += t.bytes;
}

}  // namespace

Traffic scheduled_traffic(EngineInput const& input)
{
    Schedule const& schedule = input.schedule;
    Traffic traffic;
    traffic.wire_bytes.resize(input.network.link_classes);
    traffic.switched_payload_bytes.resize(input.network.link_classes);
    for (auto const& f : schedule.families)
        for (std::uint32_t k = 0; k < f.count; ++k)
            for (std::uint32_t gpu = 0; gpu < schedule.gpus; ++gpu) {
                Transfer const t = transfer_of(f, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver != kNone) add_message(input, gpu, t, traffic);
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

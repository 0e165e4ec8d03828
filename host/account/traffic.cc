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

void add_message(Network const& network, PacketFormat const& format, std::uint32_t sender, Transfer const& t,
                 Traffic& traffic)
{
    std::int64_t const wire = message_wire_bytes(format, network.planes, t.bytes);
    std::int64_t links = 0;
    follow_route(network, sender, t.receiver, (sender + t.receiver) % network.planes, [&](LinkId l) {
        traffic.wire_bytes[network.links[l].link_class] += wire;
        ++links;
    });
    traffic.payload_bytes += t.bytes;
    traffic.switched_payload_bytes += t.bytes * (links - 1);
}

}  // namespace

Traffic scheduled_traffic(Network const& network, Schedule const& schedule, PacketFormat const& format)
{
    Traffic traffic;
    traffic.wire_bytes.resize(network.link_classes);
    for (auto const& f : schedule.families)
        for (std::uint32_t k = 0; k < f.count; ++k)
            for (std::uint32_t gpu = 0; gpu < schedule.gpus; ++gpu) {
                Transfer const t = transfer_of(f, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver != kNone) add_message(network, format, gpu, t, traffic);
            }
    return traffic;
}

std::vector<std::int64_t> carried_bytes(Network const& network, EngineResult const& result)
{
    std::vector<std::int64_t> bytes(network.link_classes);
    for (std::size_t l = 0; l < network.links.size(); ++l)
        bytes[network.links[l].link_class] += result.links[l].wire_bytes * fold_factor(network);
    return bytes;
}

}  // namespace copperwall

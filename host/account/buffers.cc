#include "host/account/buffers.h"

#include <algorithm>
#include <stdexcept>

namespace copperwall {

namespace {

//! Mean flits of the packets of a message over `planes`, rounded down: at least one.
std::uint32_t mean_flits(PacketFormat const& format, std::uint32_t planes, std::int64_t bytes)
{
    PlaneCut const cut =
        cut_payload(format, spreads_evenly(format, planes, bytes) ? (bytes + planes - 1) / planes : bytes);
    std::int64_t const full = format.payload_bytes / format.flit_bytes;
    return static_cast<std::uint32_t>((cut.full_packets * full + cut.last_flits) / cut.packets());
}

//! Over either group of ports.
std::uint32_t least_mean_flits(EngineInput const& input, std::int64_t bytes)
{
    std::uint32_t least = input.format.payload_bytes / input.format.flit_bytes;
    for (PortGroup const& ports : input.network.ports)
        if (ports.planes != 0) least = std::min(least, mean_flits(input.format, ports.planes, bytes));
    return least;
}

std::uint32_t least_mean_flits(EngineInput const& input)
{
    Schedule const& schedule = input.schedule;
    std::uint32_t least = input.format.payload_bytes / input.format.flit_bytes;
    for (Family const& f : schedule.families) {
        if (f.table != kNone || f.count == 0) continue;
        for (std::uint32_t const share : {0u, f.shares - 1})  // there are no others, see schedule.h
            least = std::min(least, least_mean_flits(input, share_bytes(f.bytes, f.shares, share)));
    }
    for (TableRow const& row : schedule.table)
        if (row.receiver != kNone) least = std::min(least, least_mean_flits(input, row.bytes));
    return least;
}

std::uint32_t slots_of_bytes(EngineInput const& input, Link const& link, std::int64_t bytes)
{
    std::uint32_t const full = input.format.payload_bytes / input.format.flit_bytes;
    std::int64_t const packet = wire_bytes(format_on(input, link.rate), full);
    if (bytes < packet)
        throw std::invalid_argument("buffer_bytes = " + std::to_string(bytes) + " hold no packet of " +
                                    std::to_string(packet) +
                                    " B on the wire; lower packet_bytes or raise buffer_bytes");
    return static_cast<std::uint32_t>(std::min<std::int64_t>(bytes / packet, kNone - 1));
}

//! Links of reduction units have a class of their own behind the fabric's; they lie within domains.
bool between_domains(Fabric const& fabric, Link const& link)
{
    std::uint32_t const inside = fabric.network.inside_classes;
    return inside != 0 && link.link_class >= inside && link.link_class < fabric.classes.size();
}

//! Of a packet at the highest rate that the link has, before or after an outage.
Time shortest_packet_fs(EngineInput const& input, Link const& link, std::uint32_t flits)
{
    auto const at = [&](std::uint16_t rate) {
        return serialisation_fs(format_on(input, rate), flits, input.network.rates_Bps[rate]);
    };
    Time shortest = at(link.rate);
    if (link.outages == kNoOutage) return shortest;
    for (auto outage = input.network.outages.begin() + link.outages; outage->down_fs != kNever; ++outage)
        if (outage->rate_after != kSameRate) shortest = std::min(shortest, at(outage->rate_after));
    return shortest;
}

}  // namespace

void set_buffers(ScenarioSpec const& scenario, Fabric const& fabric, EngineInput& input)
{
    input.network.channels = scenario.channels;
    if (scenario.buffer_bytes != 0) {
        for (Link& link : input.network.links)
            link.slots = slots_of_bytes(input, link, scenario.buffer_bytes);
        return;
    }
    std::uint32_t const flits = least_mean_flits(input);
    for (Link& link : input.network.links) {
        if (!finite_buffers(scenario.buffers, 0, between_domains(fabric, link))) continue;
        Time const packet = shortest_packet_fs(input, link, flits);
        Time const slots = (round_trip_fs(link.latency_fs, packet) + packet - 1) / packet;
        link.slots = static_cast<std::uint32_t>(std::min<Time>(slots, kNone - 1));
    }
}

}  // namespace copperwall

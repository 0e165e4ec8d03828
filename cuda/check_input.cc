#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/check.h"
#include "cuda/link_back.h"
#include "cuda/serialisation.h"

namespace copperwall {
namespace {

constexpr auto kLimit = static_cast<Wide>(kLatest);
constexpr char const* kTooLong =
    "schedule: one transfer may take longer than 2305 s, the longest time that is simulated";
constexpr char const* kTooBusy =
    "schedule: links may be busy for more than 4611 s, all together; simulate fewer bytes or fewer gpus";

[[noreturn]] void fail(std::string const& problem)
{
    throw std::invalid_argument(problem);
}

void check_format(PacketFormat const& f)
{
    if (f.flit_bytes == 0) fail("format: flit_bytes = 0");
    if (f.payload_bytes == 0 || f.payload_bytes % f.flit_bytes != 0) {
        fail("format: payload_bytes = " + std::to_string(f.payload_bytes) +
             " is no multiple of flit_bytes = " + std::to_string(f.flit_bytes));
    }
    if (f.payload_bytes / f.flit_bytes > kMaxFlitsPerPacket) {
        fail("format: more than " + std::to_string(kMaxFlitsPerPacket) + " flits a packet");
    }
}

//! Least and most bytes of the existing transfers of a family.
struct Extent {
    std::int64_t least = 0;
    std::int64_t most = 0;
    Time latest_offset_fs = 0;
};

Extent extent_of(Schedule const& s, Family const& f)
{
    if (f.table == kNone) {
        return {share_bytes(f.bytes, f.shares, f.shares - 1), share_bytes(f.bytes, f.shares, 0), 0};
    }
    Extent e{kNever, 0, 0};
    auto const first = s.table.begin() + f.table;
    auto const end = first + static_cast<std::ptrdiff_t>(table_rows(f, s.gpus));
    for (auto row = first; row != end; ++row) {
        e.latest_offset_fs = std::max(e.latest_offset_fs, row->offset_fs);
        if (row->receiver == kNone) continue;
        e.least = std::min(e.least, row->bytes);
        e.most = std::max(e.most, row->bytes);
    }
    return e;
}

[[noreturn]] void refuse_folding(std::size_t family, std::int64_t bytes, std::uint32_t planes)
{
    fail("family " + std::to_string(family) + ": a transfer of " + std::to_string(bytes) +
         " B does not load all " + std::to_string(planes) + " planes alike; run it with planes unfolded");
}

//! A transfer may use any group of ports where no pass over all of them has been made.
void check_folding(EngineInput const& in, std::size_t family, Extent const& extent)
{
    for (PortGroup const& ports : in.network.ports) {
        if (!ports.folded || spreads_evenly(in.format, ports.planes, extent.least)) continue;
        refuse_folding(family, extent.least, ports.planes);
    }
}

//! Switches of different planes hash a message to different ports.
void check_folded_routes(Network const& n)
{
    bool const folded = n.ports[kInside].folded || n.ports[kOutside].folded;
    if (!folded || n.port_sets.empty() || n.spreading.splits()) return;
    fail(
        "network: planes differ where messages are spread over ports by a hash; run it with planes unfolded");
}

//! Packets of one message on all simulated planes of a group of ports.
std::uint64_t packets_on(PortGroup const& ports, PacketFormat const& format, std::int64_t bytes)
{
    std::uint64_t const payload = format.payload_bytes;
    auto const all = static_cast<std::uint64_t>(bytes);
    if (!spreads_evenly(format, ports.planes, bytes)) return all / payload + 1;
    return ((all / ports.planes + 1) / payload + 1) * ports.simulated();
}

//! The most, whichever ports it takes.
std::uint64_t packets_of(EngineInput const& in, std::int64_t bytes)
{
    std::uint64_t packets = 0;
    for (PortGroup const& ports : in.network.ports) {
        if (ports.planes != 0) packets = std::max(packets, packets_on(ports, in.format, bytes));
    }
    return packets;
}

//! Bounds on a whole run, in 128 bits: each factor below is small enough that these do not wrap either.
struct Bound {
    Wide ahead = 0;  //!< from an event to any that follows from it directly, packets of one transfer together
    Wide busy = 0;   //!< fs, over all links
    Wide bytes = 0;  //!< over all links
};

//! Nothing happens after kHorizon, so that no time wraps with `ahead` below it and what waits at a port, part
//! of `busy`, below kLatest. Where buffers are finite, each packet of a transfer may wait for a credit.
Bound bound_of(EngineInput const& in)
{
    Schedule const& s = in.schedule;
    Wide const hops = longest_route(in.network);
    std::uint32_t const full = in.format.full_flits();
    // Of one flit or of a full packet: the longest acknowledgement.
    std::vector<std::uint32_t> const longest =
        acknowledged(in) ? std::vector{full, full + 1, full + full} : std::vector{full};
    Wide slowest = 0;
    Time latency = 0;
    Wide widest = 0;
    for (std::size_t r = 0; r != in.network.rates_Bps.size(); ++r) {
        PacketFormat const format = format_on(in, r);
        for (std::uint32_t const flits : longest) {
            slowest = std::max(slowest, serialisation_wide_fs(format, flits, in.network.rates_Bps[r]));
            widest = std::max(widest, static_cast<Wide>(wire_bytes(format, flits)));
        }
    }
    if (slowest >= kLimit) fail(kTooLong);
    for (Link const& link : in.network.links) latency = std::max(latency, link.latency_fs);
    Wide const flight = hops * (static_cast<Wide>(latency) + 2 * slowest);
    Wide const credit = in.network.has_credits() ? static_cast<Wide>(latency) + slowest : 0;

    Bound bound;
    for (std::size_t i = 0; i != s.families.size(); ++i) {
        Family const& f = s.families[i];
        if (f.count == 0) continue;
        Extent const extent = extent_of(s, f);
        check_folding(in, i, extent);
        std::uint64_t const packets = packets_of(in, extent.most);
        if (packets >= kNone) {
            fail("family " + std::to_string(i) + ": a transfer of " + std::to_string(extent.most) +
                 " B is more than 2^32 - 2 packets");
        }
        Wide const transfers = static_cast<Wide>(f.count) * f.width(s.gpus);
        bound.ahead =
            std::max(bound.ahead, static_cast<Wide>(s.launch_fs) + packets * (slowest + credit) + flight +
                                      static_cast<Wide>(f.spacing_fs) + static_cast<Wide>(f.delay_fs) +
                                      static_cast<Wide>(extent.latest_offset_fs));
        Wide const sent = transfers * packets * (acknowledged(in) ? 2 : 1);
        bound.busy += sent * hops * slowest;
        bound.bytes += sent * hops * widest;
    }
    return bound;
}

void check_acks(EngineInput const& in)
{
    Network const& n = in.network;
    if (most_flits(in) > kMaxFlitsPerPacket)
        fail("format: more than " + std::to_string(kMaxFlitsPerPacket / 2) +
             " flits a packet beside acknowledgements");
    if (n.has_credits() && n.channels.count != 1) fail("network: acknowledgements beside channels");
    auto const back = links_back(n);
    for (LinkId link = 0; link != n.links.size(); ++link)
        if (n.links[link].to < n.gpus && back[link] == kNone)
            fail("link " + std::to_string(link) + ": no port of gpu " + std::to_string(n.links[link].to) +
                 " leads back to acknowledge what comes by it");
}

}  // namespace

void check(EngineInput const& input)
{
    check(input.network);
    check(input.schedule);
    check_format(input.format);
    if (input.schedule.gpus > input.network.gpus) {
        fail("schedule: " + std::to_string(input.schedule.gpus) + " gpus on a network of " +
             std::to_string(input.network.gpus));
    }
    if (input.schedule.at_once != 1 && input.network.has_credits() && input.network.channels.count != 1)
        fail("schedule: several transfers of a gpu at once beside channels");
    if (acknowledged(input)) check_acks(input);
    check_ways(input.network, input.schedule, acknowledged(input));
    check_folded_routes(input.network);
    Bound const bound = bound_of(input);
    if (bound.ahead >= static_cast<Wide>(kHorizon)) fail(kTooLong);
    if (bound.busy >= kLimit) fail(kTooBusy);
    if (bound.bytes >= kLimit) fail("schedule: may move more than 2^62 bytes over all links");
}

}  // namespace copperwall

#include "host/account/verify.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace copperwall {

namespace {

//! Of the doubles that both sides went through.
constexpr double kRounding = 1e-12;

//! Packets and bytes of payload.
struct Load {
    std::int64_t packets = 0;
    std::int64_t bytes = 0;

    Load& operator+=(Load const& more)
    {
        packets += more.packets;
        bytes += more.bytes;
        return *this;
    }
    bool operator==(Load const&) const = default;
    std::string text() const
    {
        return std::to_string(bytes) + " B in " + std::to_string(packets) + " packets";
    }
};

//! Whether packets and what acknowledges them are as long on every link.
bool alike_everywhere(EngineInput const& input)
{
    auto const& headers = input.network.headers;
    return std::all_of(headers.begin(), headers.end(), [&](FrameHeader const& h) {
        return h.bytes == headers.front().bytes && h.frame_bytes == headers.front().frame_bytes &&
               h.ack_bytes == headers.front().ack_bytes;
    });
}

//! A header differs from link to link, payload does not. Of acknowledgements there is nothing else: where
//! they differ, packets alone are told.
std::vector<Load> loads_of(EngineInput const& input, EngineResult const& result)
{
    bool const packets_alone = acknowledged(input) && !alike_everywhere(input);
    std::vector<std::int64_t> headers;
    for (std::size_t rate = 0; rate != input.network.rates_Bps.size(); ++rate)
        headers.push_back(format_on(input, rate).header_bytes);
    std::vector<Load> loads;
    for (std::size_t l = 0; l != input.network.links.size(); ++l) {
        LinkUse const& use = result.links[l];
        std::int64_t const header = headers[input.network.links[l].rate];
        loads.push_back({use.packets, packets_alone ? 0 : use.wire_bytes - use.packets * header});
    }
    return loads;
}

void verify_nodes(Network const& network, std::vector<Load> const& loads)
{
    std::vector<Load> in(network.nodes.size());
    std::vector<Load> out(network.nodes.size());
    for (std::size_t l = 0; l != network.links.size(); ++l) {
        in[network.links[l].to] += loads[l];
        out[network.links[l].from] += loads[l];
    }
    Load sent;
    Load delivered;
    for (std::size_t n = 0; n != network.nodes.size(); ++n) {
        if (n < network.gpus) {
            sent += out[n];
            delivered += in[n];
        } else if (in[n] != out[n]) {
            throw std::runtime_error("traffic is not conserved: switch " + std::to_string(n - network.gpus) +
                                     " got " + in[n].text() + " and sent " + out[n].text());
        }
    }
    if (sent != delivered)
        throw std::runtime_error("traffic is not conserved: gpus sent " + sent.text() + " and got " +
                                 delivered.text());
}

void verify_timeline(Network const& network, EngineResult const& result)
{
    std::vector<Load> links(network.link_classes);
    std::vector<Load> steps(network.link_classes);
    for (std::size_t l = 0; l != network.links.size(); ++l)
        links[network.links[l].link_class] += {result.links[l].packets, result.links[l].wire_bytes};
    for (std::size_t row = 0; row != result.steps.size(); ++row)
        steps[row % network.link_classes] += {result.steps[row].packets, result.steps[row].wire_bytes};
    for (std::size_t c = 0; c != links.size(); ++c)
        if (links[c] != steps[c])
            throw std::runtime_error("traffic is not conserved: links of class " + std::to_string(c) +
                                     " carried " + links[c].text() + ", their timeline has " +
                                     steps[c].text());
}

}  // namespace

void verify_acks(EngineInput const& input, Traffic const& scheduled, EngineResult const& result)
{
    if (!acknowledged(input)) return;
    std::int64_t delivered = 0;
    for (std::size_t l = 0; l != input.network.links.size(); ++l)
        if (input.network.links[l].to < input.network.gpus) delivered += result.links[l].packets;
    if (delivered < scheduled.packets)
        throw std::runtime_error("all messages came, but " + std::to_string(scheduled.packets - delivered) +
                                 " acknowledgements did not: a link on their way stays down; let it come "
                                 "back, or take acks = \"reserved\"");
}

void verify_links(EngineInput const& input, EngineResult const& result)
{
    verify_nodes(input.network, loads_of(input, result));
    verify_timeline(input.network, result);
}

void verify_bytes(Fabric const& fabric, Traffic const& scheduled, std::vector<std::int64_t> const& carried)
{
    for (std::size_t c = 0; c < carried.size(); ++c) {
        if (carried[c] == scheduled.wire_bytes[c]) continue;
        std::string const name = c < fabric.classes.size() ? fabric.classes[c].name : "to reduction units";
        throw std::runtime_error("bytes are not conserved: links '" + name + "' carried " +
                                 std::to_string(carried[c]) + " B, the schedule sends " +
                                 std::to_string(scheduled.wire_bytes[c]) + " B over them");
    }
}

void verify_bound(Cell const& cell)
{
    if (cell.time_us >= cell.lower_bound_us * (1 - kRounding)) return;
    std::ostringstream text;
    text << "time of " << cell.time_us << " us beats the lower bound of " << cell.lower_bound_us << " us";
    throw std::runtime_error(text.str());
}

}  // namespace copperwall

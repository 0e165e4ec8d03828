#include "host/account/breakdown.h"

#include <algorithm>
#include <utility>

#include "host/account/path.h"
#include "host/account/route.h"

namespace copperwall {

namespace {

//! All in fs until the end, where doubles still hold every integer.
struct Walk {
    Fabric const& fabric;
    EngineInput const& input;
    EngineResult const& result;
    double nic_fs = 0;
    Breakdown parts;

    Network const& network() const { return input.network; }

    Time release_of(MessageId id) const
    {
        MessageId const before = result.messages[id].predecessor;
        return before == kNone ? 0 : result.messages[before].complete;
    }

    Transfer transfer(MessageRef const& m, std::uint32_t k) const
    {
        return transfer_of(*m.family, input.schedule.table.data(), input.schedule.gpus, m.sender, k);
    }

    //! The sender's port whose packets end in the port that completed the message.
    std::uint32_t binding_port(MessageRef const& m, std::uint32_t receiver, std::uint32_t last_port) const
    {
        std::uint32_t const group = network().group_of(m.sender, receiver);
        std::uint32_t const first = network().first_port(group);
        for (std::uint32_t port = first; port < first + network().ports[group].simulated(); ++port) {
            LinkId const last = follow_route(network(), m.sender, receiver, port, [](LinkId) {});
            if (network().links[last].ingress_port == last_port) return port;
        }
        return first;
    }

    //! What transfer k of m's gpu needs of its port `port`.
    double serialisation(MessageRef const& m, std::uint32_t k, std::uint32_t port) const
    {
        Transfer const t = transfer(m, k);
        if (t.receiver == kNone) return 0;
        PlaneCut const cut = cut_on_port(input, m.sender, t, port);
        Link const& link = network().links[network().nodes[m.sender].first_egress + port];
        PacketFormat const f = format_on(input, link.rate);
        std::int64_t const rate = network().rates_Bps[link.rate];
        Time fs = cut.full_packets * serialisation_fs(f, f.payload_bytes / f.flit_bytes, rate);
        if (cut.last_flits != 0) fs += serialisation_fs(f, cut.last_flits, rate);
        return static_cast<double>(fs);
    }

    //! How long transfers before m of the same go still hold the port when m is ready.
    double backlog(MessageRef const& m, std::uint32_t port) const
    {
        auto const times = [&](std::uint32_t k) -> MessageTimes const& {
            return result.messages[m.at(input.schedule, k)];
        };
        std::uint32_t first = m.k;
        while (first > 0 && times(first - 1).predecessor == times(m.k).predecessor) --first;
        double left = 0;
        Time last_ready = kNever;
        for (std::uint32_t k = first; k < m.k; ++k) {
            if (transfer(m, k).receiver == kNone) continue;
            if (last_ready != kNever) left -= static_cast<double>(times(k).ready - last_ready);
            left = std::max(0.0, left) + serialisation(m, k, port);
            last_ready = times(k).ready;
        }
        if (last_ready == kNever) return 0;
        return std::max(0.0, left - static_cast<double>(times(m.k).ready - last_ready));
    }

    //! What the link of a unit in a switch takes of its gpu's link, propagation of this one has too little:
    //! reduction_units.h.
    double add_unit_link(Link const& link)
    {
        auto const& reduce_ns = fabric.spec.tiers.front().switches.reduce_latency_ns;
        double const reduce_fs = reduce_ns ? reduce_ns->value / 2 * kFsPerNs : 0;
        auto const total = static_cast<double>(link.latency_fs);
        parts.switch_us += reduce_fs;
        parts.propagation_us += total - reduce_fs;
        return total;
    }

    double add_link(LinkId id)
    {
        Link const& link = network().links[id];
        if (link.link_class >= fabric.classes.size()) return add_unit_link(link);
        LinkDelay const& d = fabric.classes[link.link_class].delay;
        double const fs = kFsPerNs;
        double const added = d.added_a_ns + d.added_b_ns + d.trace_ns;
        auto const total = static_cast<double>(link.latency_fs);
        double const software = leaves_domain(network(), link) ? nic_fs : 0;
        parts.software_us += software;
        parts.phy_us += d.phy_ns * fs;
        parts.added_us += added * fs;
        parts.switch_us += d.switch_core_ns * fs;
        parts.propagation_us += total - software - (d.phy_ns + added + d.switch_core_ns) * fs;
        return total;
    }

    void add(MessageId id)
    {
        MessageTimes const& t = result.messages[id];
        MessageRef const m = find_message(input.schedule, id);
        std::uint32_t const receiver = transfer(m, m.k).receiver;
        std::uint32_t const port = binding_port(m, receiver, t.last_port);
        parts.software_us += static_cast<double>(t.ready - release_of(id));
        double rest = static_cast<double>(t.complete - t.ready);
        follow_route(network(), m.sender, receiver, port, [&](LinkId link) { rest -= add_link(link); });
        double const own = serialisation(m, m.k, port);
        double const before = std::clamp(backlog(m, port), 0.0, std::max(0.0, rest - own));
        parts.serialisation_us += own + before;
        parts.queueing_us += rest - own - before;
    }
};

MessageId last_message(EngineResult const& result)
{
    auto const later = [](MessageTimes const& a, MessageTimes const& b) {
        auto const when = [](MessageTimes const& t) { return t.complete == kNever ? Time{-1} : t.complete; };
        return when(a) < when(b);
    };
    return static_cast<MessageId>(std::max_element(result.messages.begin(), result.messages.end(), later) -
                                  result.messages.begin());
}

}  // namespace

Breakdown break_down(Fabric const& fabric, EngineInput const& input, EngineResult const& result,
                     double nic_ns)
{
    Walk walk{fabric, input, result, static_cast<double>(ceil_to_fs(nic_ns)), {}};
    for (MessageId id = last_message(result); id != kNone; id = result.messages[id].predecessor) walk.add(id);
    Breakdown& b = walk.parts;
    for (double* part : {&b.software_us, &b.serialisation_us, &b.phy_us, &b.added_us, &b.propagation_us,
                         &b.switch_us, &b.queueing_us})
        *part /= static_cast<double>(kFsPerUs);
    return b;
}

std::string largest_part(Breakdown const& b)
{
    std::pair<double, char const*> const parts[] = {
        {b.software_us, "software"}, {b.serialisation_us, "serialisation"}, {b.phy_us, "phy"},
        {b.added_us, "added"},       {b.propagation_us, "propagation"},     {b.switch_us, "switch"},
        {b.queueing_us, "queueing"}};
    auto const less = [](auto const& x, auto const& y) { return x.first < y.first; };
    return std::max_element(std::begin(parts), std::end(parts), less)->second;
}

}  // namespace copperwall

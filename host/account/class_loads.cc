#include "host/account/class_loads.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/account/buffers.h"
#include "host/account/link_waits.h"
#include "host/fabric/memory.h"

namespace copperwall {

namespace {

//! How a group's mean message travels.
struct MeanMessage {
    double packets = 0;       //!< on all simulated planes together
    double trains = 0;        //!< the same in trains
    double packet_bytes = 1;  //!< on the wire
    double in_a_row = 1;      //!< packets that one link gets of it
    bool even = false;

    MeanMessage(GroupTraffic const& g, PacketFormat const& f, PortGroup const& ports)
    {
        auto const bytes = static_cast<std::int64_t>(g.bytes / std::max(1.0, g.transfers));
        even = spreads_evenly(f, ports.planes, bytes);
        PlaneCut const cut = cut_payload(f, even ? (bytes + ports.planes - 1) / ports.planes : bytes);
        double const copies = even ? ports.simulated() : 1;
        in_a_row = std::max(1u, cut.packets());
        packets = copies * cut.packets();
        trains = even ? copies * ((cut.full_packets != 0 ? 1 : 0) + (cut.last_flits != 0 ? 1 : 0)) : packets;
        double const payload = static_cast<double>(bytes) / std::max(1.0, even ? ports.planes : 1.0);
        packet_bytes = f.header_bytes + payload / std::max(1u, cut.packets());
    }

    //! As many packets again, of next to nothing, each a train of its own.
    void acknowledge()
    {
        trains = packets *= 2;
        packet_bytes /= 2;
    }
};

//! Classes of one group of ports in their order: gpu to leaf, leaf to gpu, and up, down.
class GroupLoads {
public:
    GroupLoads(Plan const& plan, Fabric const& fabric, TrafficSample const& sample, std::uint32_t group)
        : plan_(plan),
          fabric_(fabric),
          sample_(sample),
          group_(group),
          traffic_(sample.groups[group]),
          message_(traffic_, plan.format, {fabric.network.ports[group].planes, plan.folded[group]})
    {
        Network const& n = fabric.network;
        std::size_t const inside = n.inside_classes == 0 ? n.link_classes : n.inside_classes;
        first_ = group == kInside ? 0 : inside;
        end_ = group == kInside ? inside : n.link_classes;
        share_ = group == kInside ? plan.shares.inside : plan.shares.outside;
        bool const held_back = finite_buffers(plan.buffers, plan.buffer_bytes, group == kOutside);
        if (plan.schedule.at_once != 1 && sample.fan_in) message_.trains = message_.packets;
        if (plan.ack_packets) message_.acknowledge();
        if (sample.random && sample.fan_in && !held_back && n.port_sets.empty())
            waits_ = waiting_bytes(plan, fabric, group);
    }

    void add_to(std::vector<ClassLoad>& loads) const
    {
        for (std::size_t c = first_; c != end_; ++c) loads.push_back(load_of(c));
    }

private:
    ClassLoad load_of(std::size_t link_class) const
    {
        std::size_t const place = link_class - first_;
        bool const spines = end_ - first_ > 2;
        ClassLoad c;
        c.links = simulated_links(fabric_, link_class, plan_.folded);
        double const transfers = place < 2 ? traffic_.transfers : traffic_.crossing;
        double const per_link = transfers / static_cast<double>(std::max<std::uint64_t>(1, c.links));
        c.packets = per_link * message_.packets;
        c.trains = per_link * message_.trains;
        c.most_at_once = sample_.fan_in ? c.trains : c.trains / plan_.schedule.steps;
        c.packet_fs = message_.packet_bytes / (fabric_.classes[link_class].link_rate_GBps * share_) * 1e6;
        c.train_fs = c.packet_fs * message_.packets / std::max(1.0, message_.trains);
        c.from_switch = place != 0;
        c.interleaved = place == 1 && spines && sample_.fan_in && message_.even && !sample_.ordered;
        c.spaced = plan_.ack_packets || (plan_.schedule.at_once != 1 && sample_.fan_in && !c.interleaved);
        c.interleaved = c.interleaved || (place != 0 && spines && fabric_.network.spreading.adaptive);
        if (c.from_switch && sample_.fan_in) c.queued = queue_of(c, place, spines);
        if (!waits_.empty())
            c.deep = uneven_queues(link_class);
        else if (place == 1 && sample_.fan_in && !sample_.ordered)
            c.deep = deep_queues(c);
        return c;
    }

    //! Trains that wait before each link that gets more than others, on every simulated plane.
    std::vector<double> uneven_queues(std::size_t link_class) const
    {
        std::vector<double> deep;
        PortGroup const ports{fabric_.network.ports[group_].planes, plan_.folded[group_]};
        double const message = traffic_.bytes / std::max(1.0, traffic_.transfers);
        double const packets_per_byte = message_.in_a_row * (message_.even ? ports.planes : 1) / message;
        for (LinkId l = 0; l != waits_.size(); ++l)
            if (fabric_.network.links[l].link_class == link_class && waits_[l] > 0)
                deep.insert(deep.end(), ports.simulated(), waits_[l] * packets_per_byte);
        return deep;
    }

    //! Trains that wait for each gpu. All that get anything do so at the same rate, so what one gets beyond
    //! that waits; and those whose messages to another domain begin with the same gpu meet there, and at the
    //! next.
    std::vector<double> deep_queues(ClassLoad const& c) const
    {
        std::vector<double> deep;
        auto const gets =
            std::count_if(traffic_.into.begin(), traffic_.into.end(), [](double b) { return b > 0; });
        double const mean = traffic_.bytes / static_cast<double>(std::max<std::ptrdiff_t>(1, gets));
        double const message = traffic_.bytes / std::max(1.0, traffic_.transfers);
        double const together = first_ == 0 || sample_.meet < 2 ? 0 : sample_.meet * message;
        double const packets_per_byte = message_.packets / std::max(1.0, message);
        std::uint32_t const leaf = group_ == kInside ? fabric_.leaf_gpus : fabric_.outside_leaf_gpus;
        double const room = std::max(1u, leaf) * slots(c, first_);  // of all inputs from gpus
        std::size_t const planes =
            std::max<std::size_t>(1, c.links / std::max<std::size_t>(1, fabric_.network.gpus));
        for (double const into : traffic_.into) {
            double const waits = std::min(into, std::max(into - mean, together));
            double const trains = waits * packets_per_byte / static_cast<double>(planes);
            for (std::size_t plane = 0; plane != planes; ++plane) deep.push_back(std::min(trains, room));
        }
        return deep;
    }

    //! Trains that wait at one port of a switch. Where packets take planes at random, or sizes are random,
    //! sums of n differ as a random walk does: a packet a step, or a message where nothing holds senders
    //! back; a spine that is too narrow for its leaves collects the rest.
    double queue_of(ClassLoad const& c, std::size_t place, bool spines) const
    {
        double queue = 0;
        double const step = waits_.empty() ? 1 : message_.in_a_row;
        bool const meets_others = place == 1 || place == 2 || place == 4;
        if (meets_others && (sample_.random || (spines && !message_.even)))
            queue = std::sqrt(c.packets * step) / 2;
        bool const down = place == 3 || place == 5;
        if (down && !message_.even) queue = std::min(4.0, c.packets);
        double const inputs = place == 2 || place == 4 ? oversubscription(place) : 1;  // of each output
        if ((place == 2 || place == 4) && waits_.empty()) queue += c.packets * (1 - 1 / inputs);
        return std::min({queue, c.packets, inputs * slots(c, first_ + place)});
    }

    //! Packets that the buffer at the end of a link holds; infinity: it is never full.
    double slots(ClassLoad const& c, std::size_t link_class) const
    {
        if (plan_.buffer_bytes != 0) return static_cast<double>(plan_.buffer_bytes) / message_.packet_bytes;
        if (!finite_buffers(plan_.buffers, 0, group_ == kOutside))
            return std::numeric_limits<double>::infinity();
        return 2 * (fabric_.classes[link_class].delay.total_ns() * 1e6 / c.packet_fs + 1);
    }

    double oversubscription(std::size_t place) const
    {
        for (TierSpec const& tier : fabric_.spec.tiers)
            if (tier.name == fabric_.classes[first_ + place].tier) return tier.oversubscription;
        return 1;
    }

    Plan const& plan_;
    Fabric const& fabric_;
    TrafficSample const& sample_;
    std::uint32_t group_;
    GroupTraffic const& traffic_;
    MeanMessage message_;
    std::size_t first_ = 0;
    std::size_t end_ = 0;
    double share_ = 1;
    std::vector<double> waits_;  //!< [link], where traffic is skewed and nothing holds it back
};

}  // namespace

void add_class_loads(Plan const& plan, Fabric const& fabric, TrafficSample const& sample, std::uint32_t group,
                     std::vector<ClassLoad>& loads)
{
    GroupLoads(plan, fabric, sample, group).add_to(loads);
}

}  // namespace copperwall

#include "cuda/reference.h"

#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "cuda/reference_messages.h"

namespace copperwall {
namespace {

using Packet = ReferencePacket;
using Run = ReferenceRun;

//! At one instant routes are planned anew first; then every arrival comes before every credit, and that
//! before every send: a send sees all that was released.
enum class What : std::uint8_t { replan, arrival, credit, send };

struct Event {
    Time time = 0;  //!< arrival at a switch: when the packet may leave
    What what = What::arrival;
    NodeId node = 0;
    std::uint32_t port = 0;  //!< ingress port of an arrival
    LinkId egress = kNone;   //!< of a send or a credit, or of a packet at a switch; of a replan: its link
    Packet packet;
    std::uint64_t given_up = 0;  //!< of arrivals, how many ports have given up with this one; 0: a new packet

    bool operator>(Event const& other) const
    {
        return std::tie(time, what, node, port, given_up) >
               std::tie(other.time, other.what, other.node, other.port, other.given_up);
    }
};

//! A transfer under way, and what is left of it.
struct OpenMessage {
    Time ready = 0;
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    PlaneCut left;
};

//! What one channel of a gpu's port has still to send.
struct GpuPort {
    std::set<Run> waiting;
    Run run;                       //!< under way
    std::uint32_t k = 0;           //!< of it, behind the transfers under way
    std::vector<OpenMessage> row;  //!< those, by turns

    bool before(GpuPort const& other) const { return run < other.run || (!(other.run < run) && k < other.k); }
};

//! At a switch, for a finite buffer or a link that is down at times.
struct Waiting {
    Packet packet;
    std::uint64_t joined = 0;  //!< how many had joined queues before it
};

class Reference {
public:
    Reference(EngineInput const& input, EngineOptions const& options, std::vector<Hop>* hops)
        : network_(input.network),
          schedule_(input.schedule),
          format_(input.format),
          options_(options),
          links_(input),
          messages_(input, options.hash, hops),
          free_at_(network_.links.size(), 0),
          due_(network_.links.size(), kNever),
          acks_(acknowledged(input) ? network_.links.size() : 0),
          ports_(network_.links.size() * network_.channels.count),
          waiting_(ports_.size()),
          starved_(ports_.size(), false),
          waiting_fs_(network_.links.size(), 0)
    {
        for (Link const& link : network_.links)
            credits_.insert(credits_.end(), network_.channels.count, link.slots);
    }

    EngineResult run()
    {
        launch();
        std::size_t most_events = 0;
        for (std::uint64_t n = 0; !events_.empty() && events_.top().time < kHorizon; ++n) {
            bool const poll = n % 4096 == 0;
            if (poll && options_.stop != nullptr && options_.stop->load()) throw Interrupted{};
            most_events = std::max(most_events, events_.size());
            Event const event = events_.top();
            events_.pop();
            handle(event);
        }
        EngineResult result = messages_.result();
        result.memory_bytes = most_events * sizeof(Event) + result.messages.size() * sizeof(MessageTimes);
        return result;
    }

private:
    void launch()
    {
        for (Time const at : network_.replanned_fs)
            for (LinkId link = 0; link != network_.links.size(); ++link)
                if (network_.links[link].from >= network_.gpus && links_.up_from(link, at) != at)
                    events_.push(
                        {at, What::replan, network_.links[link].from, links_.port_of(link), link, {}});
        for (std::uint32_t f = 0; f != schedule_.families.size(); ++f) {
            if (schedule_.families[f].wait != kNone) continue;
            for (std::uint32_t gpu = 0; gpu != schedule_.gpus; ++gpu) {
                release(f, gpu, schedule_.families[f].count, schedule_.launch_fs, kNone);
            }
        }
    }

    void handle(Event const& e)
    {
        if (e.what == What::replan) {
            give_up(e.egress, e.time);
        } else if (e.what == What::credit) {
            std::size_t const channel = links_.channel_of(e.egress, e.packet);
            ++credits_[channel];
            if (starved_[channel]) wake(e.egress, e.time);
            starved_[channel] = false;
        } else if (e.what == What::send) {
            if (e.time != due_[e.egress]) return;  // was asked for earlier since
            due_[e.egress] = kNever;
            if (e.node < network_.gpus)
                send(e.egress, e.time);
            else
                send_waiting(e.egress, e.time);
        } else if (e.node < network_.gpus) {
            free_slot(e.packet, e.time);
            if (is_ack(e.packet)) return;
            deliver(e);
            acknowledge(e);
        } else {
            join(network_.spreading.adaptive ? shortest_queue(e) : e.egress, e.packet, e.time);
        }
    }

    //! At a switch.
    void join(LinkId egress, Packet const& packet, Time now)
    {
        Link const& link = network_.links[egress];
        if (link.slots == 0 && link.outages == kNoOutage)
            return leave(egress, packet, std::max(now, free_at_[egress]));
        std::queue<Waiting>& queue = waiting_[links_.channel_of(egress, packet)];
        queue.push({packet, joined_++});
        waiting_fs_[egress] += links_.serialisation(egress, packet.flits);
        if (queue.size() == 1) wake(egress, now);
    }

    //! By the routes that are planned at `now`, what waits for a link that is down and has another way goes
    //! there: it comes again, behind what comes by the same input.
    void give_up(LinkId egress, Time now)
    {
        NodeId const node = network_.links[egress].from;
        std::queue<Waiting> staying;
        std::uint32_t given_up = 0;
        for (std::queue<Waiting>& queue = waiting_[links_.first_channel(egress)]; !queue.empty();
             queue.pop()) {
            Packet const& packet = queue.front().packet;
            std::uint16_t const route = links_.route_at(now, node, packet);
            if (route == links_.port_of(egress)) {
                staying.push(queue.front());
                continue;
            }
            waiting_fs_[egress] -= links_.serialisation(egress, packet.flits);
            Event e{now, What::arrival, node, network_.links[packet.came_by].ingress_port, kNone, packet};
            e.egress = links_.way_by(route, node, packet, given_up++);
            e.given_up = ++given_up_;
            events_.push(e);
        }
        waiting_[links_.first_channel(egress)] = std::move(staying);
    }

    //! How long the port needs until it can start a packet behind its queue, as far as it knows: when the
    //! link, if down, is up again, but of no outage to come. kNever: the link is down for good.
    Time queue_fs(LinkId egress, Time now) const
    {
        Time const up = links_.up_from(egress, now);
        return up == kNever ? kNever : waiting_fs_[egress] + std::max(up, free_at_[egress]) - now;
    }

    //! The egress port that a packet takes as it becomes eligible at a switch.
    LinkId shortest_queue(Event const& e)
    {
        return links_.shortest(e.egress, e.port, e.packet,
                               [&](LinkId link) { return queue_fs(link, e.time); });
    }

    //! Starts the first packet that waits at a switch and has a credit if it needs one, if it may start now.
    void send_waiting(LinkId egress, Time now)
    {
        if (now < free_at_[egress]) return wake(egress, free_at_[egress]);
        if (Time const up = links_.up_from(egress, now); up != now) return wake(egress, up);
        std::queue<Waiting>* first = nullptr;
        std::uint32_t waiting = 0;
        for (std::size_t c = links_.first_channel(egress);
             c != links_.first_channel(egress) + links_.channels(egress); ++c) {
            if (waiting_[c].empty()) continue;
            ++waiting;
            if (!is_ack(waiting_[c].front().packet) && !has_credit(egress, c)) continue;
            if (first == nullptr || waiting_[c].front().joined < first->front().joined) first = &waiting_[c];
        }
        if (first == nullptr) return;
        Packet const packet = first->front().packet;
        first->pop();
        waiting_fs_[egress] -= links_.serialisation(egress, packet.flits);
        leave(egress, packet, now);
        if (waiting > 1 || !first->empty()) wake(egress, free_at_[egress]);
    }

    bool is_ack(Packet const& packet) const { return packet.flits > format_.full_flits(); }

    //! If the channel has none, its next one wakes the port.
    bool has_credit(LinkId egress, std::size_t channel)
    {
        if (network_.links[egress].slots == 0 || credits_[channel] != 0) return true;
        starved_[channel] = true;
        return false;
    }

    //! Sends the credit of a packet that starts to leave the input buffer it is in at `when`.
    void free_slot(Packet const& packet, Time when)
    {
        LinkId const link = packet.came_by;
        if (link == kNone || network_.links[link].slots == 0 || is_ack(packet)) return;
        NodeId const sender = network_.links[link].from;
        events_.push({when + network_.links[link].latency_fs, What::credit, sender, 0, link, packet});
    }

    //! Releases the transfers of a family at a gpu up to k_end.
    void release(std::uint32_t f, std::uint32_t gpu, std::uint32_t k_end, Time when, MessageId predecessor)
    {
        Run const run = messages_.release(f, gpu, k_end, when, predecessor);
        if (run.k_first == run.k_end) return;
        Node const& node = network_.nodes[gpu];
        for (LinkId link = node.first_egress; link != node.first_egress + node.egress_count; ++link) {
            for (std::size_t c = links_.first_channel(link);
                 c != links_.first_channel(link) + links_.channels(link); ++c)
                ports_[c].waiting.insert(run);
            wake(link, run.ready);
        }
    }

    void wake(LinkId egress, Time when)
    {
        if (when >= due_[egress]) return;  // it will be; or it is down for good
        due_[egress] = when;
        events_.push({when, What::send, network_.links[egress].from, 0, egress, {}});
    }

    //! Starts the next packet of a gpu's port if it may start now; else asks to be woken when it may.
    void send(LinkId egress, Time now)
    {
        if (now < free_at_[egress]) return wake(egress, free_at_[egress]);
        if (Time const up = links_.up_from(egress, now); up != now) return wake(egress, up);
        if (!acks_.empty() && !acks_[egress].empty()) return send_ack(egress, now);
        GpuPort* first = nullptr;
        Time next = kNever;
        for (std::size_t c = links_.first_channel(egress);
             c != links_.first_channel(egress) + links_.channels(egress); ++c) {
            Time const ready = find_next(egress, c, now);
            if (ready > now)
                next = std::min(next, ready);
            else if (has_credit(egress, c) && (first == nullptr || ports_[c].before(*first)))
                first = &ports_[c];
        }
        if (first == nullptr) return wake(egress, next);
        start_next(egress, *first, now);
        wake(egress, free_at_[egress]);
    }

    void send_ack(LinkId egress, Time now)
    {
        Packet const ack = acks_[egress].front();
        acks_[egress].pop();
        leave(egress, ack, now);
        wake(egress, free_at_[egress]);
    }

    //! Goes on to the next transfers of which the channel has a packet to start. Returns when the first is
    //! ready; kNever: there is none.
    Time find_next(LinkId egress, std::size_t channel, Time now)
    {
        GpuPort& port = ports_[channel];
        while (port.row.size() != schedule_.at_once) {
            if (port.k == port.run.k_end) {
                if (port.waiting.empty() || port.waiting.begin()->ready > now) break;
                port.run = *port.waiting.begin();
                port.k = port.run.k_first;
                port.waiting.erase(port.waiting.begin());
            }
            begin(egress, channel, port.k++);
        }
        bool const room = port.row.size() != schedule_.at_once && !port.waiting.empty();
        Time next = room ? port.waiting.begin()->ready : kNever;
        for (OpenMessage const& open : port.row) next = std::min(next, open.ready);
        return next;
    }

    //! A transfer of the run under way, unless it goes by other ports or channels.
    void begin(LinkId egress, std::size_t channel, std::uint32_t k)
    {
        GpuPort& port = ports_[channel];
        std::uint32_t const gpu = network_.links[egress].from;
        Transfer const t = messages_.transfer(port.run.family, gpu, k);
        MessageId const message = messages_.message_of(port.run.family, k, gpu);
        if (links_.channel_of(egress, {message, t.receiver, 0, kNone}) != channel) return;
        PlaneCut const cut = messages_.cut(t, gpu, egress - network_.nodes[gpu].first_egress);
        if (cut.packets() == 0) return;
        port.row.push_back({messages_.ready_of(port.run, gpu, k), message, t.receiver, cut});
    }

    //! Of the first in the row that is ready; it goes to the end.
    void start_next(LinkId egress, GpuPort& port, Time now)
    {
        auto const first = std::find_if(port.row.begin(), port.row.end(),
                                        [&](OpenMessage const& open) { return open.ready <= now; });
        OpenMessage open = *first;
        port.row.erase(first);
        std::uint32_t flits = format_.full_flits();
        if (open.left.full_packets != 0)
            --open.left.full_packets;
        else
            flits = std::exchange(open.left.last_flits, 0);
        if (open.left.packets() != 0) port.row.push_back(open);
        leave(egress, {open.message, open.receiver, flits, kNone}, now);
    }

    void leave(LinkId id, Packet const& packet, Time start)
    {
        Link const& link = network_.links[id];
        Time const s = links_.serialisation(id, packet.flits, start);
        free_at_[id] = start + s;
        messages_.count(id, packet, start, s, links_.bytes(id, packet.flits));
        if (link.slots != 0 && !is_ack(packet)) --credits_[links_.channel_of(id, packet)];
        free_slot(packet, start);
        Event e{start + link.latency_fs, What::arrival, link.to, link.ingress_port, kNone, packet};
        e.packet.came_by = id;
        if (link.arrival == Arrival::tail) e.time += s;
        if (link.to >= network_.gpus) {
            auto const way = links_.way_out(id, packet, s, e.time);
            e.egress = way.egress;
            e.time = way.eligible;
        }
        events_.push(e);
    }

    void deliver(Event const& e)
    {
        messages_.deliver(e.node, e.port, e.packet.message, e.time,
                          [&](std::uint32_t f, std::uint32_t k_end) {
                              release(f, e.node, k_end, e.time, e.packet.message);
                          });
    }

    //! Before all transfers of the port, in the order in which packets come.
    void acknowledge(Event const& e)
    {
        LinkId const back = links_.back(e.packet.came_by);
        if (back == kNone) return;
        acks_[back].push({e.packet.message, messages_.sender_of(e.packet.message),
                          e.packet.flits + format_.full_flits(), kNone});
        wake(back, e.time);
    }

    Network const& network_;
    Schedule const& schedule_;
    PacketFormat const& format_;
    EngineOptions const& options_;
    ReferenceLinks links_;
    ReferenceMessages messages_;
    std::vector<Time> free_at_;                 //!< [link]
    std::vector<Time> due_;                     //!< [link]: when it is woken next
    std::vector<std::queue<Packet>> acks_;      //!< [link], of gpus: to be sent; empty: there are none
    std::vector<GpuPort> ports_;                //!< [link][channel], of gpus
    std::vector<std::queue<Waiting>> waiting_;  //!< [link][channel], out of switches
    std::vector<std::uint32_t> credits_;        //!< [link][channel]
    std::vector<bool> starved_;                 //!< [link][channel]: waits for a credit
    std::uint64_t joined_ = 0;                  //!< packets to queues of switches
    std::uint64_t given_up_ = 0;                //!< packets by ports, when routes were planned anew
    std::vector<Time> waiting_fs_;              //!< [link]: serialisation of waiting_
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace

EngineResult run_reference(EngineInput const& input, EngineOptions const& options, std::vector<Hop>* hops)
{
    return Reference(input, options, hops).run();
}

}  // namespace copperwall

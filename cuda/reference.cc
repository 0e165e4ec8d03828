#include "cuda/reference.h"
#include "cuda/finish.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "cuda/hop_hash.h"
#include "cuda/spread.h"
#include "cuda/unfinished.h"

namespace copperwall {
namespace {

struct Packet {
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    std::uint32_t flits = 0;
    LinkId came_by = kNone;  //!< whose slot it takes at the node it is in
};

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

//! Transfers k_first .. k_end - 1 of a family, released together at one gpu.
struct Run {
    Time ready = 0;  //!< of transfer k_first
    std::uint32_t family = 0;
    std::uint32_t k_first = 0;
    std::uint32_t k_end = 0;

    bool operator<(Run const& other) const
    {
        return std::tie(ready, family, k_first) < std::tie(other.ready, other.family, other.k_first);
    }
};

//! What one channel of a gpu's port has still to send.
struct GpuPort {
    std::set<Run> waiting;
    Run run;              //!< under way
    std::uint32_t k = 0;  //!< of it, behind the transfer under way
    Time ready = 0;       //!< the transfer under way, and what is left of it
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    PlaneCut left;

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
          hops_(hops),
          free_at_(network_.links.size(), 0),
          due_(network_.links.size(), kNever),
          ports_(network_.links.size() * network_.channels.count),
          waiting_(ports_.size()),
          starved_(ports_.size(), false),
          spread_(network_.links.size(), 0),
          waiting_fs_(network_.links.size(), 0),
          counters_(std::size_t{schedule_.gpus} * schedule_.counters, 0),
          released_(std::size_t{schedule_.gpus} * schedule_.families.size(), 0)
    {
        for (Family const& f : schedule_.families) {
            family_base_.push_back(static_cast<MessageId>(result_.messages.size()));
            result_.messages.resize(result_.messages.size() + std::size_t{f.count} * f.width(schedule_.gpus));
        }
        for (Link const& link : network_.links)
            credits_.insert(credits_.end(), network_.channels.count, link.slots);
        result_.links.resize(network_.links.size());
        result_.steps.resize(std::size_t{schedule_.steps} * network_.link_classes);
        for (std::size_t rate = 0; rate != network_.rates_Bps.size(); ++rate) {
            PacketFormat const& format = formats_.emplace_back(format_on(input, rate));
            auto& row = serialisation_.emplace_back();
            for (std::uint32_t flits = 0; flits <= format.payload_bytes / format.flit_bytes; ++flits) {
                row.push_back(serialisation_fs(format, flits, network_.rates_Bps[rate]));
            }
        }
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
        require_all_complete(schedule_, result_.messages);
        count_hops(network_, result_);
        result_.memory_bytes = most_events * sizeof(Event) + result_.messages.size() * sizeof(MessageTimes);
        return std::move(result_);
    }

private:
    void launch()
    {
        for (Time const at : network_.replanned_fs)
            for (LinkId link = 0; link != network_.links.size(); ++link)
                if (network_.links[link].from >= network_.gpus && up_from(link, at) != at)
                    events_.push({at, What::replan, network_.links[link].from, port_of(link), link, {}});
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
            std::size_t const channel = channel_of(e.egress, e.packet);
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
            deliver(e);
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
        std::queue<Waiting>& queue = waiting_[channel_of(egress, packet)];
        queue.push({packet, joined_++});
        waiting_fs_[egress] += serialisation(egress, packet.flits);
        if (queue.size() == 1) wake(egress, now);
    }

    std::uint32_t port_of(LinkId egress) const
    {
        return egress - network_.nodes[network_.links[egress].from].first_egress;
    }

    //! By the routes that are planned at `now`, what waits for a link that is down and has another way goes
    //! there: it comes again, behind what comes by the same input.
    void give_up(LinkId egress, Time now)
    {
        auto const& times = network_.replanned_fs;
        auto const plan =
            static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), now) - times.begin());
        std::queue<Waiting> staying;
        std::uint32_t given_up = 0;
        for (std::queue<Waiting>& queue = waiting_[first_channel(egress)]; !queue.empty(); queue.pop()) {
            Packet const& packet = queue.front().packet;
            NodeId const node = network_.links[egress].from;
            std::uint16_t const route = network_.route(node, packet.receiver, plan);
            if (route == port_of(egress)) {
                staying.push(queue.front());
                continue;
            }
            std::uint32_t const index =
                network_.spreading.packets == 0 ? spread_of_message(node, packet.message) : given_up;
            ++given_up;
            waiting_fs_[egress] -= serialisation(egress, packet.flits);
            Event e{now, What::arrival, node, network_.links[packet.came_by].ingress_port, kNone, packet};
            e.egress = network_.nodes[node].first_egress + network_.port_of(network_.ports_of(route), index);
            e.given_up = ++given_up_;
            events_.push(e);
        }
        waiting_[first_channel(egress)] = std::move(staying);
    }

    //! A link's channels stand one after another, from here on.
    std::size_t first_channel(LinkId link) const { return std::size_t{link} * network_.channels.count; }
    std::uint32_t channels(LinkId link) const
    {
        return network_.links[link].slots == 0 ? 1 : network_.channels.count;
    }
    std::size_t channel_of(LinkId link, Packet const& packet) const
    {
        if (channels(link) == 1) return first_channel(link);
        return first_channel(link) + network_.channels.of(packet.receiver, packet.message);
    }

    //! How long the port needs until it can start a packet behind its queue, as far as it knows: when the
    //! link, if down, is up again, but of no outage to come. kNever: the link is down for good.
    Time queue_fs(LinkId egress, Time now) const
    {
        Time const up = up_from(egress, now);
        return up == kNever ? kNever : waiting_fs_[egress] + std::max(up, free_at_[egress]) - now;
    }

    //! The egress port that a packet takes as it becomes eligible at a switch.
    LinkId shortest_queue(Event const& e)
    {
        std::uint16_t const route = network_.route(e.node, e.packet.receiver);
        if (route < kFirstPortSet) return e.egress;
        PortSet const& set = network_.port_sets[route - kFirstPortSet];
        std::uint32_t const turn = turn_of(set, e.port, spread_[e.packet.came_by]++);
        LinkId best = kNone;
        Time least = 0;
        for (std::uint32_t i = 0; i != set.count; ++i) {
            LinkId const link = network_.nodes[e.node].first_egress + network_.port_of(set, turn + i);
            Time const queue = queue_fs(link, e.time);
            if (best != kNone && queue >= least) continue;
            best = link;
            least = queue;
        }
        return best;
    }

    //! Starts the first packet that waits at a switch and has a credit if it needs one, if it may start now.
    void send_waiting(LinkId egress, Time now)
    {
        if (now < free_at_[egress]) return wake(egress, free_at_[egress]);
        if (Time const up = up_from(egress, now); up != now) return wake(egress, up);
        std::queue<Waiting>* first = nullptr;
        std::uint32_t waiting = 0;
        for (std::size_t c = first_channel(egress); c != first_channel(egress) + channels(egress); ++c) {
            if (waiting_[c].empty()) continue;
            ++waiting;
            if (!has_credit(egress, c)) continue;
            if (first == nullptr || waiting_[c].front().joined < first->front().joined) first = &waiting_[c];
        }
        if (first == nullptr) return;
        Packet const packet = first->front().packet;
        first->pop();
        waiting_fs_[egress] -= serialisation(egress, packet.flits);
        leave(egress, packet, now);
        if (waiting > 1 || !first->empty()) wake(egress, free_at_[egress]);
    }

    //! From `time` on, when the link is up.
    Time up_from(LinkId link, Time time) const
    {
        std::uint16_t const list = network_.links[link].outages;
        return list == kNoOutage ? time : copperwall::up_from(network_.outages.data() + list, time);
    }

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
        if (link == kNone || network_.links[link].slots == 0) return;
        NodeId const sender = network_.links[link].from;
        events_.push({when + network_.links[link].latency_fs, What::credit, sender, 0, link, packet});
    }

    Transfer transfer(std::uint32_t family, std::uint32_t gpu, std::uint32_t k) const
    {
        return transfer_of(schedule_.families[family], schedule_.table.data(), schedule_.gpus, gpu, k);
    }

    //! What the transfer puts on one of the gpu's ports.
    PlaneCut cut(Transfer const& t, std::uint32_t gpu, std::uint32_t port) const
    {
        if (t.receiver == kNone) return {};
        std::uint32_t const group = network_.group_of(gpu, t.receiver);
        std::uint32_t const first = network_.first_port(group);
        PortGroup const& ports = network_.ports[group];
        if (port < first || port >= first + ports.simulated()) return {};
        return cut_for_plane(format_, ports.planes, t.bytes, gpu, t.receiver, port - first);
    }

    Time ready_of(Run const& run, std::uint32_t gpu, std::uint32_t k) const
    {
        Time const offset =
            transfer(run.family, gpu, k).offset_fs - transfer(run.family, gpu, run.k_first).offset_fs;
        return run.ready + schedule_.families[run.family].spacing_fs * (k - run.k_first) + offset;
    }

    //! Releases the transfers of a family at a gpu up to k_end.
    void release(std::uint32_t f, std::uint32_t gpu, std::uint32_t k_end, Time when, MessageId predecessor)
    {
        if (!schedule_.families[f].sends(gpu, schedule_.gpus)) return;
        std::uint32_t& released = released_[std::size_t{gpu} * schedule_.families.size() + f];
        if (released >= k_end) return;
        Time const ready = when + schedule_.families[f].delay_fs + transfer(f, gpu, released).offset_fs;
        Run const run{ready, f, released, k_end};
        released = k_end;
        for (std::uint32_t k = run.k_first; k != k_end; ++k) open(run, gpu, k, predecessor);
        Node const& node = network_.nodes[gpu];
        for (LinkId link = node.first_egress; link != node.first_egress + node.egress_count; ++link) {
            for (std::size_t c = first_channel(link); c != first_channel(link) + channels(link); ++c)
                ports_[c].waiting.insert(run);
            wake(link, ready);
        }
    }

    void open(Run const& run, std::uint32_t gpu, std::uint32_t k, MessageId predecessor)
    {
        Transfer const t = transfer(run.family, gpu, k);
        if (t.receiver == kNone) return;
        MessageTimes& message = result_.messages[message_of(run.family, k, gpu)];
        message.ready = ready_of(run, gpu, k);
        message.predecessor = predecessor;
        for (std::uint32_t port = 0; port != network_.gpu_ports(); ++port) {
            message.packets_left += cut(t, gpu, port).packets();
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
        if (Time const up = up_from(egress, now); up != now) return wake(egress, up);
        GpuPort* first = nullptr;
        Time next = kNever;
        for (std::size_t c = first_channel(egress); c != first_channel(egress) + channels(egress); ++c) {
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

    //! Goes on to the next transfer of which the channel has a packet to start. Returns when it is ready;
    //! kNever: there is none.
    Time find_next(LinkId egress, std::size_t channel, Time now)
    {
        GpuPort& port = ports_[channel];
        while (port.left.packets() == 0) {
            if (port.k == port.run.k_end) {
                if (port.waiting.empty()) return kNever;
                if (port.waiting.begin()->ready > now) return port.waiting.begin()->ready;
                port.run = *port.waiting.begin();
                port.k = port.run.k_first;
                port.waiting.erase(port.waiting.begin());
            }
            begin(egress, channel, port.k++);
        }
        return port.ready;
    }

    //! A transfer of the run under way; nothing is left of it if it goes by other ports or channels.
    void begin(LinkId egress, std::size_t channel, std::uint32_t k)
    {
        GpuPort& port = ports_[channel];
        std::uint32_t const gpu = network_.links[egress].from;
        Transfer const t = transfer(port.run.family, gpu, k);
        port.message = message_of(port.run.family, k, gpu);
        port.receiver = t.receiver;
        if (channel_of(egress, {port.message, port.receiver, 0, kNone}) != channel) return;
        port.left = cut(t, gpu, egress - network_.nodes[gpu].first_egress);
        port.ready = ready_of(port.run, gpu, k);
    }

    void start_next(LinkId egress, GpuPort& port, Time now)
    {
        std::uint32_t flits = format_.payload_bytes / format_.flit_bytes;
        if (port.left.full_packets != 0)
            --port.left.full_packets;
        else
            flits = std::exchange(port.left.last_flits, 0);
        leave(egress, {port.message, port.receiver, flits, kNone}, now);
    }

    Time serialisation(LinkId link, std::uint32_t flits) const
    {
        return serialisation_[network_.links[link].rate][flits];
    }

    //! Of a packet that starts at `start`.
    Time serialisation(LinkId id, std::uint32_t flits, Time start) const
    {
        Link const& link = network_.links[id];
        if (link.outages == kNoOutage) return serialisation(id, flits);
        return serialisation_[rate_at(network_.outages.data() + link.outages, link.rate, start)][flits];
    }

    void leave(LinkId id, Packet const& packet, Time start)
    {
        Link const& link = network_.links[id];
        Time const s = serialisation(id, packet.flits, start);
        free_at_[id] = start + s;
        count(id, packet, start, s);
        if (link.slots != 0) --credits_[channel_of(id, packet)];
        free_slot(packet, start);
        Event e{start + link.latency_fs, What::arrival, link.to, link.ingress_port, kNone, packet};
        e.packet.came_by = id;
        if (link.arrival == Arrival::tail) e.time += s;
        if (link.to >= network_.gpus) {
            std::uint16_t const route = route_of(link, s, e);
            e.egress = network_.nodes[link.to].first_egress + port_out(id, packet, route);
        }
        events_.push(e);
    }

    //! By the last routes planned before the packet may leave the switch that it comes to; moves its time to
    //! then.
    std::uint16_t route_of(Link const& link, Time s, Event& e) const
    {
        Time const came = e.time;
        for (std::size_t plan = 0;; ++plan) {
            std::uint16_t const route = network_.route(link.to, e.packet.receiver, plan);
            LinkId const out =
                network_.nodes[link.to].first_egress + network_.port_of(network_.ports_of(route), 0);
            e.time = came;
            if (link.arrival == Arrival::head)
                e.time += std::max(Time{0}, s - serialisation(out, e.packet.flits, came));
            if (plan == network_.replanned_fs.size() || e.time < network_.replanned_fs[plan]) return route;
        }
    }

    //! Of the switch that the packet reaches by `id`; packets of a link come there one after another. One
    //! that will choose by queues: the first of its set, all of one rate.
    std::uint32_t port_out(LinkId id, Packet const& packet, std::uint16_t route)
    {
        Link const& link = network_.links[id];
        if (route < kFirstPortSet) return route;
        PortSet const& set = network_.port_sets[route - kFirstPortSet];
        if (network_.spreading.adaptive) return network_.port_of(set, 0);
        if (network_.spreading.packets == 0)
            return network_.port_of(set, spread_of_message(link.to, packet.message));
        return network_.port_of(set, spread_of_packet(network_.spreading, link.ingress_port, spread_[id]++));
    }

    void count(LinkId id, Packet const& packet, Time start, Time s)
    {
        std::int64_t const bytes = wire_bytes(formats_[network_.links[id].rate], packet.flits);
        LinkUse& use = result_.links[id];
        use = {use.busy_fs + s, use.wire_bytes + bytes, use.packets + 1, start + s};
        std::uint32_t const step = step_of(packet.message);
        StepUse& row =
            result_.steps[std::size_t{step} * network_.link_classes + network_.links[id].link_class];
        row = {std::min(row.first_start_fs, start), std::max(row.last_end_fs, start + s), row.busy_fs + s,
               row.wire_bytes + bytes, row.packets + 1};
        if (options_.hash) result_.hop_hash += mix(id, packet.message, start, packet.flits);
        if (hops_ != nullptr) hops_->push_back({id, packet.message, start, packet.flits});
    }

    MessageId message_of(std::uint32_t family, std::uint32_t k, std::uint32_t gpu) const
    {
        Family const& f = schedule_.families[family];
        return family_base_[family] + k * f.width(schedule_.gpus) + gpu - f.first;
    }

    std::uint32_t family_of(MessageId message) const
    {
        auto const after = std::upper_bound(family_base_.begin(), family_base_.end(), message);
        return static_cast<std::uint32_t>(after - family_base_.begin()) - 1;
    }

    std::uint32_t step_of(MessageId message) const
    {
        std::uint32_t const f = family_of(message);
        Family const& family = schedule_.families[f];
        return family.step_0 + family.step_k * ((message - family_base_[f]) / family.width(schedule_.gpus));
    }

    void deliver(Event const& e)
    {
        MessageTimes& message = result_.messages[e.packet.message];
        if (--message.packets_left != 0) return;
        message.complete = e.time;
        message.last_port = e.port;
        result_.finish_fs = std::max(result_.finish_fs, e.time);
        std::uint32_t const signal = schedule_.families[family_of(e.packet.message)].signal;
        if (signal == kNone) return;
        std::uint32_t const value = ++counters_[std::size_t{e.node} * schedule_.counters + signal];
        for (std::uint32_t f = 0; f != schedule_.families.size(); ++f) {
            Family const& family = schedule_.families[f];
            if (family.wait != signal) continue;
            std::uint32_t k = released_[std::size_t{e.node} * schedule_.families.size() + f];
            while (k < family.count && value >= family.need_0 + std::uint64_t{family.need_k} * k) ++k;
            release(f, e.node, k, e.time, e.packet.message);
        }
    }

    Network const& network_;
    Schedule const& schedule_;
    PacketFormat const& format_;
    EngineOptions const& options_;
    std::vector<Hop>* hops_;
    EngineResult result_;
    std::vector<MessageId> family_base_;
    std::vector<PacketFormat> formats_;             //!< [rate]
    std::vector<std::vector<Time>> serialisation_;  //!< [rate][flits]
    std::vector<Time> free_at_;                     //!< [link]
    std::vector<Time> due_;                         //!< [link]: when it is woken next
    std::vector<GpuPort> ports_;                    //!< [link][channel], of gpus
    std::vector<std::queue<Waiting>> waiting_;      //!< [link][channel], out of switches
    std::vector<std::uint32_t> credits_;            //!< [link][channel]
    std::vector<bool> starved_;                     //!< [link][channel]: waits for a credit
    std::uint64_t joined_ = 0;                      //!< packets to queues of switches
    std::uint64_t given_up_ = 0;                    //!< packets by ports, when routes were planned anew
    std::vector<std::uint32_t> spread_;             //!< [link]: packets spread at its end
    std::vector<Time> waiting_fs_;                  //!< [link]: serialisation of waiting_
    std::vector<std::uint32_t> counters_;           //!< [gpu][counter]
    std::vector<std::uint32_t> released_;           //!< [gpu][family]: transfers released so far
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace

EngineResult run_reference(EngineInput const& input, EngineOptions const& options, std::vector<Hop>* hops)
{
    return Reference(input, options, hops).run();
}

}  // namespace copperwall

//! One switch chip in one window: take what has arrived, order it at each egress port, serve it first in,
//! first out, put it on the wires.
//!
//! Exact: whatever can start before the window's end has arrived before it, since every arrival that is
//! still unknown lies at or after it (window <= least latency). What starts later, for want of the port or of
//! a credit, is held in its final order.
#pragma once

#include "cuda/channel_port.h"
#include "cuda/choose_port.h"
#include "cuda/emit.h"
#include "cuda/return_credits.h"
#include "cuda/spread.h"

namespace copperwall {

//! How long after its head's arrival a packet may leave through `out`.
CW_HD inline Time eligible_after(Model const& m, Link const& in, Link const& out, std::uint32_t flits)
{
    if (in.arrival == Arrival::tail || in.rate == out.rate) return 0;
    Time const longer = m.serialisation_of(in, flits) - m.serialisation_of(out, flits);
    return longer > 0 ? longer : 0;
}

//! How long after their heads' arrival packets of a train may leave, and how many of them alike.
struct Passage {
    Time after = 0;
    std::uint32_t most = 0;
};

//! Where rates change: that of the way in as at the packet's start, that of the way out as at its arrival.
CW_COLD inline Passage changing_passage(Model const& m, Link const& in, Link const& out, Train const& t)
{
    Passage passage{0, t.count};
    if (in.arrival == Arrival::tail) return passage;
    Time const longer =
        m.serialisation_at(in, t.flits, t.time - in.latency_fs) - m.serialisation_at(out, t.flits, t.time);
    if (longer > 0) passage.after = longer;
    passage.most = t.instants().before(rate_change_after(m.outages + out.outages, t.time));
    return passage;
}

CW_HD inline Passage passage(Model const& m, Link const& in, Link const& out, Train const& t)
{
    if (m.rates_change) return changing_passage(m, in, out, t);
    return {eligible_after(m, in, out, t.flits), t.count};
}

//! Most items that one train may become.
CW_HD inline std::uint32_t most_items(Model const& m, Train const& t, Window window)
{
    if (!m.spreading.splits() && !m.rates_change) return 1;
    std::uint32_t const packets = t.instants().before(window.end);
    return m.spreading.adaptive ? packets + 1 : packets;  // and the train until they have chosen
}

CW_HD inline std::uint32_t most_items(Model const& m, IngressState const& in, Window window)
{
    std::uint32_t items = in.front.count != 0 ? most_items(m, in.front, window) : 0;
    if (!m.spreading.splits() && !m.rates_change) return items + (in.visible - in.head);
    for (std::uint32_t at = in.head; at != in.visible; ++at)
        items += most_items(m, in.flight[at & in.mask], window);
    return items;
}

//! Room for all that can become an item: every train on the inputs, and every one under way there. By all
//! lanes together.
template <class Worker>
CW_HD void reserve_items(Worker& worker, Model const& m, State const& s, Window window, LinkId const* inputs,
                         std::uint32_t input_count)
{
    Buckets& b = worker.buckets();
    std::uint32_t mine = 0;
    for (std::uint32_t i = worker.rank(); i < input_count; i += worker.size())
        mine += most_items(m, s.ingress[inputs[i]], window);
    if (mine != 0) worker.fetch_add(&b.room, mine);
    worker.sync();
    if (worker.rank() == 0) {
        worker.reserve(b.items, b.room);
        worker.reserve_keys(b.keys, b.room);
        b.room = 0;
    }
    worker.sync();
}

//! Takes from one input what becomes eligible in the window, by one lane.
template <class Worker>
class InputPopper {
public:
    CW_HD InputPopper(Worker& worker, Model const& m, State const& s, NodeId node, LinkId id)
        : worker_(worker),
          model_(m),
          shared_(s.ingress[id]),
          in_(shared_),
          link_(m.links[id]),
          queued_until_(s.queued_until),
          node_(node),
          id_(id)
    {
    }

    CW_HD void run(Window window)
    {
        Time const next = take_until(window);
        worker_.put_back(shared_, in_);
        if (next != kNever) worker_.wake_ingress(id_, next);
    }

private:
    //! Returns when the next one becomes eligible; kNever: none has been seen.
    CW_HD Time take_until(Window window)
    {
        while (in_.load_front()) {
            worker_.prefetch(&in_.flight[(in_.head + 1) & in_.mask]);
            std::uint32_t const route = model_.route(node_, in_.front.receiver);
            bool const spreads = route >= kFirstPortSet;
            PortSet const set = spreads ? model_.port_sets[route - kFirstPortSet]
                                        : PortSet{static_cast<std::uint16_t>(route), 1, 1};
            std::uint32_t const first = set.port(model_.listed_ports, 0);
            Link const& out = model_.links[model_.nodes[node_].first_egress + first];
            Passage const pass = passage(model_, link_, out, in_.front);
            std::uint32_t const n = in_.front.instants().before(window.end - pass.after);
            if (n == 0) return in_.front.time + pass.after;
            Train t = split_front(in_.front, n < pass.most ? n : pass.most);
            t.time += pass.after;
            if (!spreads)
                add(t, first);
            else if (model_.spreading.adaptive)
                add_undecided(t, route);
            else if (model_.spreading.packets == 0)
                add(t, set.port(model_.listed_ports, spread_of_message(node_, t.message)));
            else
                spread(t, set);
        }
        return kNever;
    }

    CW_HD void add(Train const& t, std::uint32_t egress)
    {
        Buckets& b = worker_.buckets();
        add_item(t, egress);
        if (worker_.fetch_add(&b.count[egress], 1u) == 0) mark(worker_, egress);
        if (!model_.spreading.adaptive) return;
        LinkId const out = model_.nodes[node_].first_egress + egress;
        if (queued_until_[out] != kNoQueue) worker_.fetch_add(&b.undecided, 1u);
    }

    //! `route`: by one of a set of ports.
    CW_HD void add_undecided(Train const& t, std::uint32_t route)
    {
        add_item(t, route);
        worker_.fetch_add(&worker_.buckets().undecided, 1u);
    }

    CW_HD void add_item(Train const& t, std::uint32_t egress)
    {
        Buckets& b = worker_.buckets();
        Item& item = b.items.data[worker_.fetch_add(&b.items.size, 1u)];
        item = {t, static_cast<std::uint16_t>(egress), static_cast<std::uint16_t>(link_.ingress_port), id_};
    }

    CW_HD void spread(Train t, PortSet const& set)
    {
        if (model_.spreading.packets == 1) return deal_out(t, set);
        while (t.count != 0) {
            std::uint32_t const row = model_.spreading.packets - in_.spread % model_.spreading.packets;
            std::uint32_t const n = row < t.count ? row : t.count;
            add(split_front(t, n), port_of(set, in_.spread));
            in_.spread += n;
        }
    }

    //! Each port gets every count-th packet: a train again.
    CW_HD void deal_out(Train const& t, PortSet const& set)
    {
        for (std::uint32_t i = 0; i != set.count && i != t.count; ++i) {
            Train dealt = t;
            dealt.time += static_cast<Time>(t.spacing_fs) * i;
            dealt.count = (t.count - i - 1) / set.count + 1;
            dealt.spacing_fs = dealt.count > 1 ? t.spacing_fs * set.count : 0;
            add(dealt, port_of(set, in_.spread + i));
        }
        in_.spread += t.count;
    }

    CW_HD std::uint32_t port_of(PortSet const& set, std::uint32_t n) const
    {
        return set.port(model_.listed_ports, spread_of_packet(model_.spreading, link_.ingress_port, n));
    }

    Worker& worker_;
    Model const& model_;
    IngressState& shared_;
    typename Worker::template Working<IngressState> in_;
    Link const& link_;
    Time const* queued_until_;
    NodeId node_;
    LinkId id_;
};

//! Serves one egress port of a network without channels, by one lane; `finite`: into a finite buffer;
//! `breaks`: it is down at times.
template <class Worker, bool finite, bool breaks>
class PortServer {
public:
    CW_HD PortServer(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          link_(m.links[id]),
          egress_(s.egress[id]),
          credits_(finite ? s.credits_in + id : nullptr),
          queue_((finite || breaks) && s.queues != nullptr ? s.queues + id : nullptr),
          emit_(worker, m, s, id),
          id_(id),
          window_(window),
          free_at_(egress_.free_at)
    {
        egress_.begin_visit();
        if constexpr (finite) credits_->receive_until(window.begin);
    }

    CW_HD void serve_held()
    {
        Time const now = free_at_ > window_.begin ? free_at_ : window_.begin;
        while (!egress_.held.empty()) {
            Train& t = egress_.held.front();
            Instants waiting{now, 0, t.count};
            start(t, waiting, static_cast<LinkId>(t.time));
            t.count = waiting.count;
            if (t.count != 0) return;
            egress_.held.pop();
        }
    }

    //! `keys`: this port's items in order.
    CW_HD void serve_items(std::uint64_t const* keys, std::uint32_t n)
    {
        for (std::uint32_t i = 0; i != n;) {
            if (i + 2 < n) worker_.prefetch(&item(keys[i + 2]));
            std::uint32_t const cluster_end =
                overlapping([&](std::uint32_t j) { return item(keys[j]).train.instants(); }, i, n);
            if (cluster_end == i + 1)
                serve_alone(item(keys[i]));
            else
                serve_cluster(keys + i, cluster_end - i);
            i = cluster_end;
        }
    }

    CW_HD void finish()
    {
        emit_.finish();
        egress_.free_at = free_at_;
        if (egress_.held.empty()) return;
        if constexpr (!finite)
            wake_port(worker_, id_, free_at_);
        else if (!credits_->starved)
            wake_port(worker_, id_, credits_->next_start(free_at_));
    }

private:
    CW_HD Item& item(std::uint64_t key) { return worker_.buckets().items.data[key_index(key)]; }

    //! Starts what can start in this window of packets like those of `t`, eligible at `a`; the rest stays in
    //! `a`.
    CW_HD void start(Train const& t, Instants& a, LinkId came_by)
    {
        if constexpr (breaks) {
            serve_while_up(model_.outages + link_.outages, free_at_, window_.end, [&](Time until, Time from) {
                start_until(t, a, came_by, model_.serialisation_at(link_, t.flits, from), until);
                return a.count != 0 && !(finite && credits_->starved);
            });
        } else {
            start_until(t, a, came_by, model_.serialisation_of(link_, t.flits), window_.end);
        }
    }

    CW_HD void start_until(Train const& t, Instants& a, LinkId came_by, Time s, Time until)
    {
        auto const started = [&](Time time, Time spacing, std::uint32_t n) {
            emit_.add(time, spacing, n, s, t.message, t.receiver, t.flits);
            if (model_.credits && model_.links[came_by].slots != 0)
                free_slots(worker_, came_by, 0, {time, n > 1 ? spacing : 0, n});
            if constexpr (finite || breaks)
                if (queue_ != nullptr) queue_->held -= n * s;
        };
        if constexpr (finite)
            serve_with_credits(a, *credits_, free_at_, s, until, started);
        else
            serve_until(a, free_at_, s, until, started);
    }

    CW_HD void serve_alone(Item const& i)
    {
        Instants a = i.train.instants();
        if (egress_.held.empty()) start(i.train, a, i.came_by);
        if (a.count != 0) hold(i, a.count);
    }

    CW_HD void serve_cluster(std::uint64_t const* keys, std::uint32_t n)
    {
        Scratch<std::uint64_t>& packets = worker_.packet_keys();
        packets.size = 0;
        for (std::uint32_t i = 0; i != n; ++i) append_packet_keys(worker_, item(keys[i]), keys[i], packets);
        worker_.sort(packets.data, packets.size);
        for (std::uint32_t i = 0; i != packets.size; ++i) serve_packet(packets.data[i]);
    }

    CW_HD void serve_packet(std::uint64_t key)
    {
        Item const& i = item(key);
        Instants a{window_.begin + key_time(key), 0, 1};
        if (egress_.held.empty()) start(i.train, a, i.came_by);
        if (a.count != 0) hold(i, 1);
    }

    //! Held packets have all arrived, so only their order and number count.
    CW_HD void hold(Item const& i, std::uint32_t n)
    {
        Train held = i.train;
        held.time = i.came_by;
        held.count = n;
        if (!egress_.held.empty()) {
            Train& back = egress_.held.back();
            if (back.message == held.message && back.flits == held.flits && back.time == held.time) {
                back.count += n;
                return;
            }
        }
        egress_.held.push(worker_, held);
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    EgressState& egress_;
    CreditInbox* credits_;  //!< where finite
    PortQueue* queue_;      //!< where finite or it breaks, and packets choose by queues
    Emitter<Worker> emit_;
    LinkId id_;
    Window window_;
    Time free_at_;
};

//! Items -> keys, grouped by egress port; each group ascending.
template <class Worker>
CW_HD void fill_buckets(Worker& worker, Window window)
{
    Buckets& b = worker.buckets();
    for (std::uint32_t i = worker.rank(); i < b.ports.size; i += worker.size()) {
        std::uint32_t const port = b.ports.data[i];
        b.first[port] = worker.fetch_add(&b.placed, b.count[port]);
    }
    worker.sync();
    for (std::uint32_t i = worker.rank(); i < b.items.size; i += worker.size()) {
        Item const& item = b.items.data[i];
        if (item.egress >= kFirstPortSet) continue;  // its packets have chosen their ports
        b.keys.data[worker.fetch_add(&b.first[item.egress], 1u)] =
            order_key(item.train.time - window.begin, item.port, i);
    }
    worker.sync();
}

template <bool finite, bool breaks, class Worker>
CW_HD void serve_port_into(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                           std::uint64_t const* keys, std::uint32_t n)
{
    PortServer<Worker, finite, breaks> server(worker, m, s, id, window);
    server.serve_held();
    server.serve_items(keys, n);
    server.finish();
}

//! One that is down at times.
template <class Worker>
CW_COLD void serve_broken_port(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                               std::uint64_t const* keys, std::uint32_t n)
{
    if (m.links[id].slots != 0)
        serve_port_into<true, true>(worker, m, s, id, window, keys, n);
    else
        serve_port_into<false, true>(worker, m, s, id, window, keys, n);
}

template <class Worker>
CW_HD void serve_port(Worker& worker, Model const& m, State const& s, NodeId node, std::uint32_t egress,
                      Window window)
{
    Buckets& b = worker.buckets();
    std::uint32_t const n = b.count[egress];
    std::uint64_t* const keys = b.keys.data + (b.first[egress] - n);  // first now stands behind the group
    worker.sort(keys, n);
    LinkId const id = m.nodes[node].first_egress + egress;
    Link const& link = m.links[id];
    if (m.channels.count != 1)
        serve_channels_of_port(worker, m, s, id, window, keys, n);
    else if (link.outages != kNoOutage)
        serve_broken_port(worker, m, s, id, window, keys, n);
    else if (link.slots != 0)
        serve_port_into<true, false>(worker, m, s, id, window, keys, n);
    else
        serve_port_into<false, false>(worker, m, s, id, window, keys, n);
    b.marked[egress] = 0;
    b.count[egress] = 0;
}

//! `inputs`: links into the node with something due; `outputs`: links out of it with something held and due.
template <class Worker>
CW_HD void switch_step(Worker& worker, Model const& m, State const& s, NodeId node, Window window,
                       LinkId const* inputs, std::uint32_t input_count, LinkId const* outputs,
                       std::uint32_t output_count)
{
    Buckets& b = worker.buckets();
    reserve_items(worker, m, s, window, inputs, input_count);
    for (std::uint32_t i = worker.rank(); i < input_count; i += worker.size()) {
        InputPopper<Worker>(worker, m, s, node, inputs[i]).run(window);
    }
    for (std::uint32_t i = worker.rank(); i < output_count; i += worker.size()) {
        mark(worker, outputs[i] - m.nodes[node].first_egress);
    }
    worker.sync();
    if (m.spreading.adaptive) {
        if (worker.rank() == 0 && b.undecided != 0) PortChooser<Worker>(worker, m, s, node, window).run();
        worker.sync();
    }
    fill_buckets(worker, window);
    for (std::uint32_t i = worker.rank(); i < b.ports.size; i += worker.size()) {
        serve_port(worker, m, s, node, b.ports.data[i], window);
    }
    worker.sync();
    if (m.credits) CreditReturn<Worker>(worker, m, s, window.begin).run();
    if (worker.rank() == 0) b.items.size = b.ports.size = b.placed = 0;
    worker.sync();
}

}  // namespace copperwall

//! One switch chip in one window: take what has arrived, order it at each egress port, serve it first in,
//! first out, put it on the wires.
//!
//! Exact: whatever can start before the window's end has arrived before it, since every arrival that is
//! still unknown lies at or after it (window <= least latency). What starts later is held, in its final
//! order.
#pragma once

#include "cuda/emit.h"

namespace copperwall {

//! A piece of a train that has become eligible for an egress port in this window; time = eligibility.
struct Item {
    Train train;
    std::uint32_t egress = 0;
    std::uint32_t port = 0;
};

//! Order key of a packet or train at an egress port: (time, input port), then the item's index as payload.
//! Unique: an input port delivers at most one packet an instant.
inline constexpr unsigned kIndexBits = 20;
inline constexpr unsigned kPortBits = 13;
inline constexpr std::uint32_t kMaxItems = 1u << kIndexBits;

CW_HD inline std::uint64_t order_key(Time since_begin, std::uint32_t port, std::uint32_t index)
{
    return (static_cast<std::uint64_t>(since_begin) << (kPortBits + kIndexBits)) |
           (static_cast<std::uint64_t>(port) << kIndexBits) | index;
}
CW_HD inline std::uint32_t key_index(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key & (kMaxItems - 1));
}
CW_HD inline Time key_time(std::uint64_t key)
{
    return static_cast<Time>(key >> (kPortBits + kIndexBits));
}

//! A scratch array of a worker; Worker::reserve makes room.
template <class T>
struct Scratch {
    T* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;
};

//! Items of one node and window, sorted into its egress ports. Arrays by egress port are zero between steps.
struct Buckets {
    Scratch<Item> items;
    Scratch<std::uint64_t> keys;   //!< of items, egress port by egress port
    Scratch<std::uint32_t> ports;  //!< egress ports with work
    std::uint32_t* marked = nullptr;
    std::uint32_t* count = nullptr;
    std::uint32_t* first = nullptr;
};

template <class Worker>
CW_HD void mark(Worker& worker, std::uint32_t egress)
{
    Buckets& b = worker.buckets();
    if (worker.fetch_add(&b.marked[egress], 1u) == 0)
        b.ports.data[worker.fetch_add(&b.ports.size, 1u)] = egress;
}

//! How long after its head's arrival a packet may leave through `out`.
CW_HD inline Time eligible_after(Model const& m, Link const& in, Link const& out, std::uint32_t flits)
{
    if (in.arrival == Arrival::tail || in.rate == out.rate) return 0;
    Time const longer = m.serialisation_of(in, flits) - m.serialisation_of(out, flits);
    return longer > 0 ? longer : 0;
}

//! Room for all that can become an item: every train on the inputs, and every one under way there.
template <class Worker>
CW_HD void reserve_items(Worker& worker, State const& s, LinkId const* inputs, std::uint32_t input_count)
{
    std::uint32_t trains = 0;
    for (std::uint32_t i = 0; i != input_count; ++i) {
        IngressState const& in = s.ingress[inputs[i]];
        trains += in.visible - in.head + (in.front.count != 0 ? 1u : 0u);
    }
    worker.reserve(worker.buckets().items, trains);
    worker.reserve(worker.buckets().keys, trains);
}

template <class Worker>
CW_HD void pop_input(Worker& worker, Model const& m, State const& s, NodeId node, LinkId id, Window window)
{
    IngressState& in = s.ingress[id];
    Link const& link = m.links[id];
    Buckets& b = worker.buckets();
    while (in.load_front()) {
        std::uint32_t const egress = m.route(node, in.front.receiver);
        Time const after =
            eligible_after(m, link, m.links[m.nodes[node].first_egress + egress], in.front.flits);
        std::uint32_t const n = packets_before(in.front, window.end - after);
        if (n == 0) {
            worker.wake_ingress(id, in.front.time + after);
            return;
        }
        Item& item = b.items.data[worker.fetch_add(&b.items.size, 1u)];
        item = {split_front(in.front, n), egress, link.ingress_port};
        item.train.time += after;
        worker.fetch_add(&b.count[egress], 1u);
        mark(worker, egress);
    }
}

//! Serves one egress port, by one lane.
template <class Worker>
class PortServer {
public:
    CW_HD PortServer(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          link_(m.links[id]),
          egress_(s.egress[id]),
          emit_(worker, m, s, id),
          id_(id),
          window_(window),
          free_at_(egress_.free_at)
    {
        egress_.begin_visit();
    }

    CW_HD void serve_held()
    {
        while (!egress_.held.empty() && free_at_ < window_.end) {
            Train& t = egress_.held.front();
            start_back_to_back(t, free_at_, t.count);
            if (t.count == 0) egress_.held.pop();
        }
    }

    //! `keys`: this port's items in order.
    CW_HD void serve_items(std::uint64_t const* keys, std::uint32_t n)
    {
        for (std::uint32_t i = 0; i != n;) {
            Train& t = item(keys[i]);
            std::uint32_t const cluster_end = overlapping(keys, i, n);
            if (cluster_end == i + 1)
                serve_alone(t);
            else
                serve_cluster(keys + i, cluster_end - i);
            i = cluster_end;
        }
    }

    CW_HD void finish()
    {
        emit_.flush();
        egress_.free_at = free_at_;
        if (!egress_.held.empty()) worker_.wake_egress(id_, free_at_);
    }

private:
    CW_HD Train& item(std::uint64_t key) { return worker_.buckets().items.data[key_index(key)].train; }

    //! End of the run of items from i on of which each begins before an earlier one has ended.
    CW_HD std::uint32_t overlapping(std::uint64_t const* keys, std::uint32_t i, std::uint32_t n)
    {
        Time last = item(keys[i]).last();
        for (++i; i != n; ++i) {
            Train const& next = item(keys[i]);
            if (next.time > last) break;
            if (next.last() > last) last = next.last();
        }
        return i;
    }

    CW_HD void start_back_to_back(Train& t, Time start, std::uint32_t n)
    {
        Time const s = model_.serialisation_of(link_, t.flits);
        Time const fits = (window_.end - start - 1) / s + 1;
        if (fits < static_cast<Time>(n)) n = static_cast<std::uint32_t>(fits);
        emit_.add(start, s, n, s, t.message, t.receiver, t.flits);
        free_at_ = start + n * s;
        split_front(t, n);
    }

    CW_HD void serve_alone(Train& t)
    {
        Time const s = model_.serialisation_of(link_, t.flits);
        Service const service = serve(t, free_at_, s);
        std::uint32_t const rest = t.count - service.back_to_back;
        if (service.back_to_back != 0 && service.start < window_.end) {
            start_back_to_back(t, service.start, service.back_to_back);
        }
        if (t.count > rest || (service.back_to_back != 0 && service.start >= window_.end)) {
            hold(t);
        } else if (t.count != 0) {
            emit_.add(t.time, t.spacing_fs, t.count, s, t.message, t.receiver, t.flits);
            free_at_ = t.last() + s;
        }
    }

    CW_HD void serve_cluster(std::uint64_t const* keys, std::uint32_t n)
    {
        Scratch<std::uint64_t>& packets = worker_.packet_keys();
        packets.size = 0;
        for (std::uint32_t i = 0; i != n; ++i) expand(keys[i], packets);
        worker_.sort(packets.data, packets.size);
        for (std::uint32_t i = 0; i != packets.size; ++i) serve_packet(packets.data[i]);
    }

    CW_HD void expand(std::uint64_t key, Scratch<std::uint64_t>& packets)
    {
        Train const& t = item(key);
        worker_.reserve(packets, t.count);
        std::uint64_t const spacing = order_key(t.spacing_fs, 0, 0);
        for (std::uint32_t k = 0; k != t.count; ++k) packets.data[packets.size++] = key + k * spacing;
    }

    CW_HD void serve_packet(std::uint64_t key)
    {
        Train const& t = item(key);
        Time const arrival = window_.begin + key_time(key);
        Time const start = arrival > free_at_ ? arrival : free_at_;
        if (start >= window_.end) {
            hold(Train{arrival, t.message, 0, 1, t.receiver, t.flits});
            return;
        }
        Time const s = model_.serialisation_of(link_, t.flits);
        emit_.add(start, 0, 1, s, t.message, t.receiver, t.flits);
        free_at_ = start + s;
    }

    //! Held packets have all arrived, so they will start back to back: only their order and number count.
    CW_HD void hold(Train const& t)
    {
        if (!egress_.held.empty()) {
            Train& back = egress_.held.at(egress_.held.tail - 1);
            if (back.message == t.message && back.flits == t.flits) {
                back.count += t.count;
                return;
            }
        }
        egress_.held.push(worker_, t);
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    EgressState& egress_;
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
    if (worker.rank() == 0) {
        std::uint32_t next = 0;
        for (std::uint32_t i = 0; i != b.ports.size; ++i) {
            b.first[b.ports.data[i]] = next;
            next += b.count[b.ports.data[i]];
        }
    }
    worker.sync();
    for (std::uint32_t i = worker.rank(); i < b.items.size; i += worker.size()) {
        Item const& item = b.items.data[i];
        b.keys.data[worker.fetch_add(&b.first[item.egress], 1u)] =
            order_key(item.train.time - window.begin, item.port, i);
    }
    worker.sync();
}

template <class Worker>
CW_HD void serve_port(Worker& worker, Model const& m, State const& s, NodeId node, std::uint32_t egress,
                      Window window)
{
    Buckets& b = worker.buckets();
    std::uint32_t const n = b.count[egress];
    std::uint64_t* const keys = b.keys.data + (b.first[egress] - n);  // first now stands behind the group
    worker.sort(keys, n);
    PortServer<Worker> server(worker, m, s, m.nodes[node].first_egress + egress, window);
    server.serve_held();
    server.serve_items(keys, n);
    server.finish();
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
    if (worker.rank() == 0) reserve_items(worker, s, inputs, input_count);
    worker.sync();
    for (std::uint32_t i = worker.rank(); i < input_count; i += worker.size()) {
        pop_input(worker, m, s, node, inputs[i], window);
    }
    for (std::uint32_t i = worker.rank(); i < output_count; i += worker.size()) {
        mark(worker, outputs[i] - m.nodes[node].first_egress);
    }
    worker.sync();
    fill_buckets(worker, window);
    for (std::uint32_t i = worker.rank(); i < b.ports.size; i += worker.size()) {
        serve_port(worker, m, s, node, b.ports.data[i], window);
    }
    worker.sync();
    if (worker.rank() == 0) b.items.size = b.ports.size = 0;
    worker.sync();
}

}  // namespace copperwall

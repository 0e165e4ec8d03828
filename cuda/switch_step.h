//! One switch chip in one window: take what has arrived, order it at each egress port, serve it first in,
//! first out, put it on the wires.
//!
//! Exact: whatever can start before the window's end has arrived before it, since every arrival that is
//! still unknown lies at or after it (window <= least latency). What starts later, for want of the port or of
//! a credit, is held in its final order.
#pragma once

#include "cuda/channel_port.h"
#include "cuda/choose_port.h"
#include "cuda/hand_over.h"
#include "cuda/input_popper.h"
#include "cuda/port_server.h"
#include "cuda/return_credits.h"

namespace copperwall {

//! Whether a train may become more than one item.
CW_HD inline bool breaks_up(Model const& m)
{
    return m.spreading.splits() || m.rates_change || m.replans != 0;
}

//! Most items that one train may become.
CW_HD inline std::uint32_t most_items(Model const& m, Train const& t, Window window)
{
    if (!breaks_up(m)) return 1;
    std::uint32_t const packets = t.instants().before(window.end);
    return m.spreading.adaptive ? packets + 1 : packets;  // and the train until they have chosen
}

CW_HD inline std::uint32_t most_items(Model const& m, IngressState const& in, Window window)
{
    std::uint32_t items = in.front.count != 0 ? most_items(m, in.front, window) : 0;
    if (!breaks_up(m)) return items + (in.visible - in.head);
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
            order_key(item.train.time - window.begin, item.port(), i);
    }
    worker.sync();
}

template <bool finite, bool breaks, bool acked, class Worker>
CW_HD void serve_port_into(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                           std::uint64_t const* keys, std::uint32_t n)
{
    PortServer<Worker, finite, breaks, acked> server(worker, m, s, id, window);
    server.serve(keys, n);
    server.finish();
}

//! One that is down at times, or by which acknowledgements leave buffers.
template <class Worker>
CW_COLD void serve_broken_port(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                               std::uint64_t const* keys, std::uint32_t n)
{
    if (m.links[id].slots != 0)
        serve_port_into<true, true, true>(worker, m, s, id, window, keys, n);
    else
        serve_port_into<false, true, true>(worker, m, s, id, window, keys, n);
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
    else if (link.outages != kNoOutage || (m.acks && m.credits))
        serve_broken_port(worker, m, s, id, window, keys, n);
    else if (link.slots != 0)
        serve_port_into<true, false, false>(worker, m, s, id, window, keys, n);
    else
        serve_port_into<false, false, false>(worker, m, s, id, window, keys, n);
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
        if (worker.rank() == 0 && b.undecided != 0) choose_ports(worker, m, s, node, window);
        worker.sync();
    }
    if (m.replans != 0) {
        if (worker.rank() == 0) hand_over(worker, m, s, node, window);
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

//! A switch in a window in which routes are planned anew: ports whose link is down give up what waits for
//! them and has another way, see replan.h.
#pragma once

#include "cuda/port_server.h"
#include "cuda/replan.h"
#include "cuda/spread.h"

namespace copperwall {

//! By one lane, after all inputs have been taken from and before egress ports are served.
template <class Worker>
class HandOver {
public:
    CW_HD HandOver(Worker& worker, Model const& m, State const& s, NodeId node, Window window)
        : worker_(worker),
          model_(m),
          state_(s),
          items_(worker.buckets().items),
          node_(node),
          first_(m.nodes[node].first_egress),
          window_(window)
    {
    }

    CW_HD void run()
    {
        for (std::uint32_t plan = 1; plan <= model_.replans; ++plan) {
            Time const at = model_.replanned_fs[plan - 1];
            if (at < window_.begin || at >= window_.end) continue;
            for (std::uint32_t port = 0; port != model_.nodes[node_].egress_count; ++port) {
                Link const& link = model_.links[first_ + port];
                if (link.outages == kNoOutage || up_from(model_.outages + link.outages, at) == at) continue;
                serve_before(port, at);
                give_up(port, at, plan);
            }
        }
        worker_.reserve_keys(worker_.buckets().keys, items_.size);
    }

private:
    //! What became eligible before joins the port's queue, or starts if the link went down in the window
    //! only.
    CW_HD void serve_before(std::uint32_t port, Time at)
    {
        Buckets& b = worker_.buckets();
        worker_.reserve_keys(b.keys, items_.size);
        std::uint32_t n = 0;
        for (std::uint32_t i = 0; i != items_.size; ++i) {
            Item const& item = items_.data[i];
            if (item.egress == port && item.train.time < at)
                b.keys.data[n++] = order_key(item.train.time - window_.begin, item.port(), i);
        }
        worker_.sort(b.keys.data, n);
        LinkId const id = first_ + port;
        Window const before{window_.begin, at};
        if (model_.links[id].slots != 0)
            serve<true>(id, before, b.keys.data, n);
        else
            serve<false>(id, before, b.keys.data, n);
        for (std::uint32_t k = 0; k != n; ++k) items_.data[key_index(b.keys.data[k])].egress = kNoRoute;
        b.count[port] -= n;
    }

    template <bool finite>
    CW_HD void serve(LinkId id, Window before, std::uint64_t const* keys, std::uint32_t n)
    {
        PortServer<Worker, finite, true, true> server(worker_, model_, state_, id, before);
        server.serve(keys, n);
        server.pause();
    }

    //! What has no other way stays, in its order.
    CW_HD void give_up(std::uint32_t port, Time at, std::uint32_t plan)
    {
        Ring<Train>& held = state_.egress[first_ + port].held;
        std::uint32_t given_up = 0;
        for (std::uint32_t left = held.size(); left != 0; --left) {
            Train t = held.front();
            held.pop();
            std::uint32_t const route = model_.route(node_, t.receiver, plan);
            if (route == port) {
                held.push(worker_, t);
                continue;
            }
            Origin const from = Origin::of_held(t);
            t.time = at;
            t.spacing_fs = 0;
            add(t, route, from, given_up);
            given_up += t.count;
        }
    }

    //! `before`: packets that the port has given up before these.
    CW_HD void add(Train const& t, std::uint32_t route, Origin from, std::uint32_t before)
    {
        if (route < kFirstPortSet) return add_item(worker_, t, route, from);
        PortSet const set = model_.port_sets[route - kFirstPortSet];
        if (model_.spreading.packets == 0) {
            std::uint32_t const port = set.port(model_.listed_ports, spread_of_message(node_, t.message));
            return add_item(worker_, t, port, from);
        }
        for (std::uint32_t i = 0; i != set.count && i != t.count; ++i) {
            Train dealt = t;
            dealt.count = (t.count - i - 1) / set.count + 1;
            add_item(worker_, dealt, set.port(model_.listed_ports, before + i), from);
        }
    }

    //! Nothing is known of how many there are, so room is made for each. Beyond what keys can tell apart they
    //! are lost, and the run fails with the list.
    CW_HD static void add_item(Worker& worker, Train const& t, std::uint32_t port, Origin from)
    {
        if (worker.buckets().items.size == kMaxItems) return;
        worker.reserve(worker.buckets().items, 1);
        put_item(worker, t, port, from);
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Scratch<Item>& items_;
    NodeId node_;
    LinkId first_;
    Window window_;
};

template <class Worker>
CW_COLD void hand_over(Worker& worker, Model const& m, State const& s, NodeId node, Window window)
{
    HandOver<Worker>(worker, m, s, node, window).run();
}

}  // namespace copperwall

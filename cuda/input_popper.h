//! What a switch takes from its inputs in one window.
#pragma once

#include "cuda/buckets.h"
#include "cuda/model.h"
#include "cuda/spread.h"
#include "cuda/state.h"

namespace copperwall {

//! How long after its head's arrival a packet may leave through `out`.
CW_HD inline Time eligible_after(Model const& m, Link const& in, Link const& out, std::uint32_t flits)
{
    if (m.rate_count == 1 || in.arrival == Arrival::tail || in.rate == out.rate) return 0;
    Time const longer = m.serialisation_of(in, flits) - m.serialisation_of(out, flits);
    return longer > 0 ? longer : 0;
}

//! How long after their heads' arrival packets of a train may leave, and how many of them alike.
struct Passage {
    Time after = 0;
    std::uint32_t most = 0;
};

//! Where rates change: that of the way in as at the packet's start, that of the way out as at its arrival.
CW_COLD inline Passage changing_passage(Model const& m, Link const& in, Link const& out, Train t)
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

//! Of the first `most` packets of a train.
struct PlannedRoute {
    std::uint32_t route = kNoRoute;
    std::uint32_t most = 0;
};

//! How many of a train's packets may leave, `after` their heads' arrival, before routes are planned anew. The
//! new way may let them leave before the time at which it was planned.
CW_HD inline std::uint32_t before_next_plan(Model const& m, Train const& t, Time after)
{
    std::uint32_t next = 0;
    while (next != m.replans && m.replanned_fs[next] <= t.time + after) ++next;
    return next == m.replans ? t.count : t.instants().before(m.replanned_fs[next] - after);
}

//! Where routes are planned anew, by the last of them before it may leave: that of the train's first packets,
//! all of which may leave before the next time at which they are, or after the last.
CW_COLD inline PlannedRoute planned_route(Model const& m, NodeId node, Link const& in, Train t)
{
    for (std::uint32_t plan = 0;; ++plan) {
        std::uint32_t const route = m.route(node, t.receiver, plan);
        std::uint32_t const first =
            route < kFirstPortSet ? route : m.port_sets[route - kFirstPortSet].port(m.listed_ports, 0);
        Link const& out = m.links[m.nodes[node].first_egress + first];
        Time const after = passage(m, in, out, t).after;
        if (plan != m.replans && t.time + after >= m.replanned_fs[plan]) continue;
        return {route, before_next_plan(m, t, after)};
    }
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
            std::uint32_t most = in_.front.count;
            std::uint32_t route = kNoRoute;
            if (model_.replans == 0) {
                route = model_.route(node_, in_.front.receiver);
            } else {
                PlannedRoute const planned = planned_route(model_, node_, link_, in_.front);
                route = planned.route;
                most = planned.most;
            }
            bool const spreads = route >= kFirstPortSet;
            PortSet const set = spreads ? model_.port_sets[route - kFirstPortSet]
                                        : PortSet{static_cast<std::uint16_t>(route), 1, 1};
            std::uint32_t const first = set.port(model_.listed_ports, 0);
            Link const& out = model_.links[model_.nodes[node_].first_egress + first];
            Passage const pass = passage(model_, link_, out, in_.front);
            if (pass.most < most) most = pass.most;
            std::uint32_t const n = in_.front.instants().before(window.end - pass.after);
            if (n == 0) return in_.front.time + pass.after;
            Train t = split_front(in_.front, n < most ? n : most);
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

    CW_HD Origin origin() const
    {
        return {id_, static_cast<std::uint16_t>(link_.ingress_port), link_.slots != 0};
    }

    CW_HD void add(Train const& t, std::uint32_t egress)
    {
        put_item(worker_, t, egress, origin());
        if (!model_.spreading.adaptive) return;
        LinkId const out = model_.nodes[node_].first_egress + egress;
        if (queued_until_[out] != kNoQueue) worker_.fetch_add(&worker_.buckets().undecided, 1u);
    }

    //! `route`: by one of a set of ports.
    CW_HD void add_undecided(Train const& t, std::uint32_t route)
    {
        put_item(worker_, t, route, origin());
        worker_.fetch_add(&worker_.buckets().undecided, 1u);
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

}  // namespace copperwall

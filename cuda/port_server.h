//! One egress port of a switch in one window.
#pragma once

#include "cuda/buckets.h"
#include "cuda/emit.h"
#include "cuda/port_queue.h"
#include "cuda/replan.h"
#include "cuda/serve.h"

namespace copperwall {

//! Serves one egress port of a network without channels, by one lane; `finite`: into a finite buffer;
//! `breaks`: it is down at times; `acked`: there may be acknowledgements, which need no credit.
template <class Worker, bool finite, bool breaks, bool acked>
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

    //! After the last call in this window; or the port is served again.
    CW_HD void finish()
    {
        pause();
        if constexpr (breaks)
            if (model_.replans != 0)
                wake_port(worker_, id_,
                          replanned_while_down(model_, model_.outages + link_.outages, window_.end));
        if (egress_.held.empty()) return;
        if (!needs_credit(egress_.held.front()))
            wake_port(worker_, id_, free_at_);
        else if (!credits_->starved)
            wake_port(worker_, id_, credits_->next_start(free_at_));
    }

    CW_HD void pause()
    {
        emit_.finish();
        egress_.free_at = free_at_;
    }

private:
    CW_HD bool holds_slot(Train const& t, Link const& came_by) const
    {
        return came_by.slots != 0 && !(acked && model_.is_ack(t.flits));
    }
    CW_HD bool needs_credit(Train const& t) const { return finite && !(acked && model_.is_ack(t.flits)); }
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
            if (model_.credits && holds_slot(t, model_.links[came_by]))
                free_slots(worker_, came_by, 0, {time, n > 1 ? spacing : 0, n});
            if constexpr (finite || breaks)
                if (queue_ != nullptr) queue_->held -= n * s;
        };
        if constexpr (finite) {
            if (needs_credit(t)) return serve_with_credits(a, *credits_, free_at_, s, until, started);
        }
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

}  // namespace copperwall

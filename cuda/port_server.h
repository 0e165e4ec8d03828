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
          held_(egress_.held),
          shared_credits_(finite ? s.credits_in + id : nullptr),
          credits_(inbox(s, id)),
          queue_((finite || breaks) && s.queues != nullptr ? s.queues + id : nullptr),
          emit_(worker, m, s, id),
          id_(id),
          window_(window),
          free_at_(egress_.free_at)
    {
        egress_.begin_visit();
        if constexpr (finite) credits_.receive_until(window.begin);
    }

    //! What is held from before, then `keys`: this port's items in order. Whatever starts does so at one
    //! place, which is large.
    CW_HD void serve(std::uint64_t const* keys, std::uint32_t n)
    {
        Time const now = free_at_ > window_.begin ? free_at_ : window_.begin;
        Arrivals arrivals{keys, n};
        bool blocked = false;
        for (;;) {
            bool const from_held = !blocked && !held_.empty();
            Waiting next;
            if (from_held) {
                next.train = &held_.front();
                next.at = Instants{now, 0, next.train->count};
            } else if (!take(arrivals, next)) {
                break;
            }
            if (!blocked) start(next);
            blocked = next.at.count != 0;
            if (!from_held) {
                if (blocked) hold(next);
            } else if (blocked) {
                held_.front().count = next.at.count;
            } else {
                held_.pop();
            }
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
        if (held_.empty()) return;
        if constexpr (finite) {
            if (needs_credit(held_.front())) {
                if (!credits_.starved) wake_port(worker_, id_, credits_.next_start(free_at_));
                return;
            }
        }
        wake_port(worker_, id_, free_at_);
    }

    CW_HD void pause()
    {
        emit_.finish();
        worker_.put_back(egress_.held, held_);
        if constexpr (finite) worker_.put_back(*shared_credits_, credits_);
        egress_.free_at = free_at_;
    }

private:
    struct Unlimited {};

    //! Packets like those of `train`, eligible at `at`.
    struct Waiting {
        Train const* train = nullptr;
        Instants at;
        Item const* item = nullptr;  //!< that they are of; null: held

        CW_HD Origin from() const { return item != nullptr ? item->origin() : Origin::of_held(*train); }
    };

    //! Items not yet taken, and packets of a cluster of them.
    struct Arrivals {
        std::uint64_t const* keys = nullptr;
        std::uint32_t left = 0;
        std::uint64_t const* packets = nullptr;
        std::uint32_t packets_left = 0;
    };

    CW_HD static decltype(auto) inbox(State const& s, LinkId id)
    {
        if constexpr (finite)
            return (s.credits_in[id]);
        else
            return Unlimited{};
    }
    CW_HD bool starved() const
    {
        if constexpr (finite) return credits_.starved;
        return false;
    }
    CW_HD bool needs_credit(Train const& t) const { return finite && !(acked && model_.is_ack(t.flits)); }
    CW_HD Item& item(std::uint64_t key) { return worker_.buckets().items.data[key_index(key)]; }

    //! Starts what can start in this window of `packets`; the rest stays there.
    CW_HD void start(Waiting& packets)
    {
        std::uint32_t const flits = packets.train->flits;
        if constexpr (breaks) {
            serve_while_up(model_.outages + link_.outages, free_at_, window_.end, [&](Time until, Time from) {
                start_until(packets, model_.serialisation_at(link_, flits, from), until);
                return packets.at.count != 0 && !starved();
            });
        } else {
            start_until(packets, model_.serialisation_of(link_, flits), window_.end);
        }
    }

    CW_HD void start_until(Waiting& packets, Time s, Time until)
    {
        Train const& t = *packets.train;
        Instants& a = packets.at;
        auto const started = [&](Time time, Time spacing, std::uint32_t n) {
            emit_.add(time, spacing, n, s, t.message, t.receiver, t.flits);
            if (model_.credits && !(acked && model_.is_ack(t.flits))) {
                Origin const from = packets.from();
                if (from.holds_slot) free_slots(worker_, from, 0, {time, n > 1 ? spacing : 0, n});
            }
            if constexpr (finite || breaks)
                if (queue_ != nullptr) queue_->held -= n * s;
        };
        if constexpr (finite) {
            if (needs_credit(t)) return serve_with_credits(a, credits_, free_at_, s, until, started);
        }
        serve_until(a, free_at_, s, until, started);
    }

    //! The next item, or packet of items that overlap; false: there is none.
    CW_HD bool take(Arrivals& arrivals, Waiting& next)
    {
        if (arrivals.packets_left == 0) {
            if (arrivals.left == 0) return false;
            std::uint64_t const* const keys = arrivals.keys;
            std::uint32_t const n = overlapping(
                [&](std::uint32_t j) { return item(keys[j]).train.instants(); }, 0, arrivals.left);
            arrivals.keys += n;
            arrivals.left -= n;
            if (n == 1) {
                Item const& own = item(*keys);
                next = {&own.train, own.train.instants(), &own};
                return true;
            }
            arrivals.packets = sorted_packets(keys, n);
            arrivals.packets_left = worker_.packet_keys().size;
        }
        Item const& own = item(*arrivals.packets);
        next = {&own.train, {window_.begin + key_time(*arrivals.packets), 0, 1}, &own};
        ++arrivals.packets;
        --arrivals.packets_left;
        return true;
    }

    CW_HD std::uint64_t const* sorted_packets(std::uint64_t const* keys, std::uint32_t n)
    {
        Scratch<std::uint64_t>& packets = worker_.packet_keys();
        packets.size = 0;
        for (std::uint32_t i = 0; i != n; ++i) append_packet_keys(worker_, item(keys[i]), keys[i], packets);
        worker_.sort(packets.data, packets.size);
        return packets.data;
    }

    //! Held packets have all arrived, so only their order and number count.
    CW_HD void hold(Waiting const& packets)
    {
        Train held = *packets.train;
        held.time = packets.from().as_time();
        held.count = packets.at.count;
        if (!held_.empty()) {
            Train& back = held_.back();
            if (back.message == held.message && back.flits == held.flits && back.time == held.time) {
                back.count += held.count;
                return;
            }
        }
        held_.push(worker_, held);
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    EgressState& egress_;
    typename Worker::template Working<Ring<Train>> held_;
    CreditInbox* shared_credits_;
    std::conditional_t<finite, typename Worker::template Working<CreditInbox>, Unlimited> credits_;
    PortQueue* queue_;  //!< where finite or it breaks, and packets choose by queues
    Emitter<Worker> emit_;
    LinkId id_;
    Window window_;
    Time free_at_;
};

}  // namespace copperwall

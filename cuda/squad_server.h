//! One egress port of a switch in one window, by a squad of lanes: a packet each at a time.
//!
//!   start_k = max(a_k, start_(k-1) + s_(k-1)) = D_k + max(free_at, max over j <= k of (a_j - D_j)),
//!   D_k = the sum of s_j over j < k
//!
//! so that lanes find the starts of neighbours with two scans, a sum and a maximum.
#pragma once

#include "cuda/buckets.h"
#include "cuda/credits.h"
#include "cuda/emit.h"
#include "cuda/port_server.h"
#include "cuda/return_credits.h"

namespace copperwall {

//! Fewer packets are served as fast by one lane; more, which come in few trains, are in closed form.
inline constexpr std::uint32_t kFewPackets = 4;
inline constexpr std::uint32_t kManyPackets = 256;

//! Whether a squad serves a port best: single packets and short trains, of which nothing waits for more than
//! the port. By one lane, which looks at what the port has in the window.
template <class Worker>
CW_HD bool suits_a_squad(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                         std::uint64_t const* keys, std::uint32_t n)
{
    if (n < kFewPackets || n > kManyPackets) return false;
    Link const& link = m.links[id];
    if (m.channels.count != 1 || link.outages != kNoOutage || m.acks || s.queues != nullptr) return false;
    if (!s.egress[id].held.empty()) return false;
    std::uint32_t packets = 0;
    for (std::uint32_t i = 0; i != n && packets <= kManyPackets; ++i)
        packets += worker.buckets().items.data[key_index(keys[i])].train.count;
    if (packets > kManyPackets || packets > 4 * n) return false;
    if (link.slots == 0) return true;
    CreditInbox& credits = s.credits_in[id];
    credits.receive_until(window.begin);
    return credits.ready >= packets;
}

template <class Worker>
class SquadServer {
public:
    using Squad = typename Worker::Squad;

    CW_HD SquadServer(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          state_(s),
          egress_(s.egress[id]),
          link_(m.links[id]),
          flight_(egress_.flight),
          id_(id),
          window_(window),
          free_at_(egress_.free_at)
    {
        Squad::sync();  // all have read what the first lane may change
        if (Squad::rank() == 0) egress_.begin_visit();
    }

    //! `keys`: those of this port's items, in any order. By all lanes of the squad.
    CW_HD void serve(std::uint64_t const* keys, std::uint32_t n)
    {
        std::uint32_t const packets = expand(keys, n);
        sort_packets(packets);
        std::uint32_t done = 0;
        while (done != packets) {
            std::uint32_t const here = packets - done < Squad::kLanes ? packets - done : Squad::kLanes;
            std::uint32_t const started = start(done, here);
            done += started;
            if (started != here) break;
        }
        finish(done);
        if (Squad::rank() == 0 && done != packets) hold(done, packets);
    }

private:
    //! What a lane starts.
    struct Packet {
        MessageId message = kNone;
        std::uint32_t receiver = 0;
        std::uint32_t flits = 0;
        Time start = 0;
        Time s = 0;
    };

    CW_HD Item const& item(std::uint64_t key) const { return worker_.buckets().items.data[key_index(key)]; }

    //! Packets of all items; unsorted_ has their keys. Returns their number.
    CW_HD std::uint32_t expand(std::uint64_t const* keys, std::uint32_t n)
    {
        std::uint32_t mine = 0;
        for (std::uint32_t i = Squad::rank(); i < n; i += Squad::kLanes) mine += item(keys[i]).train.count;
        std::uint32_t const before = sum_below(mine);
        std::uint32_t const all = Squad::from(before + mine, Squad::kLanes - 1);
        unsorted_ = keys;
        if (all == n) return n;
        std::uint64_t* room = nullptr;
        if (Squad::rank() == 0) {
            Scratch<std::uint64_t>& list = worker_.packet_keys();
            list.size = 0;
            worker_.reserve(list, all);
            room = list.data;
        }
        room = Squad::from(room, 0);
        std::uint64_t* place = room + before;
        for (std::uint32_t i = Squad::rank(); i < n; i += Squad::kLanes) {
            Train const& t = item(keys[i]).train;
            std::uint64_t const spacing = order_key(t.spacing_fs, 0, 0);
            for (std::uint32_t k = 0; k != t.count; ++k) *place++ = keys[i] + k * spacing;
        }
        unsorted_ = room;
        return all;
    }

    //! Each key to the place that the number of smaller ones gives.
    CW_HD void sort_packets(std::uint32_t n)
    {
        std::uint64_t* room = nullptr;
        if (Squad::rank() == 0) room = worker_.squad_keys(n);
        sorted_ = Squad::from(room, 0);
        Squad::sync();
        for (std::uint32_t i = Squad::rank(); i < n; i += Squad::kLanes) {
            std::uint64_t const key = unsorted_[i];
            std::uint32_t smaller = 0;
            for (std::uint32_t j = 0; j != n; ++j) smaller += unsorted_[j] < key ? 1 : 0;
            sorted_[smaller] = key;
        }
        Squad::sync();
    }

    //! Starts those of the packets done .. done + here - 1 that can start in the window; returns how many.
    CW_HD std::uint32_t start(std::uint32_t done, std::uint32_t here)
    {
        Packet p;
        Origin from;
        Time arrival = 0;
        bool const mine = Squad::rank() < here;
        if (mine) {
            std::uint64_t const key = sorted_[done + Squad::rank()];
            Item const& own = item(key);
            p.message = own.train.message;
            p.receiver = own.train.receiver;
            p.flits = own.train.flits;
            p.s = model_.serialisation_of(link_, p.flits);
            from = own.origin();
            arrival = window_.begin + key_time(key);
        }
        Time const before = sum_below(p.s);
        p.start = before + greatest_up_to_me((mine ? arrival - before : 0), free_at_);
        std::uint32_t const started = Squad::leading(Squad::ballot(mine && p.start < window_.end));
        put_on_wire(p, started);
        if (Squad::rank() < started) {
            count_use(p);
            if (from.holds_slot) free_slots(worker_, from, 0, {p.start, 0, 1});
        }
        if (started != 0) free_at_ = Squad::from(p.start + p.s, started - 1);
        return started;
    }

    //! Of lanes below this one.
    template <class T>
    CW_HD static T sum_below(T mine)
    {
        T sum = mine;
        for (std::uint32_t lanes = 1; lanes != Squad::kLanes; lanes *= 2) {
            T const lower = Squad::below(sum, lanes);
            if (Squad::rank() >= lanes) sum += lower;
        }
        return sum - mine;
    }
    //! Of lanes up to this one, and of `least`.
    CW_HD static Time greatest_up_to_me(Time mine, Time least)
    {
        Time greatest = mine > least ? mine : least;
        for (std::uint32_t lanes = 1; lanes != Squad::kLanes; lanes *= 2) {
            Time const lower = Squad::below(greatest, lanes);
            if (lower > greatest) greatest = lower;
        }
        return greatest;
    }

    //! Joins neighbours of one message that are equally spaced into trains: not all that could be, but no
    //! result depends on it.
    CW_HD void put_on_wire(Packet const& p, std::uint32_t started)
    {
        make_room();
        MessageId const message = Squad::below(p.message, 1);
        std::uint32_t const flits = Squad::below(p.flits, 1);
        Time const gap = p.start - Squad::below(p.start, 1);
        bool const alike = Squad::rank() != 0 && message == p.message && flits == p.flits &&
                           model_.longest_train >= Squad::kLanes && gap <= 0xffffffffll;
        std::uint32_t const likes = Squad::ballot(alike);
        Time const gap_before = Squad::below(gap, 1);
        bool const lower_alike = Squad::rank() != 0 && (likes >> (Squad::rank() - 1) & 1) != 0;
        bool const begins = !alike || (lower_alike && gap != gap_before);
        std::uint32_t const all_begin = Squad::ballot(Squad::rank() < started && begins);
        Time const next_gap = Squad::from(gap, Squad::rank() + 1 < Squad::kLanes ? Squad::rank() + 1 : 0);
        if (Squad::rank() < started && begins) {
            std::uint32_t const above = all_begin >> Squad::rank() >> 1;
            std::uint32_t n = started - Squad::rank();
            if (above != 0) n = Squad::leading(~above) + 1;
            Train t;
            t.time = p.start + link_.latency_fs + (link_.arrival == Arrival::tail ? p.s : 0);
            t.message = p.message;
            t.spacing_fs = n > 1 ? static_cast<std::uint32_t>(next_gap) : 0;
            t.count = n;
            t.receiver = static_cast<std::uint16_t>(p.receiver);
            t.flits = static_cast<std::uint16_t>(p.flits);
            flight_.at(flight_.tail + Squad::how_many(all_begin & Squad::below_me())) = t;
        }
        flight_.tail += Squad::how_many(all_begin);
    }

    //! For a train of every lane.
    CW_HD void make_room()
    {
        if (flight_.has_room(Squad::kLanes)) return;
        Squad::sync();  // what lanes have written moves along
        if (Squad::rank() == 0) flight_.make_room(worker_, Squad::kLanes);
        flight_.data = Squad::from(flight_.data, 0);
        flight_.mask = Squad::from(flight_.mask, 0);
        Squad::sync();
    }

    CW_HD void count_use(Packet const& p)
    {
        std::int64_t const bytes = model_.bytes_on(link_, p.flits);
        use_.busy_fs += p.s;
        use_.wire_bytes += bytes;
        if (p.message - step_.first >= step_.end - step_.first) step_ = model_.step_of(p.message);
        worker_.add_step(step_.step * model_.link_classes + link_.link_class,
                         StepUse{p.start, p.start + p.s, p.s, bytes, 1});
        if (model_.hash) worker_.add_hash(mix(id_, p.message, p.start, p.flits));
    }

    CW_HD void finish(std::uint32_t started)
    {
        std::int64_t const busy = sum_below(use_.busy_fs) + use_.busy_fs;
        std::int64_t const bytes = sum_below(use_.wire_bytes) + use_.wire_bytes;
        if (started == 0 || Squad::rank() != Squad::kLanes - 1) return;
        egress_.flight = flight_;
        egress_.free_at = free_at_;
        if (!egress_.pushed) worker_.touch(id_);
        egress_.pushed = true;
        LinkUse& total = state_.use[id_];
        total.busy_fs += busy;
        total.wire_bytes += bytes;
        total.packets += started;
        total.last_end_fs = free_at_;
        if (link_.slots != 0) state_.credits_in[id_].ready -= started;
    }

    //! Packets from `done` on wait for the port.
    CW_HD void hold(std::uint32_t done, std::uint32_t packets)
    {
        for (; done != packets; ++done) {
            Item const& own = item(sorted_[done]);
            hold_packets(worker_, egress_.held, own.train, own.origin(), 1);
        }
        wake_port(worker_, id_, free_at_);
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    EgressState& egress_;
    Link const link_;
    Ring<Train> flight_;
    LinkId id_;
    Window window_;
    Time free_at_;
    std::uint64_t const* unsorted_ = nullptr;
    std::uint64_t* sorted_ = nullptr;
    LinkUse use_;  //!< of this lane's packets
    StepMessages step_;
};

}  // namespace copperwall

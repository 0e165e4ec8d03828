//! One crowded egress port of a switch in one window, by a warp: a packet a lane.
//!
//!   start_k = max(a_k, start_(k-1) + s_(k-1)) = D_k + max(free_at, max over j <= k of (a_j - D_j)),
//!   D_k = the sum of s_j over j < k
//!
//! so that lanes find the starts of neighbours with two scans, a sum and a maximum.
#pragma once

#include "cuda/port_server.h"
#include "cuda/return_credits.h"
#include "cuda/warp_trains.h"

namespace copperwall {

//! One lane is faster with fewer items.
inline constexpr std::uint32_t kCrowd = 32;
//! Packets an item, on average: longer trains are served in closed form, by one lane.
inline constexpr std::uint32_t kShortTrain = 4;

//! Whether what waits at a port waits for nothing but the port and credits.
CW_HD inline bool is_plain(Model const& m, State const& s, LinkId id)
{
    return m.channels.count == 1 && m.links[id].outages == kNoOutage && !m.acks && s.queues == nullptr;
}

template <class Worker>
class WarpServer {
public:
    using Warp = typename Worker::Warp;

    //! What is held from before has been served. `keys`: those of the port's items, in any order.
    CW_HD WarpServer(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                     std::uint64_t* keys, std::uint32_t n)
        : worker_(worker),
          model_(m),
          state_(s),
          egress_(s.egress[id]),
          link_(m.links[id]),
          flight_(egress_.flight),
          held_(egress_.held),
          id_(id),
          window_(window),
          free_at_(egress_.free_at),
          keys_(keys),
          items_(n)
    {
        std::uint32_t mine = 0;
        for (std::uint32_t i = Warp::rank(); i < n; i += Warp::kLanes) mine += item(keys[i]).train.count;
        before_ = sum_below<Warp>(mine);
        packets_ = Warp::from(before_ + mine, Warp::kLanes - 1);
    }

    //! Else one lane is to serve it. By all lanes, as what follows.
    CW_HD bool suits() const
    {
        if (packets_ > kShortTrain * items_) return false;
        return link_.slots == 0 || !held_.empty() || state_.credits_in[id_].ready >= packets_;
    }

    CW_HD void serve()
    {
        if (packets_ != items_) expand();
        sort_by_warp<Warp>(keys_, packets_);
        bool const blocked = !held_.empty();
        std::uint32_t done = 0;
        for (bool starts = !blocked; starts && done != packets_;) {
            std::uint32_t const here = packets_ - done < Warp::kLanes ? packets_ - done : Warp::kLanes;
            std::uint32_t const started = start(done, here);
            done += started;
            starts = started == here;
        }
        if (done != 0) finish(done);
        if (done == packets_) return;
        hold(done);
        if (!blocked && Warp::rank() == 0) wake_port(worker_, id_, free_at_);
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

    //! Keys of packets in place of those of items.
    CW_HD void expand()
    {
        std::uint64_t* room = nullptr;
        if (Warp::rank() == 0) {
            Scratch<std::uint64_t>& list = worker_.packet_keys();
            list.size = 0;
            worker_.reserve(list, packets_);
            room = list.data;
        }
        room = Warp::from(room, 0);
        std::uint64_t* place = room + before_;
        for (std::uint32_t i = Warp::rank(); i < items_; i += Warp::kLanes) {
            Train const& t = item(keys_[i]).train;
            std::uint64_t const spacing = order_key(t.spacing_fs, 0, 0);
            for (std::uint32_t k = 0; k != t.count; ++k) *place++ = keys_[i] + k * spacing;
        }
        keys_ = room;
    }

    //! Starts those of the packets done .. done + here - 1 that can start in the window; returns how many.
    CW_HD std::uint32_t start(std::uint32_t done, std::uint32_t here)
    {
        Packet p;
        Origin from;
        Time arrival = 0;
        bool const mine = Warp::rank() < here;
        if (mine) {
            std::uint64_t const key = keys_[done + Warp::rank()];
            Item const& own = item(key);
            p.message = own.train.message;
            p.receiver = own.train.receiver;
            p.flits = own.train.flits;
            p.s = model_.serialisation_of(link_, p.flits);
            from = own.origin();
            arrival = window_.begin + key_time(key);
        }
        Time const before = sum_below<Warp>(p.s);
        p.start = before + greatest_up_to_me<Warp>(mine ? arrival - before : 0, free_at_);
        std::uint32_t const started = Warp::leading(Warp::ballot(mine && p.start < window_.end));
        put_on_wire(p, started);
        if (Warp::rank() < started) {
            count_use(p);
            if (from.holds_slot) free_slots(worker_, from, 0, {p.start, 0, 1});
        }
        Time const end = Warp::from(p.start + p.s, started == 0 ? 0 : started - 1);
        if (started != 0) free_at_ = end;
        return started;
    }

    CW_HD void put_on_wire(Packet const& p, std::uint32_t started)
    {
        make_warp_room<Warp>(worker_, flight_);
        MessageId const message = Warp::below(p.message, 1);
        std::uint32_t const flits = Warp::below(p.flits, 1);
        bool const alike = message == p.message && flits == p.flits && model_.longest_train >= Warp::kLanes;
        Neighbours const train = neighbours<Warp>(alike, p.start, started);
        if (train.begins) {
            Train t;
            t.time = p.start + link_.latency_fs + (link_.arrival == Arrival::tail ? p.s : 0);
            t.message = p.message;
            t.spacing_fs = train.spacing_fs;
            t.count = train.lanes;
            t.receiver = static_cast<std::uint16_t>(p.receiver);
            t.flits = static_cast<std::uint16_t>(p.flits);
            flight_.at(flight_.tail + train.place) = t;
        }
        flight_.tail += train.trains;
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

    //! `started`: so many packets of the port, at least one.
    CW_HD void finish(std::uint32_t started)
    {
        std::int64_t const busy = sum_below<Warp>(use_.busy_fs) + use_.busy_fs;
        std::int64_t const bytes = sum_below<Warp>(use_.wire_bytes) + use_.wire_bytes;
        if (Warp::rank() != Warp::kLanes - 1) return;
        egress_.flight = flight_;
        egress_.free_at = free_at_;
        if (!egress_.pushed) worker_.touch(id_);
        egress_.pushed = true;
        LinkUse& total = state_.use[id_];
        total.busy_fs += busy;
        total.wire_bytes += bytes;
        total.packets += started;
        total.last_end_fs = free_at_;
        if (link_.slots != 0) state_.credits_in[id_].take(started);
    }

    //! Packets from `done` on wait, see hold_packets().
    CW_HD void hold(std::uint32_t done)
    {
        for (; done < packets_; done += Warp::kLanes) {
            std::uint32_t const here = packets_ - done < Warp::kLanes ? packets_ - done : Warp::kLanes;
            make_warp_room<Warp>(worker_, held_);
            Train t;
            if (Warp::rank() < here) {
                Item const& own = item(keys_[done + Warp::rank()]);
                t = own.train;
                t.time = own.origin().as_time();
            }
            MessageId const message = Warp::below(t.message, 1);
            std::uint32_t const flits = Warp::below(std::uint32_t{t.flits}, 1);
            Time const origin = Warp::below(t.time, 1);
            bool const alike = message == t.message && flits == t.flits && origin == t.time;
            Neighbours const train = neighbours<Warp>(alike, 0, here);
            t.count = train.lanes;
            if (train.begins) held_.at(held_.tail + train.place) = t;
            held_.tail += train.trains;
        }
        Warp::sync();
        if (Warp::rank() == 0) egress_.held = held_;
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    EgressState& egress_;
    Link const link_;
    Ring<Train> flight_;
    Ring<Train> held_;
    LinkId id_;
    Window window_;
    Time free_at_;
    std::uint64_t* keys_;
    std::uint32_t items_;
    std::uint32_t packets_ = 0;
    std::uint32_t before_ = 0;  //!< packets of the items of lanes below this one
    LinkUse use_;               //!< of this lane's packets
    StepMessages step_;
};

}  // namespace copperwall

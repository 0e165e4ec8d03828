//! A switch's egress port in a network with channels.
#pragma once

#include "cuda/buckets.h"
#include "cuda/emit.h"
#include "cuda/return_credits.h"
#include "cuda/serve_channels.h"

namespace copperwall {

//! By one lane. What is popped joins the queue of its channel, and leaves it when it starts.
template <class Worker>
class ChannelPort {
public:
    CW_HD ChannelPort(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          link_(m.links[id]),
          egress_(s.egress[id]),
          channels_(link_.slots != 0 ? m.channels.count : 1),
          queues_(s.channel_queues + static_cast<std::size_t>(id) * m.channels.count),
          credits_(link_.slots != 0 ? s.credits_in + static_cast<std::size_t>(id) * m.channels.count
                                    : nullptr),
          emit_(worker, m, s, id),
          id_(id),
          window_(window),
          free_at_(egress_.free_at)
    {
        egress_.begin_visit();
        if (credits_ == nullptr) return;
        for (std::uint32_t c = 0; c != channels_; ++c) credits_[c].receive_until(window.begin);
    }

    //! `keys`: this port's items in order.
    CW_HD void take(std::uint64_t const* keys, std::uint32_t n)
    {
        for (std::uint32_t i = 0; i != n;) {
            std::uint32_t const end =
                overlapping([&](std::uint32_t j) { return item(keys[j]).train.instants(); }, i, n);
            if (end == i + 1)
                join(item(keys[i]), item(keys[i]).train);
            else
                take_cluster(keys + i, end - i);
            i = end;
        }
    }

    CW_HD void serve()
    {
        Outage const* const outages = link_.outages == kNoOutage ? nullptr : model_.outages + link_.outages;
        ChannelService<ChannelPort> service(*this, credits_, channels_, outages, free_at_);
        Time const next = service.run(window_.end);
        emit_.finish();
        egress_.free_at = free_at_;
        wake_port(worker_, id_, next);
    }

    // --- what ChannelService asks for
    CW_HD Time load(std::uint32_t c)
    {
        if (queues_[c].empty()) return kNever;
        Time const time = queues_[c].front().train.time;
        return time > window_.begin ? time : window_.begin;
    }
    CW_HD Instants due(std::uint32_t c)
    {
        Instants const a = queues_[c].front().train.instants();
        if (a.time >= window_.begin) return a;
        return {window_.begin, 0, a.before(window_.begin)};
    }
    CW_HD bool before(std::uint32_t c, std::uint32_t d)
    {
        QueuedTrain const& a = queues_[c].front();
        QueuedTrain const& b = queues_[d].front();
        return a.train.time != b.train.time ? a.train.time < b.train.time : a.from.port < b.from.port;
    }
    CW_HD std::uint32_t lead(std::uint32_t c, std::uint32_t d)
    {
        QueuedTrain const& a = queues_[c].front();
        QueuedTrain const& b = queues_[d].front();
        return a.train.instants().before(b.train.time + (a.from.port < b.from.port ? 1 : 0));
    }
    CW_HD Time serialisation(std::uint32_t c, Time now)
    {
        return model_.serialisation_at(link_, queues_[c].front().train.flits, now);
    }
    CW_HD void start(std::uint32_t c, Time time, Time spacing, std::uint32_t n, Time s)
    {
        QueuedTrain const& q = queues_[c].front();
        emit_.add(time, spacing, n, s, q.train.message, q.train.receiver, q.train.flits);
        if (!q.from.holds_slot) return;
        free_slots(worker_, q.from, model_.channels.of(q.train.receiver, q.train.message),
                   {time, n > 1 ? spacing : 0, n});
    }
    CW_HD void drop(std::uint32_t c, std::uint32_t n)
    {
        Train& t = queues_[c].front().train;
        split_front(t, n);
        if (t.count == 0) queues_[c].pop();
    }

private:
    CW_HD Item& item(std::uint64_t key) { return worker_.buckets().items.data[key_index(key)]; }

    CW_HD void take_cluster(std::uint64_t const* keys, std::uint32_t n)
    {
        Scratch<std::uint64_t>& packets = worker_.packet_keys();
        packets.size = 0;
        for (std::uint32_t i = 0; i != n; ++i) append_packet_keys(worker_, item(keys[i]), keys[i], packets);
        worker_.sort(packets.data, packets.size);
        for (std::uint32_t i = 0; i != packets.size; ++i) {
            Item const& own = item(packets.data[i]);
            Train packet = own.train;
            packet.time = window_.begin + key_time(packets.data[i]);
            packet.spacing_fs = 0;
            packet.count = 1;
            join(own, packet);
        }
    }

    //! `t`: what joins of the item, behind all that has joined.
    CW_HD void join(Item const& i, Train const& t)
    {
        std::uint32_t const c = channels_ == 1 ? 0 : model_.channels.of(t.receiver, t.message);
        Ring<QueuedTrain>& queue = queues_[c];
        bool const may_extend = t.count == 1 && !queue.empty() && queue.back().from.link == i.came_by;
        if (may_extend && extend_train(queue.back().train, t)) return;
        queue.push(worker_, {t, i.origin()});
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    EgressState& egress_;
    std::uint32_t channels_;
    Ring<QueuedTrain>* queues_;
    CreditInbox* credits_;  //!< null: an infinite buffer
    Emitter<Worker> emit_;
    LinkId id_;
    Window window_;
    Time free_at_;
};

template <class Worker>
CW_COLD void serve_channels_of_port(Worker& worker, Model const& m, State const& s, LinkId id, Window window,
                                    std::uint64_t const* keys, std::uint32_t n)
{
    ChannelPort<Worker> port(worker, m, s, id, window);
    port.take(keys, n);
    port.serve();
}

}  // namespace copperwall

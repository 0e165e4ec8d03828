//! Credits of a link whose receiver has a finite input buffer: one is taken when a packet starts, and goes
//! back when the packet starts to leave the receiver (a switch), or has arrived (a gpu). It travels for the
//! link's latency.
//!
//!   start_k = max(a_k, d_(k-1), c_k), c_k = arrival of the k-th credit; the first `slots` come at time 0.
//!
//! Exact in windows: a credit that arrives in a window was sent before it (window <= the link's latency).
#pragma once

#include "cuda/ring.h"
#include "cuda/serve.h"

namespace copperwall {

//! Equally spaced credits; time = arrival at the sender.
struct CreditTrain {
    Time time = 0;
    std::uint32_t spacing_fs = 0;
    std::uint32_t count = 0;

    CW_HD Instants instants() const { return {time, spacing_fs, count}; }
};

//! Takes later credits into a train that stays one with them: true.
CW_HD inline bool extend_credits(CreditTrain& t, Instants const& more)
{
    Time const gap = more.time - t.instants().last();
    if (t.count != 1 && gap != static_cast<Time>(t.spacing_fs)) return false;
    if (more.count != 1 && gap != more.spacing_fs) return false;
    t.spacing_fs = static_cast<std::uint32_t>(gap);
    t.count += more.count;
    return true;
}

//! What the sender has and sees coming; owned by the node the link leaves.
struct CreditInbox {
    std::uint32_t ready = 0;  //!< had arrived when last looked at
    bool starved = false;     //!< packets wait, and no credit is known
    CreditTrain front;        //!< the next to arrive; count 0: not loaded
    CreditTrain const* wire = nullptr;
    std::uint32_t mask = 0;
    std::uint32_t head = 0;
    std::uint32_t visible = 0;  //!< published tail

    CW_HD bool load_front()
    {
        if (front.count != 0) return true;
        if (head == visible) return false;
        front = wire[head++ & mask];
        return true;
    }

    //! Counts what has arrived by `now`; at the start of a visit.
    CW_HD void receive_until(Time now)
    {
        starved = false;
        while (load_front()) {
            std::uint32_t const n = front.instants().before(now + 1);
            ready += n;
            drop_front(n);
            if (front.count != 0) return;
        }
    }

    //! Of those that packets were started with.
    CW_HD void take(std::uint32_t n)
    {
        if (ready != 0)
            ready -= n;
        else
            drop_front(n);
    }

    //! When the next packet can have one: 0, now; kNever: none is known.
    CW_HD Time next()
    {
        if (ready != 0) return 0;
        return load_front() ? front.time : kNever;
    }

    //! How many there are for packets from `now` >= next() on: at least one.
    CW_HD std::uint32_t at(Time now) const { return ready != 0 ? ready : front.instants().before(now + 1); }

    //! Where packets still wait for the port or for a credit that is known.
    CW_HD Time next_start(Time free_at) const
    {
        return ready == 0 && front.time > free_at ? front.time : free_at;
    }

private:
    CW_HD void drop_front(std::uint32_t n)
    {
        front.time += static_cast<Time>(front.spacing_fs) * n;
        front.count -= n;
    }
};

//! What the receiver has sent back; owned by the node the link enters.
struct CreditOutbox {
    Ring<CreditTrain> wire;       //!< head = what the sender had taken when last published
    std::uint32_t published = 0;  //!< tail when last published: entries before it stay as they are

    CW_HD bool pushed() const { return published != wire.tail; }

    //! In the order of time.
    template <class Worker>
    CW_HD void send(Worker& worker, Instants const& credits)
    {
        if (pushed() && extend_credits(wire.back(), credits)) return;
        wire.push(worker, {credits.time, static_cast<std::uint32_t>(credits.spacing_fs), credits.count});
    }
};

//! Sends what is freed in one visit, joined into trains before it is written.
template <class Worker>
class CreditSender {
public:
    CW_HD CreditSender(Worker& worker, CreditOutbox& out, Time latency_fs)
        : worker_(worker), out_(out), latency_fs_(latency_fs)
    {
    }

    //! In the order of time.
    CW_HD void send(Instants const& freed)
    {
        Instants const credits{freed.time + latency_fs_, freed.count == 1 ? 0 : freed.spacing_fs,
                               freed.count};
        if (last_.count != 0 && extend_credits(last_, credits)) return;
        flush();
        last_ = {credits.time, static_cast<std::uint32_t>(credits.spacing_fs), credits.count};
    }

    //! After the last.
    CW_HD void finish() { flush(); }

private:
    CW_HD void flush()
    {
        if (last_.count != 0) out_.wire.push(worker_, last_);
    }

    Worker& worker_;
    CreditOutbox& out_;
    Time latency_fs_;
    CreditTrain last_;
};

//! Whether the receiver has sent anything back in this window, of a link's channels.
CW_HD inline bool any_pushed(CreditOutbox const* of_link, std::uint32_t channels)
{
    for (std::uint32_t c = 0; c != channels; ++c)
        if (of_link[c].pushed()) return true;
    return false;
}

//! Shows the sender what the receiver has sent back since; between windows only. Returns when the first
//! credit that it has not counted arrives. There must be one.
CW_HD inline Time publish_credits(CreditOutbox& out, CreditInbox& in)
{
    out.wire.head = in.head;
    out.published = out.wire.tail;
    in.wire = out.wire.data;
    in.mask = out.wire.mask;
    in.visible = out.wire.tail;
    return in.front.count != 0 ? in.front.time : in.wire[in.head & in.mask].time;
}

//! serve_until() of serve.h where every packet also takes a credit. Packets that are left in `a` wait for
//! the port, for a credit that is known, or, with credits.starved, for one that is not.
template <class Start>
CW_HD void serve_with_credits(Instants& a, CreditInbox& credits, Time& free_at, Time s, Time end,
                              Start const& start)
{
    while (a.count != 0) {
        Instants piece = a;
        if (credits.ready != 0) {
            if (credits.ready < piece.count) piece.count = credits.ready;
        } else if (credits.load_front()) {
            piece = later_of(a, credits.front.instants());
        } else {
            credits.starved = true;
            return;
        }
        std::uint32_t const wanted = piece.count;
        std::uint32_t const started = serve_until(piece, free_at, s, end, start);
        credits.take(started);
        a.drop(started);
        if (started != wanted) return;
    }
}

}  // namespace copperwall

//! What a switch that chooses among egress ports by their queues knows of one of them.
//!
//! The queue of a port at an instant a is the time it needs until it can start what joins now:
//!
//!   q(a) = sum of s over the packets that have not started before a + max(a, d, u) - a
//!
//! s their serialisation, d the end of the last packet that has started before a, u when the link is up
//! again, if it is down at a; q is kNever where that is never. Of outages to come the switch knows nothing.
//! Into an infinite buffer packets start one after the other, so that, where the link is never down,
//! q(a) = max(0, f - a), f the end of the last that has joined. Else they may wait for credits or for the
//! link, and the switch sees that as its queue: their starts in the window are worked out here, on copies,
//! ahead of the lane that serves the port.
#pragma once

#include "cuda/emit.h"

namespace copperwall {

//! Packets that start at time, time + spacing, ...; each takes s to serialise.
struct Begun {
    Time time = 0;
    Time spacing_fs = 0;
    Time count = 0;
    Time s = 0;

    CW_HD Instants at() const { return {time, spacing_fs, static_cast<std::uint32_t>(count)}; }
};

//! Of a port into a finite buffer, or of a link that is down at times.
struct PortQueue {
    Time held =
        0;  //!< serialisation of all that has joined and not started; the lane that serves it takes off
    // The rest is of one window.
    Time begin = -1;
    Time waiting = 0;       //!< serialisation of what has not started before the instant last asked for
    Time free_at = 0;       //!< end of the last packet that has started before it
    Time served_until = 0;  //!< end of the last packet whose start is known
    bool stuck = false;     //!< packets wait that will not start in the window
    CreditInbox credits;
    Ring<Begun> begun;
};

//! Starts what can start before `end`, at times when the link is up; how many are left. `credits`: each takes
//! one.
template <class Worker>
CW_COLD std::uint32_t begin_while_up(Worker& worker, PortQueue& q, Model const& m, Link const& link,
                                     Instants joined, Time s, bool credits, Time end)
{
    auto const begun = [&](Time time, Time spacing, std::uint32_t n) {
        q.begun.push(worker, {time, n > 1 ? spacing : 0, n, s});
    };
    serve_while_up(m.outages + link.outages, q.served_until, end, [&](Time until, Time) {
        if (credits)
            serve_with_credits(joined, q.credits, q.served_until, s, until, begun);
        else
            serve_until(joined, q.served_until, s, until, begun);
        return joined.count != 0 && !(credits && q.credits.starved);
    });
    return joined.count;
}

//! One egress port in one window, by the lane that chooses for its node.
template <class Worker>
class QueueView {
public:
    CW_HD QueueView(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          link_(m.links[id]),
          queued_until_(s.queued_until[id]),
          held_back_(link_.slots != 0 || link_.outages != kNoOutage ? s.queues + id : nullptr),
          window_(window)
    {
        if (held_back_ != nullptr && held_back_->begin != window.begin) open(s, id);
    }

    //! `a` never goes back.
    CW_HD Time length(Time a)
    {
        if (held_back_ == nullptr) return queued_until_ > a ? queued_until_ - a : 0;
        while (!held_back_->begun.empty()) {
            Begun& next = held_back_->begun.front();
            std::uint32_t const n = next.at().before(a);
            if (n == 0) break;
            held_back_->waiting -= n * next.s;
            held_back_->free_at = next.time + (n - 1) * next.spacing_fs + next.s;
            next.time += n * next.spacing_fs;
            next.count -= n;
            if (next.count == 0) held_back_->begun.pop();
        }
        Time const up = link_.outages == kNoOutage ? a : up_from(model_.outages + link_.outages, a);
        if (up == kNever) return kNever;
        return held_back_->waiting + (held_back_->free_at > up ? held_back_->free_at : up) - a;
    }

    //! A packet that may leave from `a` on.
    CW_HD void join(Time a, std::uint32_t flits)
    {
        Time const s = model_.serialisation_of(link_, flits);
        if (held_back_ == nullptr) {
            queued_until_ = (a > queued_until_ ? a : queued_until_) + s;
            return;
        }
        held_back_->held += s;
        held_back_->waiting += s;
        start({a, 0, 1}, s, flits);
    }

private:
    CW_HD void open(State const& state, LinkId id)
    {
        EgressState const& egress = state.egress[id];
        PortQueue& q = *held_back_;
        q.begin = window_.begin;
        q.waiting = q.held;
        q.free_at = state.use[id].last_end_fs;
        q.served_until = egress.free_at;  // or when the link is up again for what is held
        q.stuck = false;
        if (link_.slots != 0) {
            q.credits = state.credits_in[id];
            q.credits.receive_until(window_.begin);
        }
        q.begun.head = q.begun.tail;
        for (std::uint32_t i = egress.held.head; i != egress.held.tail && !q.stuck; ++i) {
            Train const& t = egress.held.data[i & egress.held.mask];
            start({window_.begin, 0, t.count}, model_.serialisation_of(link_, t.flits), t.flits);
        }
    }

    CW_HD void start(Instants joined, Time s, std::uint32_t flits)
    {
        PortQueue& q = *held_back_;
        if (q.stuck) return;
        bool const credits = link_.slots != 0 && !model_.is_ack(flits);
        if (link_.outages != kNoOutage || !credits)
            joined.count = begin_while_up(worker_, q, model_, link_, joined, s, credits, window_.end);
        else
            serve_with_credits(joined, q.credits, q.served_until, s, window_.end,
                               [&](Time time, Time spacing, std::uint32_t n) {
                                   q.begun.push(worker_, {time, n > 1 ? spacing : 0, n, s});
                               });
        q.stuck = joined.count != 0;
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    Time& queued_until_;
    PortQueue* held_back_;  //!< where packets may wait for more than the port
    Window window_;
};

}  // namespace copperwall

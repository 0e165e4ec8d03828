//! What a switch that chooses among egress ports by their queues knows of one of them.
//!
//! The queue of a port at an instant a is the time it needs for what has joined it:
//!
//!   q(a) = sum of s over the packets that have not started before a + max(0, d - a)
//!
//! s their serialisation, d the end of the last packet that has started before a. Into an infinite buffer
//! packets start one after the other, so that q(a) = max(0, f - a), f the end of the last that has joined.
//! Into a finite one they may wait for credits, and the switch sees that as its queue: their starts in the
//! window are worked out here, on copies, ahead of the lane that serves the port.
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

//! Of a port into a finite buffer.
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

//! One egress port in one window, by the lane that chooses for its node.
template <class Worker>
class QueueView {
public:
    CW_HD QueueView(Worker& worker, Model const& m, State const& s, LinkId id, Window window)
        : worker_(worker),
          model_(m),
          link_(m.links[id]),
          queued_until_(s.queued_until[id]),
          finite_(link_.slots != 0 ? s.queues + id : nullptr),
          window_(window)
    {
        if (finite_ != nullptr && finite_->begin != window.begin) open(s, id);
    }

    //! `a` never goes back.
    CW_HD Time length(Time a)
    {
        if (finite_ == nullptr) return queued_until_ > a ? queued_until_ - a : 0;
        while (!finite_->begun.empty()) {
            Begun& next = finite_->begun.front();
            std::uint32_t const n = next.at().before(a);
            if (n == 0) break;
            finite_->waiting -= n * next.s;
            finite_->free_at = next.time + (n - 1) * next.spacing_fs + next.s;
            next.time += n * next.spacing_fs;
            next.count -= n;
            if (next.count == 0) finite_->begun.pop();
        }
        return finite_->waiting + (finite_->free_at > a ? finite_->free_at - a : 0);
    }

    //! A packet that may leave from `a` on.
    CW_HD void join(Time a, std::uint32_t flits)
    {
        Time const s = model_.serialisation_of(link_, flits);
        if (finite_ == nullptr) {
            queued_until_ = (a > queued_until_ ? a : queued_until_) + s;
            return;
        }
        finite_->held += s;
        finite_->waiting += s;
        start({a, 0, 1}, s);
    }

private:
    CW_HD void open(State const& state, LinkId id)
    {
        EgressState const& egress = state.egress[id];
        PortQueue& q = *finite_;
        q.begin = window_.begin;
        q.waiting = q.held;
        q.free_at = q.served_until = egress.free_at;
        q.stuck = false;
        q.credits = state.credits_in[id];
        q.credits.receive_until(window_.begin);
        q.begun.head = q.begun.tail;
        for (std::uint32_t i = egress.held.head; i != egress.held.tail && !q.stuck; ++i) {
            Train const& t = egress.held.data[i & egress.held.mask];
            start({window_.begin, 0, t.count}, model_.serialisation_of(link_, t.flits));
        }
    }

    CW_HD void start(Instants joined, Time s)
    {
        if (finite_->stuck) return;
        serve_with_credits(joined, finite_->credits, finite_->served_until, s, window_.end,
                           [&](Time time, Time spacing, std::uint32_t n) {
                               finite_->begun.push(worker_, {time, n > 1 ? spacing : 0, n, s});
                           });
        finite_->stuck = joined.count != 0;
    }

    Worker& worker_;
    Model const& model_;
    Link const& link_;
    Time& queued_until_;
    PortQueue* finite_;
    Window window_;
};

}  // namespace copperwall

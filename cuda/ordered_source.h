//! An egress port of a gpu that sends one transfer after another, in the order of its runs.
#pragma once

#include "cuda/credits.h"
#include "cuda/emit.h"
#include "cuda/outage.h"
#include "cuda/source_port.h"

namespace copperwall {

//! By one lane. `breaks`: the port is down at times.
template <class Worker, bool breaks>
class OrderedSource {
public:
    CW_HD OrderedSource(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                        Window window)
        : worker_(worker),
          model_(m),
          runs_(s.runs[gpu].data),
          link_(m.links[id]),
          egress_(s.egress[id]),
          shared_port_(s.ports[static_cast<std::size_t>(id) * m.channels.count]),
          shared_credits_(link_.slots == 0 ? nullptr : s.credits_in + id),
          port_(shared_port_),
          free_at_(egress_.free_at),
          emit_(worker, m, s, id),
          id_(id),
          gpu_(gpu),
          window_(window)
    {
        egress_.begin_visit();
        if (finite()) {
            credits_ = *shared_credits_;
            credits_.receive_until(window.begin);
        }
    }

    CW_HD void run()
    {
        while (send_transfer()) {
        }
        worker_.put_back(shared_port_, port_);
        if (finite()) *shared_credits_ = credits_;
        egress_.free_at = free_at_;
        emit_.finish();
    }

private:
    CW_HD bool finite() const { return shared_credits_ != nullptr; }

    //! Starts packets of the transfer under way, or begins the next. False: nothing more in this window.
    CW_HD bool send_transfer()
    {
        if (port_.run == kNone && !begin_run()) return false;
        if (port_.full_left == 0 && port_.last_flits == 0) {
            std::uint32_t const index = id_ - model_.nodes[gpu_].first_egress;
            if (!begin_transfer<false>(worker_, model_, runs_, gpu_, index, 0, port_)) return true;
        }
        std::uint32_t const left = start_packets(port_.full_left != 0 ? port_.full_left : 1);
        if (port_.full_left != 0)
            port_.full_left = left;
        else
            port_.last_flits = left != 0 ? port_.last_flits : 0;
        if (port_.full_left == 0 && port_.last_flits == 0) ++port_.k;
        return left == 0;
    }

    CW_HD bool begin_run()
    {
        if (port_.queue.empty()) return false;
        std::uint32_t const slot = port_.queue.front();
        Run const& run = runs_[slot];
        Time const start = run.ready > free_at_ ? run.ready : free_at_;
        if (start >= window_.end) {
            wake_port(worker_, id_, start);
            return false;
        }
        port_.queue.pop();
        port_.run = slot;
        port_.k = run.k_first;
        return true;
    }

    //! Starts what can start in this window of `waiting` packets alike; wakes the port for the rest and
    //! returns its number.
    CW_HD std::uint32_t start_packets(std::uint32_t waiting)
    {
        if (!finite()) credits_.ready = kNone;  // more than there are packets
        std::uint32_t const flits = port_.full_left != 0 ? model_.full_flits : port_.last_flits;
        Instants due{port_.ready > window_.begin ? port_.ready : window_.begin, 0, waiting};
        if constexpr (breaks) {
            serve_while_up(model_.outages + link_.outages, free_at_, window_.end, [&](Time until, Time from) {
                start_until(due, flits, model_.serialisation_at(link_, flits, from), until);
                return due.count != 0 && !credits_.starved;
            });
        } else {
            Time const s = model_.serialisation_of(link_, flits);
            start_until(due, flits, s, goes_ahead(due, s) ? kHorizon : window_.end);
        }
        if (due.count != 0 && !credits_.starved)
            wake_port(worker_, id_, credits_.next_start(due.time > free_at_ ? due.time : free_at_));
        return due.count;
    }

    //! Nothing comes between packets of a transfer that go into an infinite buffer over a link that is never
    //! down: once the first starts in this window, all their starts are known, and one train holds them.
    CW_HD bool goes_ahead(Instants const& due, Time s) const
    {
        return !finite() && model_.longest_train == kNone && s <= kLongestSpacing &&
               (due.time > free_at_ ? due.time : free_at_) < window_.end;
    }

    CW_HD void start_until(Instants& due, std::uint32_t flits, Time s, Time until)
    {
        serve_with_credits(due, credits_, free_at_, s, until, [&](Time time, Time spacing, std::uint32_t n) {
            emit_.add(time, spacing, n, s, port_.message, port_.receiver, flits);
        });
    }

    Worker& worker_;
    Model const& model_;
    Run* runs_;
    typename Worker::template Working<Link const> link_;
    EgressState& egress_;
    SourcePort& shared_port_;
    CreditInbox* shared_credits_;  //!< null: into an infinite buffer
    typename Worker::template Working<SourcePort> port_;
    CreditInbox credits_;
    Time free_at_;
    Emitter<Worker> emit_;
    LinkId id_;
    std::uint32_t gpu_;
    Window window_;
};

template <class Worker>
CW_COLD void send_while_up(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                           Window window)
{
    OrderedSource<Worker, true>(worker, m, s, gpu, id, window).run();
}

}  // namespace copperwall

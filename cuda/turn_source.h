//! An egress port of a gpu that sends several transfers by turns (Schedule::at_once), or acknowledges what
//! comes by the link beside it: that goes before all transfers, in the order in which it came, and takes no
//! slot.
#pragma once

#include "cuda/emit.h"
#include "cuda/outage.h"
#include "cuda/source_port.h"

namespace copperwall {

//! By one lane. Which transfer's turn it is, is seen at the start of every packet.
template <class Worker>
class TurnSource {
public:
    CW_HD TurnSource(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                     Window window)
        : worker_(worker),
          model_(m),
          runs_(s.runs[gpu].data),
          link_(m.links[id]),
          egress_(s.egress[id]),
          port_(s.ports[id]),
          acks_(m.acks ? s.acks + id : nullptr),
          row_(s.open + static_cast<std::size_t>(id) * m.at_once),
          credits_(link_.slots == 0 ? nullptr : s.credits_in + id),
          outages_(link_.outages == kNoOutage ? nullptr : m.outages + link_.outages),
          emit_(worker, m, s, id),
          id_(id),
          gpu_(gpu),
          window_(window)
    {
        egress_.begin_visit();
        if (credits_ != nullptr) credits_->receive_until(window.begin);
        while (open_ != m.at_once && !row_[open_].over()) ++open_;
    }

    CW_HD void run()
    {
        for (;;) {
            Time const earliest = egress_.free_at > window_.begin ? egress_.free_at : window_.begin;
            // What starts in a later window may come behind what is released until then.
            open(earliest < window_.end ? earliest : window_.end - 1);
            Time const ack = up_at(next_ack(), earliest);
            Time const transfer = start_of(next_ready(), earliest);
            Time const start = ack < transfer ? ack : transfer;
            if (start >= window_.end) {
                wake_port(worker_, id_, start);
                break;
            }
            if (ack == start) {
                send_ack(start);
                continue;
            }
            open(start);
            std::uint32_t const place = first_ready(start);
            if (place != open_) send_next(place, start);  // else the run has nothing for this port
        }
        emit_.finish();
    }

private:
    //! Fills the row as far as its runs have begun at `now`.
    CW_HD void open(Time now)
    {
        while (open_ != model_.at_once) {
            if (port_.run == kNone) {
                if (port_.queue.empty() || runs_[port_.queue.front()].ready > now) return;
                port_.run = port_.queue.front();
                port_.queue.pop();
                port_.k = runs_[port_.run].k_first;
            }
            std::uint32_t const index = id_ - model_.nodes[gpu_].first_egress;
            if (!begin_transfer<false>(worker_, model_, runs_, gpu_, index, 0, port_)) continue;
            row_[open_++] = {port_.ready, port_.message, port_.receiver, port_.full_left, port_.last_flits};
            ++port_.k;
        }
    }

    CW_HD Time next_ack() const { return acks_ == nullptr || acks_->empty() ? kNever : acks_->front().time; }

    //! When the first of the row is ready, or what may be opened; kNever: there is none.
    CW_HD Time next_ready() const
    {
        Time next = kNever;
        for (std::uint32_t i = 0; i != open_; ++i)
            if (row_[i].ready < next) next = row_[i].ready;
        if (open_ == model_.at_once || port_.queue.empty()) return next;
        Time const run = runs_[port_.queue.front()].ready;
        return run < next ? run : next;
    }

    //! The first time from `ready` and `earliest` on at which the link is up; kNever: there is none.
    CW_HD Time up_at(Time ready, Time earliest) const
    {
        if (ready == kNever) return kNever;
        Time const start = ready > earliest ? ready : earliest;
        return outages_ == nullptr ? start : up_from(outages_, start);
    }

    //! When a transfer's packet that is ready can start; kNever: nobody knows yet, or there is none.
    CW_HD Time start_of(Time ready, Time earliest)
    {
        if (ready == kNever || credits_ == nullptr) return up_at(ready, earliest);
        Time const credit = credits_->next();
        credits_->starved = credit == kNever;
        return up_at(ready, credit > earliest ? credit : earliest);
    }

    //! Place in the row; its end where none is.
    CW_HD std::uint32_t first_ready(Time now) const
    {
        std::uint32_t i = 0;
        while (i != open_ && row_[i].ready > now) ++i;
        return i;
    }

    CW_HD void send(Time start, MessageId message, std::uint32_t receiver, std::uint32_t flits)
    {
        Time const s = model_.serialisation_at(link_, flits, start);
        emit_.add(start, 0, 1, s, message, receiver, flits);
        egress_.free_at = start + s;
    }

    CW_HD void send_ack(Time start)
    {
        Train& first = acks_->front();
        send(start, first.message, first.receiver, first.flits);
        split_front(first, 1);
        if (first.count == 0) acks_->pop();
    }

    //! A packet of one of the row, which goes to its end or leaves it.
    CW_HD void send_next(std::uint32_t place, Time start)
    {
        OpenTransfer t = row_[place];
        std::uint32_t const flits = t.full_left != 0 ? model_.full_flits : t.last_flits;
        send(start, t.message, t.receiver, flits);
        if (credits_ != nullptr) credits_->take(1);
        if (t.full_left != 0)
            --t.full_left;
        else
            t.last_flits = 0;
        for (std::uint32_t i = place + 1; i != open_; ++i) row_[i - 1] = row_[i];
        row_[open_ - 1] = t;
        if (t.over()) --open_;
    }

    Worker& worker_;
    Model const& model_;
    Run* runs_;
    Link const& link_;
    EgressState& egress_;
    SourcePort& port_;
    Ring<Train>* acks_;  //!< null: gpus send none
    OpenTransfer* row_;
    CreditInbox* credits_;   //!< null: into an infinite buffer
    Outage const* outages_;  //!< null: never down
    Emitter<Worker> emit_;
    std::uint32_t open_ = 0;  //!< of the row
    LinkId id_;
    std::uint32_t gpu_;
    Window window_;
};

template <class Worker>
CW_COLD void send_by_turns(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                           Window window)
{
    TurnSource<Worker>(worker, m, s, gpu, id, window).run();
}

}  // namespace copperwall

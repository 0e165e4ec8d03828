//! Puts served packets on the wire: joins them into trains, counts them, wakes the receiver.
//!
//! A Worker is one host thread or one device team. It offers
//!   rank(), size(), sync()          its lanes: a host thread is a team of one
//!   fetch_add(pointer, n)           the value before; safe between lanes
//!   raise(pointer, value)           to at least `value`; safe between lanes
//!   load(pointer)                   what lanes have raised it to
//!   store(pointer, value)           where lanes may store the same value at the same time
//!   sort(keys, n)                   ascending 64-bit keys, by the calling lane
//!   allocate(bytes)                 arena memory that lives as long as the run
//!   Working<T>, put_back(to, from)  how it works on a T: in place, or on a copy in registers
//!   reserve_keys(list, n)           reserve() for the keys of one step, which begin anew
//!   reserve(list, n)                room for n more elements in a scratch list
//!   touch(link)                     this link got its first train of the window
//!   touch_credits(link)             and its first credits
//!   wake_ingress / wake_egress(link, time)   visit it again in the window that holds `time`; an egress that
//!                                   is due already needs no waking; one woken into the window under way
//!                                   joins the list of due outputs
//!   add_step(row, use), add_hash(h) its own sums
//!   last_step()                     of the last message that it counted, as far as it remembers
//!   buckets(), arrivals(), arrived() scratch of switch_step.h and gpu_step.h, shared by the lanes
//!   freed_buckets()                 scratch of return_credits.h, shared by the lanes
//!   packet_keys(), freed(), receipts()  scratch of the calling lane
#pragma once

#include "cuda/hop_hash.h"
#include "cuda/model.h"
#include "cuda/state.h"

namespace copperwall {

template <class Worker>
class Emitter {
public:
    CW_HD Emitter(Worker& worker, Model const& model, State const& state, LinkId id)
        : worker_(worker),
          model_(model),
          link_(model.links[id]),
          egress_(state.egress[id]),
          flight_(egress_.flight),
          total_(state.use[id]),
          id_(id),
          step_(worker.last_step())
    {
    }

    //! n packets of one message start at start, start + spacing, ...; each takes `s` to serialise.
    CW_HD void add(Time start, Time spacing, std::uint32_t n, Time s, MessageId message,
                   std::uint32_t receiver, std::uint32_t flits)
    {
        if (n == 0) return;
        if (!joins(start, spacing, n, s, message, flits)) {
            flush();
            start_ = start;
            spacing_ = n > 1 ? spacing : 0;
            count_ = 0;
            serialisation_ = s;
            message_ = message;
            receiver_ = receiver;
            flits_ = flits;
        }
        count_ += n;
    }

    //! After the last add() of a visit.
    CW_HD void finish()
    {
        flush();
        if (use_.packets == 0) return;
        egress_.flight = flight_;
        if (!egress_.pushed) worker_.touch(id_);
        egress_.pushed = true;
        total_.busy_fs += use_.busy_fs;
        total_.wire_bytes += use_.wire_bytes;
        total_.packets += use_.packets;
        total_.last_end_fs = use_.last_end_fs;
    }

private:
    CW_HD void flush()
    {
        if (count_ == 0) return;
        count_use();
        if (model_.hash) worker_.add_hash(hash_of_packets(id_, message_, start_, spacing_, count_, flits_));
        Time const arrival =
            start_ + link_.latency_fs + (link_.arrival == Arrival::tail ? serialisation_ : 0);
        // A spacing that does not fit its field goes packet by packet.
        std::uint32_t const longest = spacing_ > kLongestSpacing ? 1 : model_.longest_train;
        for (std::uint32_t done = 0; done != count_;) {
            std::uint32_t const n = count_ - done < longest ? count_ - done : longest;
            push(arrival + done * spacing_, n);
            done += n;
        }
        count_ = 0;
    }

    CW_HD bool joins(Time start, Time spacing, std::uint32_t n, Time s, MessageId message,
                     std::uint32_t flits)
    {
        if (count_ == 0 || message != message_ || flits != flits_ || s != serialisation_) return false;
        Time const gap = start - (start_ + spacing_ * (count_ - 1));
        if (n > 1 && spacing != gap) return false;
        if (count_ == 1) spacing_ = gap;
        return spacing_ == gap;
    }

    CW_HD void count_use()
    {
        Time const busy = serialisation_ * count_;
        std::int64_t const bytes = model_.bytes_on(link_, flits_) * count_;
        Time const end = start_ + spacing_ * (count_ - 1) + serialisation_;
        use_.busy_fs += busy;
        use_.wire_bytes += bytes;
        use_.packets += count_;
        use_.last_end_fs = end;
        if (message_ - step_.first >= step_.end - step_.first) step_ = model_.step_of(message_);
        worker_.add_step(step_.step * model_.link_classes + link_.link_class,
                         StepUse{start_, end, busy, bytes, count_});
    }

    CW_HD void push(Time arrival, std::uint32_t n)
    {
        flight_.push(worker_,
                     Train{arrival, message_, n > 1 ? static_cast<std::uint32_t>(spacing_) : 0u, n,
                           static_cast<std::uint16_t>(receiver_), static_cast<std::uint16_t>(flits_)});
    }

    Worker& worker_;
    Model const& model_;
    typename Worker::template Working<Link const> link_;
    EgressState& egress_;
    Ring<Train> flight_;  //!< worked on in registers
    LinkUse& total_;
    LinkUse use_;  //!< of this visit
    LinkId id_;
    Time start_ = 0;
    Time spacing_ = 0;
    Time serialisation_ = 0;
    std::uint32_t count_ = 0;
    MessageId message_ = kNone;
    std::uint32_t receiver_ = 0;
    std::uint32_t flits_ = 0;
    typename Worker::template Working<StepMessages> step_;  //!< of the last message counted
};

}  // namespace copperwall

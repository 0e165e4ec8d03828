//! What a run changes, as plain arrays indexed by link, gpu or message.
#pragma once

#include "cuda/credits.h"
#include "cuda/engine.h"
#include "cuda/origin.h"

namespace copperwall {

//! Window in which an end of a link is visited next, or one of:
inline constexpr std::uint64_t kNotScheduled = ~std::uint64_t{0};
inline constexpr std::uint64_t kDue = kNotScheduled - 1;  //!< on the list of the window under way

//! The sending end of a link: owned by the node the link leaves.
struct EgressState {
    Ring<Train> flight;  //!< trains on the wire; head = what the receiver had taken when last published
    //! At a switch: popped, ordered, not yet started. They have all arrived, so that their time is not
    //! needed: it is the link they came by.
    Ring<Train> held;
    Time free_at = 0;  //!< end of the last packet served
    std::uint64_t scheduled = kNotScheduled;
    bool pushed = false;  //!< in the window under way

    //! Its turn has come: from here on it may be woken again.
    CW_HD void begin_visit()
    {
        if (scheduled == kDue) scheduled = kNotScheduled;
    }
};

//! The receiving end: owned by the node the link enters.
struct IngressState {
    Train front;  //!< the train being taken; count 0: none
    Train const* flight = nullptr;
    std::uint32_t mask = 0;
    std::uint32_t head = 0;
    std::uint32_t visible = 0;  //!< published tail
    std::uint32_t spread = 0;   //!< packets that have gone out by sets of ports
    std::uint64_t scheduled = kNotScheduled;

    CW_HD bool load_front()
    {
        if (front.count != 0) return true;
        if (head == visible) return false;
        front = flight[head++ & mask];
        return true;
    }
};

//! Shows the receiver what the sender has put on the wire since; between windows only.
//! Returns the arrival of the first train that has not been taken. There must be one.
CW_HD inline Time publish_link(EgressState& egress, IngressState& ingress)
{
    egress.pushed = false;
    egress.flight.head = ingress.head;
    ingress.flight = egress.flight.data;
    ingress.mask = egress.flight.mask;
    ingress.visible = egress.flight.tail;
    return ingress.front.count != 0 ? ingress.front.time : ingress.flight[ingress.head & ingress.mask].time;
}

//! Transfers k_first .. k_end-1 of one family, released together at one gpu.
struct Run {
    Time ready = 0;  //!< of transfer k_first
    std::uint32_t family = 0;
    std::uint32_t k_first = 0;
    std::uint32_t k_end = 0;
    std::uint32_t ports_left = 0;  //!< ports that have not finished it; the lanes that serve them share it

    CW_HD bool before(Run const& other) const
    {
        if (ready != other.ready) return ready < other.ready;
        if (family != other.family) return family < other.family;
        return k_first < other.k_first;
    }
};

//! One egress port of a gpu: where it stands in its queue of runs.
struct SourcePort {
    Ring<std::uint32_t> queue;  //!< runs not yet begun on this port, in their order
    std::uint32_t run = kNone;  //!< the one under way
    std::uint32_t k = 0;        //!< its transfer under way
    Time ready = 0;
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    std::uint32_t full_left = 0;  //!< packets of the transfer still to start
    std::uint32_t last_flits = 0;
};

//! One of those that a port sends by turns; in use where a packet is left.
struct OpenTransfer {
    Time ready = 0;
    MessageId message = kNone;
    std::uint32_t receiver = kNone;
    std::uint32_t full_left = 0;
    std::uint32_t last_flits = 0;

    CW_HD bool over() const { return full_left == 0 && last_flits == 0; }
};

//! Runs in stable slots. One lane adds, while none sends; slots of finished runs are found again when needed.
struct RunPool {
    Run* data = nullptr;
    std::uint32_t capacity = 0;
    std::uint32_t used = 0;
    std::uint32_t free = kNone;  //!< first slot known to be free; the next one stands in its k_first

    template <class Worker>
    CW_HD std::uint32_t add(Worker& worker, Run const& run)
    {
        // Where little was found there will soon be nothing: growing then keeps the search rare.
        if (free == kNone && used == capacity && 4 * find_finished() < capacity + 4) grow(worker);
        std::uint32_t slot = free;
        if (slot != kNone)
            free = data[slot].k_first;
        else
            slot = used++;
        data[slot] = run;
        return slot;
    }

private:
    //! Links the slots of finished runs; returns how many there are.
    CW_HD std::uint32_t find_finished()
    {
        std::uint32_t found = 0;
        for (std::uint32_t slot = 0; slot != used; ++slot) {
            if (data[slot].ports_left != 0) continue;
            data[slot].k_first = free;
            free = slot;
            ++found;
        }
        return found;
    }

    template <class Worker>
    CW_HD void grow(Worker& worker)
    {
        std::uint32_t const larger = capacity == 0 ? 4 : 2 * capacity;
        Run* const moved = static_cast<Run*>(worker.allocate(larger * sizeof(Run)));
        for (std::uint32_t i = 0; i != used; ++i) moved[i] = data[i];
        data = moved;
        capacity = larger;
    }
};

//! At a switch, for one channel of a port: popped, in order, not yet started.
struct QueuedTrain {
    Train train;  //!< time = eligibility
    Origin from;
};
static_assert(sizeof(QueuedTrain) == 32);

struct PortQueue;

//! Of egress ports among which nothing chooses by their queues.
inline constexpr Time kNoQueue = -1;

//! Per-run arrays; see the types for who owns an element.
struct State {
    EgressState* egress = nullptr;        //!< [link]
    IngressState* ingress = nullptr;      //!< [link]
    CreditInbox* credits_in = nullptr;    //!< [link][channel]; null where no link has slots
    CreditOutbox* credits_out = nullptr;  //!< [link][channel]; same
    LinkUse* use = nullptr;               //!< [link]
    SourcePort* ports = nullptr;          //!< [link][channel], gpu egress only
    RunPool* runs = nullptr;              //!< [gpu]
    MessageTimes* messages = nullptr;
    std::uint32_t* counters = nullptr;  //!< [gpu * counters + counter]
    std::uint32_t* released = nullptr;  //!< [gpu * families + family]: transfers released so far
    //! [link]; null unless packets choose ports by their queues. When a port into an infinite buffer, never
    //! down, will have sent all that has joined its queue; kNoQueue: in no set of ports.
    Time* queued_until = nullptr;
    PortQueue* queues = nullptr;  //!< [link]; null unless, besides, some link has slots or outages
    Ring<QueuedTrain>* channel_queues = nullptr;  //!< [link][channel]; null where there is one channel
    OpenTransfer* open =
        nullptr;  //!< [link][at_once], gpu egress only; null where send_by_turns() is not needed
    Ring<Train>* acks = nullptr;  //!< [link], gpu egress only: to be sent; null where gpus send none
};

//! Where a port may go on at `time`; not where it is down for good.
template <class Worker>
CW_HD void wake_port(Worker& worker, LinkId link, Time time)
{
    if (time != kNever) worker.wake_egress(link, time);
}

//! Gives a sender the credits that have come back in the window, and wakes it if it waits for them.
template <class Worker>
CW_HD void deliver_credits(Worker& worker, State const& s, std::uint32_t channels, LinkId link)
{
    std::size_t const first_channel = static_cast<std::size_t>(link) * channels;
    for (std::size_t c = first_channel; c != first_channel + channels; ++c) {
        if (!s.credits_out[c].pushed()) continue;
        CreditInbox& in = s.credits_in[c];
        Time const first = publish_credits(s.credits_out[c], in);
        if (!in.starved) continue;
        in.starved = false;
        Time const free_at = s.egress[link].free_at;
        wake_port(worker, link, first > free_at ? first : free_at);
    }
}

}  // namespace copperwall

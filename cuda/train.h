//! A train: equally spaced packets of one message, of one size, on one link; the unit of all queues.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

struct Train {
    Time time = 0;  //!< arrival of the first packet at the node ahead, fs
    MessageId message = kNone;
    std::uint32_t spacing_fs = 0;  //!< between packets; 0 where count is 1
    std::uint32_t count = 0;
    std::uint16_t receiver = 0;
    std::uint16_t flits = 0;

    CW_HD Time last() const { return time + static_cast<Time>(spacing_fs) * (count - 1); }
};
static_assert(sizeof(Train) == 24);

//! How many of a train's packets come before `end`.
CW_HD inline std::uint32_t packets_before(Train const& t, Time end)
{
    if (t.time >= end) return 0;
    if (t.count == 1 || t.last() < end) return t.count;
    return static_cast<std::uint32_t>((end - t.time - 1) / t.spacing_fs) + 1;
}

//! Takes the first n packets off a train.
CW_HD inline Train split_front(Train& t, std::uint32_t n)
{
    Train front = t;
    front.count = n;
    t.time += static_cast<Time>(t.spacing_fs) * n;
    t.count -= n;
    return front;
}

//! FIFO service of a train alone at a port, in closed form:
//!   start_k = max(a_k, d_(k-1)), d_k = start_k + s, with a_k = time + k spacing and d_(-1) = free_at
//! is a back-to-back part from max(time, free_at), then the arrivals themselves.
struct Service {
    Time start = 0;
    std::uint32_t back_to_back = 0;  //!< packets at start, start + s, ...; the rest start when they arrive
};

CW_HD inline Service serve(Train const& t, Time free_at, Time s)
{
    if (t.count == 1 || static_cast<Time>(t.spacing_fs) <= s)
        return {t.time > free_at ? t.time : free_at, t.count};
    Time const lag = free_at - t.time;
    if (lag <= 0) return {t.time, 0};
    Time const n = (lag - 1) / (static_cast<Time>(t.spacing_fs) - s) + 1;
    return {free_at, n < static_cast<Time>(t.count) ? static_cast<std::uint32_t>(n) : t.count};
}

}  // namespace copperwall

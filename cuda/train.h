//! A train: equally spaced packets of one message, of one size, on one link; the unit of all queues.
#pragma once

#include "cuda/serve.h"

namespace copperwall {

struct Train {
    Time time = 0;  //!< arrival of the first packet at the node ahead, fs
    MessageId message = kNone;
    std::uint32_t spacing_fs = 0;  //!< between packets; 0 where count is 1
    std::uint32_t count = 0;
    std::uint16_t receiver = 0;
    std::uint16_t flits = 0;

    CW_HD Instants instants() const { return {time, spacing_fs, count}; }
    CW_HD Time last() const { return time + static_cast<Time>(spacing_fs) * (count - 1); }
};
static_assert(sizeof(Train) == 24);

inline constexpr Time kLongestSpacing = 0xffffffff;  //!< that a train has a field for, fs

//! Takes the first n packets off a train.
CW_HD inline Train split_front(Train& t, std::uint32_t n)
{
    Train front = t;
    front.count = n;
    t.time += static_cast<Time>(t.spacing_fs) * n;
    t.count -= n;
    return front;
}

//! Takes a later packet into a train that stays one with it: true.
CW_HD inline bool extend_train(Train& t, Train const& packet)
{
    if (t.message != packet.message || t.flits != packet.flits) return false;
    Time const gap = packet.time - t.last();
    if (gap > kLongestSpacing || (t.count != 1 && gap != static_cast<Time>(t.spacing_fs))) return false;
    t.spacing_fs = static_cast<std::uint32_t>(gap);
    ++t.count;
    return true;
}

}  // namespace copperwall

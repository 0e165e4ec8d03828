//! How a packet came to a switch.
#pragma once

#include "cuda/train.h"

namespace copperwall {

//! The input of a switch by which a packet came. A train that is held there has it in place of a time.
struct Origin {
    LinkId link = 0;
    std::uint16_t port = 0;        //!< of the input
    std::uint16_t holds_slot = 0;  //!< of its buffer: 1

    CW_HD static Origin of_held(Train const& t)
    {
        auto const packed = static_cast<std::uint64_t>(t.time);
        return {static_cast<LinkId>(packed), static_cast<std::uint16_t>(packed >> 33),
                static_cast<std::uint16_t>(packed >> 32 & 1)};
    }
    CW_HD Time as_time() const
    {
        return static_cast<Time>(std::uint64_t{port} << 33 | std::uint64_t{holds_slot} << 32 | link);
    }
};
static_assert(sizeof(Origin) == 8);  // copied as it is: no byte of it is never written

}  // namespace copperwall

//! Virtual channels: a finite buffer is as many buffers as there are channels, each with slots and credits of
//! its own. A message keeps one channel on all of its way.
//!
//! Whenever a port is free, of the packets that may leave and whose channel has a credit, the first in the
//! port's order starts; within a channel none overtakes another. So a packet without a credit is overtaken
//! by those of other channels only. The order of a switch's port is (eligibility, input port); at a gpu's it
//! is that of its transfers, and the first of a channel that is not ready holds up its own channel alone.
//! Ports into infinite buffers have one channel.
#pragma once

#include "cuda/hop_hash.h"

namespace copperwall {

inline constexpr std::uint32_t kMostChannels = 8;

//! What gives a message its channel: its receiver modulo their number, or a hash of it.
enum class ChannelBy : std::uint8_t { receiver, message };

struct Channels {
    std::uint32_t count = 1;  //!< 1 .. kMostChannels
    ChannelBy by = ChannelBy::receiver;

    CW_HD std::uint32_t of(std::uint32_t receiver, MessageId message) const
    {
        if (count == 1) return 0;
        if (by == ChannelBy::receiver) return receiver % count;
        return static_cast<std::uint32_t>(scramble(message) >> 33) % count;
    }
};

}  // namespace copperwall

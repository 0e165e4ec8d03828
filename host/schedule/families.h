//! The families that most schedules are made of.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Ranks that exchange among themselves: every stride-th of `members` * stride consecutive gpus.
struct Circle {
    std::uint32_t members = 0;
    std::uint32_t stride = 1;
};

enum class Share : std::uint8_t { of_receiver, of_sender };

//! A share of `bytes` from every member to every other: the receiver's or the sender's own. The k-th message
//! goes k + 1 members further, so that no two meet.
Family to_all_others(CollectiveCall const& call, Circle const& circle, std::int64_t bytes, Share share);

//! Steps `first` .. first + count - 1 around the circle: in step k the member r sends share (r - k) of
//! `bytes` to the member r + 1. Each waits for the arrival of the step before on `counter`, step 0 for
//! nothing; so step 0 is a family of its own.
Family around(CollectiveCall const& call, Circle const& circle, std::int64_t bytes, std::uint32_t first,
              std::uint32_t count, std::uint32_t counter);

//! No families yet.
Schedule empty_schedule(CollectiveCall const& call, std::uint32_t gpus, std::uint32_t counters,
                        std::uint32_t steps);

}  // namespace copperwall

//! The end of a run: has everything arrived?
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cuda/engine.h"

namespace copperwall {

//! One that never completed.
struct UnfinishedTransfer {
    std::uint32_t step = 0;
    std::uint32_t sender = 0;
    std::uint32_t receiver = 0;
    std::uint32_t packets_left = 0;  //!< on all simulated planes; 0 where it was never released
    std::int64_t bytes = 0;
    Time ready_fs = kNever;  //!< kNever: never released
};

//! Says how many they are and names the first few.
class Unfinished : public std::runtime_error {
public:
    Unfinished(std::string const& text, std::vector<UnfinishedTransfer> all)
        : std::runtime_error(text), transfers(std::move(all))
    {
    }

    std::vector<UnfinishedTransfer> transfers;  //!< all, in the order of their messages
};

//! Throws Unfinished where transfers never completed.
void require_all_complete(Schedule const& schedule, std::vector<MessageTimes> const& messages);

}  // namespace copperwall

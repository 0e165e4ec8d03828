//! Which links to visit in which window: a wheel of the next windows, and a heap for what lies further on.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <queue>
#include <vector>

#include "cuda/types.h"

namespace copperwall {

class Calendar {
public:
    static constexpr std::uint64_t kNoWindow = ~std::uint64_t{0};

    //! An end of a link to visit.
    struct Visit {
        LinkId link = 0;
        bool ingress = false;
    };

    //! `window` must not lie before the last one taken.
    void add(std::uint64_t window, Visit visit)
    {
        if (window - base_ < kSlots) {
            slots_[window % kSlots].push_back(visit);
            filled_ |= std::uint64_t{1} << (window % kSlots);
        } else {
            far_.push({window, visit});
        }
    }

    //! The earliest window with a visit; kNoWindow if there is none.
    std::uint64_t next() const
    {
        if (filled_ != 0) {
            auto const turn = static_cast<int>(base_ % kSlots);
            return base_ + static_cast<std::uint64_t>(std::countr_zero(std::rotr(filled_, turn)));
        }
        return far_.empty() ? kNoWindow : far_.top().window;
    }

    //! Moves on to `window` and takes its visits; `taken` is overwritten.
    void take(std::uint64_t window, std::vector<Visit>& taken)
    {
        taken.clear();
        base_ = window;
        while (!far_.empty() && far_.top().window - base_ < kSlots) {
            Far const near = far_.top();
            far_.pop();
            add(near.window, near.visit);
        }
        taken.swap(slots_[window % kSlots]);
        filled_ &= ~(std::uint64_t{1} << (window % kSlots));
    }

private:
    static constexpr std::uint64_t kSlots = 64;

    struct Far {
        std::uint64_t window;
        Visit visit;
        bool operator<(Far const& other) const { return window > other.window; }
    };

    std::array<std::vector<Visit>, kSlots> slots_;
    std::uint64_t filled_ = 0;
    std::uint64_t base_ = 0;
    std::priority_queue<Far> far_;
};

}  // namespace copperwall

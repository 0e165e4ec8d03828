#include "host/account/memory_gate.h"

#include <algorithm>

namespace copperwall {

std::size_t MemoryGate::fitting() const
{
    for (std::size_t i = 0; i != needs_.size(); ++i) {
        if (gone_[i]) continue;
        if (limit_ == 0 || inside_ == 0 || in_use_ + needs_[i] <= limit_) return i;
    }
    return kNone;
}

std::size_t MemoryGate::enter()
{
    std::unique_lock lock(mutex_);
    std::size_t i = kNone;
    freed_.wait(lock, [&] { return left_ == 0 || (i = fitting()) != kNone; });
    if (i == kNone) return kNone;
    gone_[i] = true;
    --left_;
    ++inside_;
    in_use_ += needs_[i];
    most_ = std::max(most_, in_use_);
    if (left_ == 0) freed_.notify_all();
    return i;
}

void MemoryGate::leave(std::size_t i)
{
    {
        std::scoped_lock const lock(mutex_);
        --inside_;
        in_use_ -= needs_[i];
    }
    freed_.notify_all();
}

}  // namespace copperwall

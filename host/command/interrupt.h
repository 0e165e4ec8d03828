//! Ctrl-C in two stages: the first asks for a clean stop, the second ends the process at once.
#pragma once

#include <atomic>

namespace copperwall {

//! Watches SIGINT and SIGTERM as long as it lives; then the former handlers are back. One at a time.
class InterruptWatch {
public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(InterruptWatch const&) = delete;
    InterruptWatch& operator=(InterruptWatch const&) = delete;

    //! True from the first signal on. The engine polls it.
    std::atomic<bool> const& requested() const;
};

}  // namespace copperwall

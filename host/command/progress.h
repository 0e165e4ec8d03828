//! How far a batch is, on stderr: a bar with ETA on a tty, one line every 30 s elsewhere, nothing when quiet.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

#include "host/command/terminal.h"

namespace copperwall {

//! "[ 42%] 84/200 cells, ETA 31 s"; without an ETA while nothing is done.
std::string progress_line(std::size_t done, std::size_t total, std::string const& unit, double elapsed_s);

class Progress {
public:
    Progress(Terminal const& terminal, std::size_t total, std::string unit,
             std::chrono::milliseconds heartbeat = std::chrono::seconds(30));
    ~Progress();  //!< clears the bar
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    //! One more is done. From any thread.
    void advance();

private:
    void watch();
    void show();

    Terminal const& terminal_;
    std::size_t const total_;
    std::string const unit_;
    std::chrono::milliseconds const period_;
    std::chrono::steady_clock::time_point const start_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable ended_;
    std::size_t done_ = 0;
    bool over_ = false;
    std::thread ticker_;
};

}  // namespace copperwall

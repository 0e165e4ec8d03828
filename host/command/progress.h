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

//! Of a batch.
struct Done {
    std::size_t cells = 0;
    std::size_t of_cells = 0;
    double work = 0;  //!< in any unit
    double of_work = 0;
};

//! "[ 42%] 84/200 cells, ETA 31 s", percent and ETA by work; without an ETA while nothing is done.
std::string progress_line(Done const& done, std::string const& unit, double elapsed_s);

class Progress {
public:
    Progress(Terminal const& terminal, std::size_t cells, double work, std::string unit,
             std::chrono::milliseconds heartbeat = std::chrono::seconds(30));
    ~Progress();  //!< clears the bar
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    //! One more is done, which was so much work. From any thread.
    void advance(double work);

private:
    void watch();
    void show();

    Terminal const& terminal_;
    std::string const unit_;
    std::chrono::milliseconds const period_;
    std::chrono::steady_clock::time_point const start_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable ended_;
    Done done_;
    bool over_ = false;
    std::thread ticker_;
};

}  // namespace copperwall

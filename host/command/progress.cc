#include "host/command/progress.h"

#include <cmath>
#include <cstdio>
#include <utility>

namespace copperwall {
namespace {

constexpr std::chrono::milliseconds kRedraw{200};

std::string duration(double seconds)
{
    auto const s = static_cast<long>(std::ceil(seconds));
    if (s < 100) return std::to_string(s) + " s";
    if (s < 6000) return std::to_string((s + 59) / 60) + " min";
    return std::to_string((s + 3599) / 3600) + " h";
}

}  // namespace

std::string progress_line(std::size_t done, std::size_t total, std::string const& unit, double elapsed_s)
{
    std::size_t const percent = total == 0 ? 100 : 100 * done / total;
    char head[16];
    std::snprintf(head, sizeof head, "[%3zu%%] ", percent);
    std::string line = head + std::to_string(done) + "/" + std::to_string(total) + " " + unit;
    if (done != 0 && done < total) {
        double const left = elapsed_s / static_cast<double>(done) * static_cast<double>(total - done);
        line += ", ETA " + duration(left);
    }
    return line;
}

Progress::Progress(Terminal const& terminal, std::size_t total, std::string unit,
                   std::chrono::milliseconds heartbeat)
    : terminal_(terminal),
      total_(total),
      unit_(std::move(unit)),
      period_(terminal.err_is_tty ? kRedraw : heartbeat)
{
    if (!terminal_.quiet) ticker_ = std::thread([this] { watch(); });
}

Progress::~Progress()
{
    if (!ticker_.joinable()) return;
    {
        std::lock_guard const lock(mutex_);
        over_ = true;
    }
    ended_.notify_all();
    ticker_.join();
    if (terminal_.err_is_tty) terminal_.err << "\r\033[K" << std::flush;
}

void Progress::advance()
{
    std::lock_guard const lock(mutex_);
    ++done_;
}

void Progress::watch()
{
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, period_, [this] { return over_; })) show();
}

void Progress::show()
{
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - start_;
    std::string const line = progress_line(done_, total_, unit_, elapsed.count());
    if (terminal_.err_is_tty)
        terminal_.err << '\r' << line << "\033[K" << std::flush;
    else
        terminal_.err << line << '\n' << std::flush;
}

}  // namespace copperwall

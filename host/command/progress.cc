#include "host/command/progress.h"

#include <algorithm>
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

std::string progress_line(Done const& done, std::string const& unit, double elapsed_s)
{
    bool const all = done.cells == done.of_cells;
    double const left = std::max(done.of_work - done.work, 0.01 * done.of_work);  // none is done before it is
    double const part = all ? 1 : 1 - left / done.of_work;
    char head[16];
    std::snprintf(head, sizeof head, "[%3.0f%%] ", std::floor(100 * part));
    std::string line = head + std::to_string(done.cells) + "/" + std::to_string(done.of_cells) + " " + unit;
    if (done.cells != 0 && !all) line += ", ETA " + duration(elapsed_s / done.work * left);
    return line;
}

Progress::Progress(Terminal const& terminal, std::size_t cells, double work, std::string unit,
                   std::chrono::milliseconds heartbeat)
    : terminal_(terminal),
      unit_(std::move(unit)),
      period_(terminal.err_is_tty ? kRedraw : heartbeat),
      done_{0, cells, 0, work}
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

void Progress::advance(double work)
{
    std::lock_guard const lock(mutex_);
    ++done_.cells;
    done_.work += work;
}

void Progress::watch()
{
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, period_, [this] { return over_; })) show();
}

void Progress::show()
{
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - start_;
    std::string const line = progress_line(done_, unit_, elapsed.count());
    if (terminal_.err_is_tty)
        terminal_.err << '\r' << line << "\033[K" << std::flush;
    else
        terminal_.err << line << '\n' << std::flush;
}

}  // namespace copperwall

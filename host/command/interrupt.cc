#include "host/command/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "host/command/exit_code.h"

namespace copperwall {
namespace {

// A handler can reach nothing but objects of static duration; only InterruptWatch hands this one out.
std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

struct sigaction former_int;
struct sigaction former_term;

void on_signal(int)
{
    if (stop.exchange(true)) _exit(kInterrupted);
    static constexpr char kLine[] =
        "\nstopping, finished results are kept; press Ctrl-C again to stop at once\n";
    [[maybe_unused]] auto const written = write(STDERR_FILENO, kLine, sizeof kLine - 1);
}

}  // namespace

InterruptWatch::InterruptWatch()
{
    stop = false;
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &former_int);
    sigaction(SIGTERM, &action, &former_term);
}

InterruptWatch::~InterruptWatch()
{
    sigaction(SIGINT, &former_int, nullptr);
    sigaction(SIGTERM, &former_term, nullptr);
}

std::atomic<bool> const& InterruptWatch::requested() const
{
    return stop;
}

}  // namespace copperwall

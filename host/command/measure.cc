#include "host/command/measure.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace copperwall {
namespace {

//! What the child sends: plain bytes through a pipe, less than PIPE_BUF.
struct Answer {
    Measurement measurement;
    bool failed = false;
    char words[512] = {};
};

double cpu_seconds()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval const& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Answer answer_of(std::function<std::function<Work()>()> const& prepare)
{
    Answer answer;
    try {
        auto const timed = prepare();
        double const cpu_start = cpu_seconds();
        auto const start = std::chrono::steady_clock::now();
        answer.measurement.work = timed();
        answer.measurement.wall_s =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        answer.measurement.cpu_s = cpu_seconds() - cpu_start;
    } catch (std::exception const& error) {
        answer.failed = true;
        std::strncpy(answer.words, error.what(), sizeof answer.words - 1);
    }
    return answer;
}

[[noreturn]] void run_child(int to, std::function<std::function<Work()>()> const& prepare)
{
    Answer const answer = answer_of(prepare);
    bool const sent = write(to, &answer, sizeof answer) == static_cast<ssize_t>(sizeof answer);
    _exit(sent ? 0 : 1);
}

bool receive(int from, Answer& answer)
{
    auto* bytes = reinterpret_cast<char*>(&answer);
    std::size_t got = 0;
    while (got < sizeof answer) {
        ssize_t const n = read(from, bytes + got, sizeof answer - got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        got += static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

Measurement measure_in_child(std::function<std::function<Work()>()> const& prepare)
{
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error(std::string("cannot open a pipe: ") + std::strerror(errno));
    pid_t const child = fork();
    if (child < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
    if (child == 0) {
        close(ends[0]);
        run_child(ends[1], prepare);
    }
    close(ends[1]);
    Answer answer;
    bool const answered = receive(ends[0], answer);
    close(ends[0]);
    rusage usage = {};
    int status = 0;
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    if (!answered) throw std::runtime_error("the measuring process ended without an answer (out of memory?)");
    if (answer.failed) throw std::runtime_error(answer.words);
    answer.measurement.peak_rss_bytes = std::int64_t{1024} * usage.ru_maxrss;
    return answer.measurement;
}

}  // namespace copperwall

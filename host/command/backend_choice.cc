#include "host/command/backend_choice.h"

#include <algorithm>
#include <cstdio>

namespace copperwall {
namespace {

//! Of one core on interleaved packets, `copperwall bench --case a2a_576`: about 60 M. Trains go faster.
constexpr double kCoreHopsPerS = 6e7;

//! A process's first use of a device takes 0.3 s, measured on an H200.
constexpr double kWorthwhile_s = 1;

std::string seconds_text(double seconds, double cores)
{
    char text[80];
    std::snprintf(text, sizeof text, "its packets keep %.0f core%s busy for %s%.1f s at most", cores,
                  cores == 1 ? "" : "s", seconds < 0.1 ? "less than " : "about ", std::max(seconds, 0.1));
    return text;
}

}  // namespace

BackendChoice choose_backend(ExecutionOptions const& options, double expected_hops, std::size_t cells,
                             unsigned threads, std::string const& no_device)
{
    if (options.backend != Backend::automatic) return {options.backend, {}};
    if (options.fidelity == Fidelity::bound) return {Backend::cpu, {}};
    if (options.engine == Engine::reference) return {Backend::cpu, "the reference engine runs on cores"};
    if (!no_device.empty()) return {Backend::cpu, no_device};
    double const cores = static_cast<double>(std::min<std::size_t>(threads, std::max<std::size_t>(cells, 1)));
    double const seconds = expected_hops / (kCoreHopsPerS * cores);
    return {seconds < kWorthwhile_s ? Backend::cpu : Backend::cuda, seconds_text(seconds, cores)};
}

}  // namespace copperwall

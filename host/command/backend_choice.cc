#include "host/command/backend_choice.h"

#include <algorithm>
#include <cstdio>

namespace copperwall {
namespace {

//! Of one core on interleaved packets, `copperwall bench --case a2a_576`: about 60 M. Trains go faster.
constexpr double kCoreHopsPerS = 6e7;

// Measured on an H200, tests/bench/results/h200-2026-11-27.json: a process's first use of the device; hops of
// many scenarios at once (batch256_a2a_72); a node's visit, where scenarios share the device (the same) and
// where one has it alone (sparse_576, full_a2a_1152: 0.2 us).
constexpr double kDeviceStart_s = 0.3;
constexpr double kDeviceHopsPerS = 4.6e9;
constexpr double kSharedVisit_s = 0.12e-6;
constexpr double kLoneVisit_s = 0.2e-6;

double on_device_s(ExpectedWork const& work)
{
    double const visits_s = std::max(work.visits * kSharedVisit_s, work.most_visits * kLoneVisit_s);
    return kDeviceStart_s + work.hops / kDeviceHopsPerS + visits_s;
}

std::string seconds_text(double cores_s, double cores, double device_s)
{
    char text[120];
    std::snprintf(text, sizeof text,
                  "its packets are expected to take %.1f s on %.0f core%s, %.1f s on the device", cores_s,
                  cores, cores == 1 ? "" : "s", device_s);
    return text;
}

}  // namespace

BackendChoice choose_backend(ExecutionOptions const& options, ExpectedWork const& work, std::size_t cells,
                             unsigned threads, std::string const& no_device)
{
    if (options.backend != Backend::automatic) return {options.backend, {}};
    if (options.fidelity == Fidelity::bound) return {Backend::cpu, {}};
    if (options.engine == Engine::reference) return {Backend::cpu, "the reference engine runs on cores"};
    if (!no_device.empty()) return {Backend::cpu, no_device};
    double const cores = static_cast<double>(std::min<std::size_t>(threads, std::max<std::size_t>(cells, 1)));
    double const cores_s = work.hops / (kCoreHopsPerS * cores);
    double const device_s = on_device_s(work);
    return {cores_s <= device_s ? Backend::cpu : Backend::cuda, seconds_text(cores_s, cores, device_s)};
}

}  // namespace copperwall

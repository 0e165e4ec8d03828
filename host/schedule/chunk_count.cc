#include "host/schedule/chunk_count.h"

#include <algorithm>

#include "host/schedule/switch_reduce.h"

namespace copperwall {

namespace {

bool cover_all_planes(ChunkMessages const& messages, PathModel const& links)
{
    for (std::int64_t const bytes : {messages.inside, messages.outside})
        if (bytes != 0 && !spreads_evenly(links.format, links.planes, bytes)) return false;
    return true;
}

//! 1, 2, 3, 4, 6, 8, 12: powers of two and one and a half times them.
std::uint32_t next_count(std::uint32_t chunks)
{
    bool const power = (chunks & (chunks - 1)) == 0;
    return power && chunks > 1 ? chunks / 2 * 3 : power ? 2 : chunks / 3 * 4;
}

//! kOpenRounds of them are what the software of switches that reduce has under way.
std::uint32_t rounds_in_flight(CollectiveCall const& call)
{
    std::int64_t const rounds = (kOpenRounds * call.bytes + call.in_flight_bytes - 1) / call.in_flight_bytes;
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(rounds, 2 * std::int64_t{kOpenRounds}, kMostRounds));
}

}  // namespace

std::uint32_t best_chunks(Algorithm const& algorithm, CollectiveCall call, Paths const& paths)
{
    if (algorithm.messages == nullptr) return 1;
    if (algorithm.units && call.in_flight_bytes != 0) return rounds_in_flight(call);
    std::uint32_t best = call.chunks = 1;
    double least_ns = algorithm.closed_form_ns(call, paths);
    std::uint32_t const most = algorithm.units ? kMostRounds : kMostChunks;
    for (call.chunks = 2; call.chunks <= most; call.chunks = next_count(call.chunks)) {
        if (!cover_all_planes(algorithm.messages(call), paths.inside)) break;
        double const ns = algorithm.closed_form_ns(call, paths);
        if (ns >= least_ns) continue;
        least_ns = ns;
        best = call.chunks;
    }
    return best;
}

}  // namespace copperwall

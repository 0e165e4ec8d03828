#include "host/schedule/chunk_count.h"

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

}  // namespace

std::uint32_t best_chunks(Algorithm const& algorithm, CollectiveCall call, Paths const& paths)
{
    if (algorithm.messages == nullptr) return 1;
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

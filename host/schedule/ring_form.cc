#include "host/schedule/ring_form.h"

#include <algorithm>
#include <limits>

#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

//! Edges from each rank to its successor.
class RingEdges {
public:
    RingEdges(CollectiveCall const& call, Paths const& paths)
        : domains_(domains_of(call, paths)),
          inside_(inside_reach(domains_, paths)),
          outside_(outside_reach(domains_, paths))
    {
        std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
        inside_ns_ = message_ns(paths.inside, chunk);
        if (domains_.count > 1) outside_ns_ = message_ns(paths.outside, chunk);
    }

    RingEdge from(std::uint32_t rank) const
    {
        std::uint32_t const next = (rank + 1) % domains_.ranks;
        if (domains_.together(rank, next))
            return {inside_ns_, inside_.way_ns(rank % domains_.size, next % domains_.size)};
        return {outside_ns_, outside_.way_ns(rank, next)};
    }

private:
    Domains domains_;
    Reach inside_;
    Reach outside_;
    double inside_ns_ = 0;
    double outside_ns_ = 0;
};

}  // namespace

double ring_chain_ns(std::vector<RingEdge> const& edges, std::uint32_t turns, double step_ns)
{
    std::size_t const n = edges.size();
    double around = 0;
    double skipped = std::numeric_limits<double>::infinity();  // least sum of `turns` consecutive edges
    for (std::size_t e = 0; e != n; ++e) {
        around += edges[e].total_ns();
        double left_out = 0;
        for (std::uint32_t i = 0; i != turns; ++i) left_out += edges[(e + i) % n].total_ns();
        skipped = std::min(skipped, left_out);
    }
    return turns * static_cast<double>(n - 1) * step_ns + turns * around - skipped;
}

double ring_ns(CollectiveCall const& call, Paths const& paths, std::uint32_t turns)
{
    RingEdges const from(call, paths);
    std::uint32_t const steps = turns * (call.ranks - 1);
    std::vector<RingEdge> edges;
    double queue = 0;
    for (std::uint32_t r = 0; r != call.ranks; ++r) {
        edges.push_back(from.from(r));
        queue = std::max(queue, steps * edges.back().serialisation_ns + edges.back().way_ns);
    }
    return call.launch_ns + std::max(ring_chain_ns(edges, turns, call.step_ns), call.step_ns + queue);
}

}  // namespace copperwall

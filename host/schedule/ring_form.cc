#include "host/schedule/ring_form.h"

#include <algorithm>
#include <limits>

#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

//! Of one chunk over one edge of the ring, without software.
struct Edge {
    double serialisation_ns = 0;
    double way_ns = 0;
    double total_ns() const { return serialisation_ns + way_ns; }
};

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

    Edge from(std::uint32_t rank) const
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

double ring_ns(CollectiveCall const& call, Paths const& paths, std::uint32_t turns)
{
    RingEdges const edges(call, paths);
    std::uint32_t const steps = turns * (call.ranks - 1);
    double around = 0, queue = 0;
    double skipped = std::numeric_limits<double>::infinity();  // least sum of `turns` consecutive edges
    for (std::uint32_t r = 0; r != call.ranks; ++r) {
        Edge const e = edges.from(r);
        around += e.total_ns();
        double left_out = 0;
        for (std::uint32_t i = 0; i != turns; ++i) left_out += edges.from((r + i) % call.ranks).total_ns();
        skipped = std::min(skipped, left_out);
        queue = std::max(queue, steps * e.serialisation_ns + e.way_ns);
    }
    double const chain = steps * call.step_ns + turns * around - skipped;
    return call.launch_ns + std::max(chain, call.step_ns + queue);
}

}  // namespace copperwall

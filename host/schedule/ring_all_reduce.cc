#include "host/schedule/ring_all_reduce.h"

#include <algorithm>
#include <limits>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kArrived = 0;  //!< counter: chunks received

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

//! The steps from `first` on, as one family.
Family ring_steps(CollectiveCall const& call, std::uint32_t first, std::uint32_t count)
{
    Family f;
    f.count = count;
    f.group = call.ranks;
    f.peer_0 = 1;
    f.bytes = call.bytes;
    f.shares = call.ranks;
    f.chunk_r = 1;
    f.chunk_k = -1;
    f.chunk_0 = -static_cast<std::int32_t>(first);
    f.signal = kArrived;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.step_0 = first;
    f.step_k = 1;
    return f;
}

}  // namespace

//! Step 0 needs nothing and is a family of its own, because it alone pays the launch.
Schedule ring_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    std::uint32_t const steps = ring_all_reduce_steps(call.ranks);
    Family rest = ring_steps(call, 1, steps - 1);
    rest.wait = kArrived;
    rest.need_0 = 1;
    rest.need_k = 1;
    Schedule s;
    s.gpus = domains.gpus();
    s.counters = 1;
    s.steps = steps;
    s.launch_fs = ceil_to_fs(call.launch_ns);
    s.families = {ring_steps(call, 0, 1), rest};
    return s;
}

double ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    RingEdges const edges(call, paths);
    std::uint32_t const steps = ring_all_reduce_steps(call.ranks);
    double around = 0, queue = 0;
    double skipped = std::numeric_limits<double>::infinity();
    for (std::uint32_t r = 0; r != call.ranks; ++r) {
        Edge const e = edges.from(r);
        around += e.total_ns();
        skipped = std::min(skipped, e.total_ns() + edges.from((r + 1) % call.ranks).total_ns());
        queue = std::max(queue, steps * e.serialisation_ns + e.way_ns);
    }
    double const chain = steps * call.step_ns + 2 * around - skipped;
    return call.launch_ns + std::max(chain, call.step_ns + queue);
}

std::uint32_t ring_all_reduce_steps(std::uint32_t ranks)
{
    return 2 * (ranks - 1);
}

}  // namespace copperwall

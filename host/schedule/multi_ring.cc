#include "host/schedule/multi_ring.h"

#include <algorithm>

#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"
#include "host/schedule/ring_all_reduce.h"
#include "host/schedule/ring_form.h"
#include "host/schedule/ring_halves.h"

namespace copperwall {

namespace {

enum class Turn : std::uint8_t { all_reduce, reduce_scatter, all_gather };

std::uint32_t turns_of(Turn turn)
{
    return turn == Turn::all_reduce ? 2 : 1;
}

//! What a rank sends in a step of one ring: 1/(N C) of S, rounded up to 16 B.
std::int64_t step_bytes(Domains const& d, UsedNics const& nics, std::int64_t bytes)
{
    std::int64_t const parts = std::int64_t{16} * d.ranks * nics.count();
    return (bytes + parts - 1) / parts * 16;
}

//! One family for the first step of a ring, one for all others; the same row of a rank for all of them.
void add_ring(CollectiveCall const& call, Domains const& d, std::uint32_t ring, std::uint32_t steps,
              Schedule& s)
{
    UsedNics const nics(call, d);
    auto const order = multi_ring_order(d.ranks, d.size, nics.place(ring));
    std::vector<std::uint32_t> next(d.ranks);
    for (std::uint32_t i = 0; i != d.ranks; ++i) next[order[i]] = order[(i + 1) % d.ranks];
    Circle const all{d.ranks};
    std::int64_t const bytes = step_bytes(d, nics, call.bytes);
    auto const row = static_cast<std::uint32_t>(s.table.size());
    for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu)
        s.table.push_back({d.group_of(gpu) * d.ranks + next[d.rank_of(gpu)], bytes, 0});
    for (Family f : {around(call, all, bytes, 0, 1, ring), around(call, all, bytes, 1, steps - 1, ring)}) {
        if (f.count == 0) continue;
        f.table = row;
        f.table_k = 0;
        f.bytes = 0;
        s.families.push_back(f);
    }
}

Schedule rings(CollectiveCall const& call, Domains const& d, Turn turn)
{
    std::uint32_t const steps = turns_of(turn) * (d.ranks - 1);
    std::uint32_t const rings = UsedNics(call, d).count();
    Schedule s = empty_schedule(call, d.gpus(), rings, steps);
    for (std::uint32_t ring = 0; ring != rings; ++ring) add_ring(call, d, ring, steps, s);
    return s;
}

double rings_ns(CollectiveCall const& call, Paths const& paths, Domains const& d, Turn turn)
{
    Reach const inside = inside_reach(d, paths);
    Reach const outside = outside_reach(d, paths);
    UsedNics const nics(call, d);
    std::int64_t const bytes = step_bytes(d, nics, call.bytes);
    double const rings_of_links = nics.all() ? d.size - 1 : nics.count();
    double const link_ns = message_ns(paths.inside, bytes), nic_ns = message_ns(paths.outside, bytes);
    double const steps = turns_of(turn) * (d.ranks - 1);
    auto const order = multi_ring_order(d.ranks, d.size, 0);
    std::vector<RingEdge> edges;
    double queue = 0;
    for (std::uint32_t i = 0; i != d.ranks; ++i) {
        std::uint32_t const from = order[i], to = order[(i + 1) % d.ranks];
        bool const within = d.together(from, to);
        edges.push_back(within ? RingEdge{link_ns, inside.way_ns(from % d.size, to % d.size)}
                               : RingEdge{nic_ns, outside.way_ns(from, to)});
        queue = std::max(queue, (within ? rings_of_links : 1) * steps * edges.back().serialisation_ns +
                                    edges.back().way_ns);
    }
    double const chain = ring_chain_ns(edges, turns_of(turn), call.step_ns);
    return call.launch_ns + std::max(chain, call.step_ns + queue);
}

}  // namespace

std::vector<std::uint32_t> multi_ring_order(std::uint32_t ranks, std::uint32_t domain_ranks,
                                            std::uint32_t place)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t first = 0; first != ranks; first += domain_ranks) {
        bool const back = first / domain_ranks % 2 != 0;
        for (std::uint32_t i = 0; i != domain_ranks; ++i)
            order.push_back(first + (place + (back ? domain_ranks - 1 - i : i)) % domain_ranks);
    }
    return order;
}

Schedule multi_ring_all_reduce(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    return d.flat() ? ring_all_reduce(call) : rings(call, d, Turn::all_reduce);
}

Schedule multi_ring_reduce_scatter(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    return d.flat() ? ring_reduce_scatter(call) : rings(call, d, Turn::reduce_scatter);
}

Schedule multi_ring_all_gather(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    return d.flat() ? ring_all_gather(call) : rings(call, d, Turn::all_gather);
}

double multi_ring_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    return d.flat() ? ring_all_reduce_ns(call, paths) : rings_ns(call, paths, d, Turn::all_reduce);
}

double multi_ring_half_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    return d.flat() ? ring_half_ns(call, paths) : rings_ns(call, paths, d, Turn::all_gather);
}

}  // namespace copperwall

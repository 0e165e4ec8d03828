#include "host/schedule/rack_all_reduce.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"
#include "host/schedule/hierarchical_all_reduce.h"
#include "host/schedule/pipeline_form.h"

namespace copperwall {

namespace {

//! Ranks that exchange at one level, and what they share out among themselves.
struct Level {
    Circle circle;
    std::int64_t bytes = 0;
};

struct Racks {
    Domains domains;
    std::uint32_t rack = 0;   //!< q
    std::uint32_t racks = 1;  //!< m, of a domain
    std::int64_t bytes = 0;   //!< S, padded

    //! Nothing to do that hierarchical does not.
    bool are_flat() const { return racks == 1 || rack == 1; }
};

Racks racks_of(CollectiveCall call)
{
    Domains const d = domains_of(call);
    std::uint32_t const rack = call.leaf_ranks == 0 ? d.size : call.leaf_ranks;
    if (rack > d.size || d.size % rack != 0)
        throw std::invalid_argument("racks of " + std::to_string(rack) + " ranks do not divide the " +
                                    std::to_string(d.size) + " of a domain; every rack must hold as many");
    call.chunks = 1;
    return {d, rack, d.size / rack, chunk_bytes(call)};
}

std::vector<Level> all_levels(Racks const& r)
{
    std::vector<Level> levels = {{{r.rack, 1}, r.bytes}, {{r.racks, r.rack}, r.bytes / r.rack}};
    if (r.domains.count > 1) levels.push_back({{r.domains.count, r.domains.size}, r.bytes / r.domains.size});
    return levels;
}

//! A step between racks, where ranks of a rack share its links up.
struct Crossing {
    double first_ns = 0;  //!< until the first rank is done
    double last_ns = 0;
};

//! (2) and (3).
Crossing crossing_of(CollectiveCall const& call, Paths const& paths, Racks const& r)
{
    PathModel const& path = paths.inside;
    std::int64_t const bytes = r.bytes / r.rack / r.racks;
    Reach const reach(path, 1, r.racks, 1);
    double const alone = reach.last_ns(bytes, call.per_peer_ns);
    double const shared = reach.peers() * wire_ns(path, bytes) / path.up_share + reach.farthest_ns();
    std::int64_t const packet = std::int64_t{path.format.payload_bytes} * path.planes;
    double const turn = message_ns(path, std::min(bytes, packet));
    return {std::max(alone, shared - (std::ceil(1 / path.up_share) - 1) * turn), std::max(alone, shared)};
}

double rails_ns(CollectiveCall const& call, Paths const& paths, Racks const& r)
{
    if (r.domains.count == 1) return 0;
    Reach const rail = rail_reach(r.domains, paths);
    std::int64_t const bytes = r.bytes / r.domains.ranks;
    double const both = rail.least_ns(bytes, call.per_peer_ns) + rail.last_ns(bytes, call.per_peer_ns);
    return std::max(both, rail.upwards_ns(bytes, 2));
}

}  // namespace

Schedule rack_hierarchical_all_reduce(CollectiveCall const& call)
{
    Racks const racks = racks_of(call);
    if (racks.are_flat()) return hierarchical_all_reduce(call);
    auto const levels = all_levels(racks);
    auto const steps = static_cast<std::uint32_t>(2 * levels.size());
    Schedule s = empty_schedule(call, racks.domains.gpus(), steps - 1, steps);
    std::uint32_t arrivals = 0;  // of the step before
    for (std::uint32_t step = 0; step != steps; ++step) {
        bool const down = step < levels.size();
        Level const& level = levels[down ? step : steps - 1 - step];
        Family f =
            to_all_others(call, level.circle, level.bytes, down ? Share::of_receiver : Share::of_sender);
        f.step_0 = step;
        if (step != 0) {
            f.wait = step - 1;
            f.need_0 = arrivals;
        }
        if (step + 1 != steps) f.signal = step;
        arrivals = level.circle.members - 1;
        s.families.push_back(f);
    }
    return s;
}

double rack_hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Racks const r = racks_of(call);
    domains_of(call, paths);  // refuses several domains without a path between them
    if (r.are_flat()) return hierarchical_all_reduce_ns(call, paths);
    Reach const rack(paths.inside, 1, r.rack, r.rack);
    Crossing const crossing = crossing_of(call, paths, r);
    double const links =
        2 * rack.last_ns(r.bytes / r.rack, call.per_peer_ns) + crossing.first_ns + crossing.last_ns;
    double const software = static_cast<double>(2 * all_levels(r).size()) * call.step_ns;
    return call.launch_ns + software + links + rails_ns(call, paths, r);
}

}  // namespace copperwall

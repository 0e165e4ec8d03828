#include "host/schedule/hierarchical_all_reduce.h"

#include <algorithm>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/two_shot_all_reduce.h"

namespace copperwall {

namespace {

//! One step is one family; what arrives in it counts on the counter of its number.
class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains) : call_(call), domains_(domains)
    {
        schedule_.gpus = domains.gpus();
        schedule_.counters = 3;
        schedule_.steps = 4;
        schedule_.launch_fs = ceil_to_fs(call.launch_ns);
    }

    Schedule build(std::int64_t padded)
    {
        std::int64_t const share = padded / domains_.size;
        Family const scatter = exchange(domains_.size, 1, padded, 1);
        Family const rail_scatter = exchange(domains_.count, domains_.size, share, 1);
        Family const rail_gather = exchange(domains_.count, domains_.size, share, 0);
        Family const gather = exchange(domains_.size, 1, padded, 0);
        for (Family const& f : {scatter, rail_scatter, rail_gather, gather}) add(f);
        schedule_.families.back().signal = kNone;
        return schedule_;
    }

private:
    //! A share of `bytes` to every other member: the receiver's, or the sender's own.
    Family exchange(std::uint32_t members, std::uint32_t stride, std::int64_t bytes,
                    std::int32_t receivers) const
    {
        Family f;
        f.count = members - 1;
        f.group = members;
        f.stride = stride;
        f.peer_k = 1;
        f.peer_0 = 1;
        f.bytes = bytes;
        f.shares = members;
        f.chunk_r = 1;
        f.chunk_k = receivers;
        f.chunk_0 = receivers;
        f.delay_fs = ceil_to_fs(call_.step_ns);
        f.spacing_fs = ceil_to_fs(call_.per_peer_ns);
        return f;
    }

    void add(Family f)
    {
        auto const step = static_cast<std::uint32_t>(schedule_.families.size());
        f.step_0 = step;
        f.signal = step;
        if (step > 0) {
            f.wait = step - 1;
            f.need_0 = schedule_.families.back().count;
        }
        schedule_.families.push_back(f);
    }

    CollectiveCall const& call_;
    Domains const& domains_;
    Schedule schedule_;
};

std::int64_t padded_bytes(CollectiveCall const& call)
{
    return call.ranks * share_bytes(call.bytes, call.ranks, 0);
}

//! One place per domain leaves nothing to do within it; one domain nothing between.
bool is_two_shot(Domains const& domains)
{
    return domains.count == 1 || domains.size == 1;
}

}  // namespace

Schedule hierarchical_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    if (is_two_shot(domains)) return two_shot_all_reduce(call);
    return Builder(call, domains).build(padded_bytes(call));
}

double hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    if (is_two_shot(d)) return two_shot_all_reduce_ns(call, paths);
    Reach const in = inside_reach(d, paths);
    Reach const rail = rail_reach(d, paths);
    std::int64_t const chunk = padded_bytes(call) / d.ranks;
    std::int64_t const share = chunk * d.count;
    double const t = call.per_peer_ns;
    double const chain = 4 * call.step_ns + in.last_ns(share, t) + in.least_ns(share, t) +
                         rail.last_ns(chunk, t) + rail.least_ns(chunk, t);
    double const up = std::max(in.upwards_ns(share, 2), rail.upwards_ns(chunk, 2));
    return call.launch_ns + std::max(chain, call.step_ns + up);
}

std::uint32_t hierarchical_all_reduce_steps(std::uint32_t)
{
    return 4;
}

}  // namespace copperwall

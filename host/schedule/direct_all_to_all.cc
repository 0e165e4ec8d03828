#include "host/schedule/direct_all_to_all.h"

#include <algorithm>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/expert_traffic.h"
#include "host/schedule/family_table.h"
#include "host/schedule/port_loads.h"

namespace copperwall {

namespace {

//! With one size for all pairs, or one for each.
Family to_all_others(CollectiveCall const& call)
{
    Family f;
    f.count = call.ranks - 1;
    f.group = call.ranks;
    f.peer_k = 1;
    f.peer_0 = 1;
    f.bytes = call.bytes;
    f.shares = call.ranks;
    f.chunk_r = 1;
    f.chunk_k = 1;
    f.chunk_0 = 1;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.spacing_fs = ceil_to_fs(call.per_peer_ns);
    return f;
}

double skewed_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    TokenCounts const& tokens = token_counts(call);
    PortLoads loads(d, paths);
    double latest = 0;
    for (std::uint32_t sender = 0; sender != d.gpus(); ++sender) {
        for (std::uint32_t k = 0; k != d.ranks - 1; ++k) {
            std::uint32_t const rank = (d.rank_of(sender) + 1 + k) % d.ranks;
            std::uint32_t const receiver = d.group_of(sender) * d.ranks + rank;
            std::int64_t const bytes = tokens.picked_bytes(sender, receiver);
            if (bytes == 0) continue;
            loads.add(sender, receiver, bytes);
            latest = std::max(latest, k * call.per_peer_ns + loads.alone_ns(sender, receiver, bytes));
        }
    }
    return call.launch_ns + call.step_ns + std::max(loads.busiest_ns(), latest);
}

}  // namespace

Schedule direct_all_to_all(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    Schedule s;
    s.gpus = domains.gpus();
    s.launch_fs = ceil_to_fs(call.launch_ns);
    s.families = {to_all_others(call)};
    if (!skewed(call)) return s;
    TokenCounts const& tokens = token_counts(call);
    put_table(s, s.families.front(), [&](std::uint32_t sender, std::uint32_t receiver) {
        return tokens.picked_bytes(sender, receiver);
    });
    return s;
}

double direct_all_to_all_ns(CollectiveCall const& call, Paths const& paths)
{
    if (skewed(call)) return skewed_ns(call, paths);
    std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
    double const x = exchange_of(call, paths, chunk).last_ns;
    return call.launch_ns + call.step_ns + std::max(x, upwards_ns(call, paths, chunk, 1));
}

std::uint32_t direct_all_to_all_steps(std::uint32_t)
{
    return 1;
}

}  // namespace copperwall

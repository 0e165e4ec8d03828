#include "host/schedule/chain_broadcast.h"

#include <algorithm>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"

namespace copperwall {

namespace {

constexpr std::uint32_t kArrived = 0;  //!< counter: chunks received

//! The chunks of the ranks [first, end) to their successors. All but the root's are labelled step 1.
void add_senders(CollectiveCall const& call, Domains const& d, std::uint32_t first, std::uint32_t end,
                 Schedule& s)
{
    Family f;
    f.count = chunks_of(call);
    f.group = d.ranks;
    f.table = static_cast<std::uint32_t>(s.table.size());
    f.signal = kArrived;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.step_0 = first;
    for (std::uint32_t k = 0; k != f.count; ++k)
        for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu) {
            bool const sends = d.rank_of(gpu) >= first && d.rank_of(gpu) < end;
            std::int64_t const bytes = share_bytes(call.bytes, f.count, k);
            s.table.push_back(sends ? TableRow{gpu + 1, bytes, 0} : TableRow{});
        }
    s.families.push_back(f);
}

}  // namespace

Schedule chain_broadcast(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    Schedule s = empty_schedule(call, d.gpus(), 1, d.ranks - 1);
    add_senders(call, d, 0, 1, s);
    if (s.families[0].count > 1) s.families[0].spacing_fs = ceil_to_fs(call.per_peer_ns);
    if (d.ranks == 2) return s;
    add_senders(call, d, 1, d.ranks - 1, s);
    s.families[1].wait = kArrived;
    s.families[1].need_0 = s.families[1].need_k = 1;
    return s;
}

double chain_broadcast_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    Reach const inside = inside_reach(d, paths), outside = outside_reach(d, paths);
    std::int64_t const chunk = share_bytes(call.bytes, chunks_of(call), 0);
    double chain = 0, slowest = call.per_peer_ns;
    for (std::uint32_t r = 0; r + 1 != d.ranks; ++r) {
        bool const within = d.together(r, r + 1);
        double const s = message_ns(within ? paths.inside : paths.outside, chunk);
        double const way = within ? inside.way_ns(r % d.size, (r + 1) % d.size) : outside.way_ns(r, r + 1);
        chain += call.step_ns + s + way;
        slowest = std::max(slowest, s);
    }
    return call.launch_ns + chain + (chunks_of(call) - 1) * slowest;
}

ChunkMessages chain_messages(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    std::int64_t const chunk = share_bytes(call.bytes, chunks_of(call), chunks_of(call) - 1);
    return {d.size > 1 ? chunk : 0, d.count > 1 ? chunk : 0};
}

}  // namespace copperwall

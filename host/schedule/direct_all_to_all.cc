#include "host/schedule/direct_all_to_all.h"

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"

namespace copperwall {

Schedule direct_all_to_all(CollectiveCall const& call)
{
    require_two_ranks(call);
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
    Schedule s;
    s.gpus = call.ranks;
    s.launch_fs = ceil_to_fs(call.launch_ns);
    s.families = {f};
    return s;
}

double direct_all_to_all_ns(CollectiveCall const& call, Paths const& paths)
{
    PathModel const& path = paths.inside;
    std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
    return call.launch_ns + call.step_ns + burst_ns(path, call.ranks - 1, chunk, call.per_peer_ns) +
           one_way_ns(path);
}

std::uint32_t direct_all_to_all_steps(std::uint32_t)
{
    return 1;
}

}  // namespace copperwall

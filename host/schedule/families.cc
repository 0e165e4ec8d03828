#include "host/schedule/families.h"

#include "cuda/link_delay.h"

namespace copperwall {

Family to_all_others(CollectiveCall const& call, Circle const& circle, std::int64_t bytes, Share share)
{
    Family f;
    f.count = circle.members - 1;
    f.group = circle.members;
    f.stride = circle.stride;
    f.peer_k = 1;
    f.peer_0 = 1;
    f.bytes = bytes;
    f.shares = circle.members;
    f.chunk_r = 1;
    f.chunk_k = f.chunk_0 = share == Share::of_receiver ? 1 : 0;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.spacing_fs = ceil_to_fs(call.per_peer_ns);
    return f;
}

Family around(CollectiveCall const& call, Circle const& circle, std::int64_t bytes, std::uint32_t first,
              std::uint32_t count, std::uint32_t counter)
{
    Family f;
    f.count = count;
    f.group = circle.members;
    f.stride = circle.stride;
    f.peer_0 = 1;
    f.bytes = bytes;
    f.shares = circle.members;
    f.chunk_r = 1;
    f.chunk_k = -1;
    f.chunk_0 = -static_cast<std::int32_t>(first);
    f.signal = counter;
    f.delay_fs = ceil_to_fs(call.step_ns);
    f.step_0 = first;
    f.step_k = 1;
    if (first != 0) {
        f.wait = counter;
        f.need_0 = first;
        f.need_k = 1;
    }
    return f;
}

Schedule empty_schedule(CollectiveCall const& call, std::uint32_t gpus, std::uint32_t counters,
                        std::uint32_t steps)
{
    Schedule s;
    s.gpus = gpus;
    s.counters = counters;
    s.steps = steps;
    s.launch_fs = ceil_to_fs(call.launch_ns);
    return s;
}

}  // namespace copperwall

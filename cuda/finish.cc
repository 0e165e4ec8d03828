#include "cuda/finish.h"

#include <algorithm>

#include "cuda/unfinished.h"

namespace copperwall {

void add_step(StepUse& sum, StepUse const& part)
{
    sum.first_start_fs = std::min(sum.first_start_fs, part.first_start_fs);
    sum.last_end_fs = std::max(sum.last_end_fs, part.last_end_fs);
    sum.busy_fs += part.busy_fs;
    sum.wire_bytes += part.wire_bytes;
    sum.packets += part.packets;
}

void count_hops(Network const& network, EngineResult& result)
{
    for (std::size_t l = 0; l != result.links.size(); ++l) {
        std::int64_t const packets = result.links[l].packets;
        result.hops += packets;
        result.effective_hops += packets * network.copies(network.links[l].link_class);
    }
}

void finish(EngineInput const& input, EngineResult& result)
{
    require_all_complete(input.schedule, result.messages);
    for (MessageTimes const& message : result.messages) {
        if (message.complete != kNever) result.finish_fs = std::max(result.finish_fs, message.complete);
    }
    count_hops(input.network, result);
}

}  // namespace copperwall

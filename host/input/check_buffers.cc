#include "host/input/check_buffers.h"

namespace copperwall {

void check_buffers(ScenarioSpec const& scenario, Document const& document, ErrorList& errors)
{
    if (scenario.channels.count == 1) return;
    std::string const asked = "'channels' = " + std::to_string(scenario.channels.count);
    if (!finite_buffers(scenario.buffers, scenario.buffer_bytes, false))
        errors.add(document.place_at("fabric.channels"),
                   asked +
                       " of infinite buffers, in which nothing waits for room; set buffers = \"round_trip\" "
                       "or buffer_bytes, or leave channels out");
    if (scenario.routing == Routing::adaptive)
        errors.add(document.place_at("fabric.channels"),
                   asked +
                       " with routing = \"adaptive\", whose queues know of one channel a link; take "
                       "\"packet\", \"message\" or \"destination\", or leave channels out");
}

}  // namespace copperwall

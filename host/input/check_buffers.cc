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
    if (scenario.ack_packets)
        errors.add(document.place_at("fabric.channels"),
                   asked + " with acks = \"packets\", which gpus send in one channel; leave one of them out");
    if (scenario.routing == Routing::adaptive)
        errors.add(document.place_at("fabric.channels"),
                   asked +
                       " with routing = \"adaptive\", whose queues know of one channel a link; take "
                       "\"packet\", \"message\" or \"destination\", or leave channels out");
}

void check_turns(ScenarioSpec const& scenario, Document const& document, ErrorList& errors)
{
    std::uint32_t const at_once = scenario.library.messages_at_once;
    if (at_once == 1 || scenario.channels.count == 1) return;
    errors.add(
        document.place_at("fabric.channels"),
        "'channels' = " + std::to_string(scenario.channels.count) +
            " with a library that sends messages_at_once = " + std::to_string(at_once) +
            " (turns are of one channel only); leave channels out, or set library.messages_at_once = 1");
}

}  // namespace copperwall

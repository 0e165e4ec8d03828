#include "cuda/link_back.h"

#include <map>
#include <utility>

namespace copperwall {

std::vector<LinkId> links_back(Network const& network)
{
    std::map<std::pair<NodeId, NodeId>, std::vector<LinkId>> between;  // gpu, switch
    for (NodeId gpu = 0; gpu != network.gpus; ++gpu) {
        LinkId const first = network.nodes[gpu].first_egress;
        for (LinkId link = first; link != first + network.nodes[gpu].egress_count; ++link)
            between[{gpu, network.links[link].to}].push_back(link);
    }
    std::vector<LinkId> back(network.links.size(), kNone);
    std::map<std::pair<NodeId, NodeId>, std::size_t> met;
    for (LinkId link = 0; link != network.links.size(); ++link) {
        NodeId const gpu = network.links[link].to;
        if (gpu >= network.gpus) continue;
        auto const key = std::make_pair(gpu, network.links[link].from);
        auto const& ports = between[key];
        std::size_t const place = met[key]++;
        if (place < ports.size()) back[link] = ports[place];
    }
    return back;
}

std::vector<LinkId> ways_of_acks(EngineInput const& input)
{
    auto back = links_back(input.network);
    for (LinkId& link : back)
        if (link != kNone && format_on(input, input.network.links[link].rate).ack_bytes == 0) link = kNone;
    return back;
}

}  // namespace copperwall

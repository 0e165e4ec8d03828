//! The links into each node, as GridLoop reads them.
#pragma once

#include <algorithm>
#include <vector>

#include "cuda/grid_loop.h"

namespace copperwall {

class WiringLists {
public:
    //! `egress`: as before the first window.
    WiringLists(Network const& network, std::vector<EgressState> const& egress)
        : first_(network.nodes.size() + 1, 0),
          ingress_(network.links.size()),
          due_(network.nodes.size(), kNotScheduled)
    {
        for (Link const& link : network.links) ++first_[link.to + 1];
        for (std::size_t n = 1; n != first_.size(); ++n) first_[n] += first_[n - 1];
        for (LinkId l = 0; l != network.links.size(); ++l) {
            std::uint64_t& due = due_[network.links[l].from];
            due = std::min(due, egress[l].scheduled);
        }
        std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
        for (LinkId l = 0; l != network.links.size(); ++l) ingress_[next[network.links[l].to]++] = l;
        for (NodeId gpu = 0; gpu != network.gpus; ++gpu) {
            few_ports_ = few_ports_ && network.nodes[gpu].egress_count <= kAlonePorts &&
                         first_[gpu + 1] - first_[gpu] <= kAlonePorts;
        }
    }

    Wiring wiring() { return {first_.data(), ingress_.data(), due_.data(), few_ports_}; }
    bool few_ports() const { return few_ports_; }
    std::vector<std::uint64_t> const& due() const { return due_; }
    std::vector<std::uint32_t> const& first() const { return first_; }
    std::vector<LinkId> const& ingress() const { return ingress_; }

private:
    std::vector<std::uint32_t> first_;
    std::vector<LinkId> ingress_;
    std::vector<std::uint64_t> due_;
    bool few_ports_ = true;
};

}  // namespace copperwall

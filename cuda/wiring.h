//! The links into each node, as GridLoop reads them.
#pragma once

#include <vector>

#include "cuda/grid_loop.h"

namespace copperwall {

class WiringLists {
public:
    explicit WiringLists(Network const& network)
        : first_(network.nodes.size() + 1, 0), ingress_(network.links.size())
    {
        for (Link const& link : network.links) ++first_[link.to + 1];
        for (std::size_t n = 1; n != first_.size(); ++n) first_[n] += first_[n - 1];
        std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
        for (LinkId l = 0; l != network.links.size(); ++l) ingress_[next[network.links[l].to]++] = l;
    }

    Wiring wiring() const { return {first_.data(), ingress_.data()}; }
    std::vector<std::uint32_t> const& first() const { return first_; }
    std::vector<LinkId> const& ingress() const { return ingress_; }

private:
    std::vector<std::uint32_t> first_;
    std::vector<LinkId> ingress_;
};

}  // namespace copperwall

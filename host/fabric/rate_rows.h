//! Rates of single links.
#pragma once

#include <map>
#include <utility>

#include "cuda/network.h"

namespace copperwall {

//! Rows of Network::rates_Bps: the first are the tiers', in the order of their link classes; further ones are
//! of a tier and a rate, since a row also has the tier's frames.
class RateRows {
public:
    explicit RateRows(Network& network) : network_(network) {}

    //! Row of `part` of the rate of the link's tier, (0, 1].
    std::uint16_t part_of(Link const& link, double part)
    {
        auto const tier = static_cast<std::uint16_t>(link.link_class / 2);
        if (part == 1) return tier;
        auto const rate_Bps = static_cast<std::int64_t>(static_cast<double>(network_.rates_Bps[tier]) * part);
        auto const [found, added] = rows_.try_emplace({tier, rate_Bps}, network_.rates_Bps.size());
        if (added) network_.rates_Bps.push_back(rate_Bps);
        return static_cast<std::uint16_t>(found->second);
    }

private:
    Network& network_;
    std::map<std::pair<std::uint16_t, std::int64_t>, std::size_t> rows_;
};

}  // namespace copperwall

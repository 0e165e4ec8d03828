#include "host/results/reach_table.h"

#include "host/fabric/copper_reach.h"

namespace copperwall {

namespace {

constexpr double kLaneRates_Gbps[] = {50, 100, 200, 400};

}  // namespace

std::vector<ReachRow> reach_table(ChannelSpec const& channel)
{
    std::vector<ReachRow> rows;
    for (double const rate : kLaneRates_Gbps)
        for (auto const& [modulation, m] : channel.modulations)
            for (auto const& [host, h] : channel.hosts)
                for (auto const& [conductor, c] : channel.conductors) {
                    CopperReach const r = copper_reach(channel, {rate, modulation, host, conductor, 0}, 0);
                    rows.push_back({host, conductor, modulation, rate, r.typical_m, r.low_m, r.high_m});
                }
    return rows;
}

}  // namespace copperwall

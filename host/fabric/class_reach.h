//! Whether the links of a class reach: light by its technologies, copper by its channel's loss budget.
#pragma once

#include "host/fabric/tier_link.h"

namespace copperwall {

//! Sets reach, margin and reaches of a class whose lengths are known, and says in `notes` what is marginal,
//! and where a shipped product does not close by the formula (then it counts as reaching).
void judge_reach(ScenarioSpec const& scenario, TierLink const& link, LinkClass& link_class,
                 std::vector<std::string>& notes);

//! The tier with lanes of `rate_Gbps`, as many as its link rate needs; 0: as it is. Throws InputError where
//! no whole number of lanes fits.
TierSpec with_lane_rate(TierSpec tier, double rate_Gbps);

}  // namespace copperwall

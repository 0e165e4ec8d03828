//! Reach of a copper link: its tier's channel and its ends' technologies put into the law of cuda/reach.h.
#pragma once

#include <optional>

#include "cuda/reach.h"
#include "host/fabric/tier_link.h"

namespace copperwall {

//! One lane between hosts: the rate, modulation, host and conductor of topologies/channel.toml by name.
struct Lane {
    double rate_Gbps = 0;
    std::string modulation;
    std::string host;
    std::string conductor;
    double gain_dB = 0;
};

//! The law's input with losses at their typical value, all at the end that shortens the reach (low), or all
//! at the one that lengthens it (high). Throws std::out_of_range for a name that channel.toml does not hold.
ReachInput reach_input(ChannelSpec const& channel, Lane const& lane, Bound bound);

//! The lane of a tier's links built with `technology` at both ends.
Lane lane_of(TierSpec const& tier, TechnologySpec const& technology);

//! Within these of its limit a length is marginal. Source: about the spread of the loss budget's fits.
inline constexpr double kMarginal_m = 0.25;
inline constexpr double kMarginal_dB = 1;

struct CopperReach {
    double typical_m = 0;
    double low_m = 0;
    double high_m = 0;
    double margin_dB = 0;  //!< at the length asked for; negative: does not close
    bool closes = true;
    bool marginal = false;
};

CopperReach copper_reach(ChannelSpec const& channel, Lane const& lane, double length_m);

}  // namespace copperwall

#include "host/fabric/copper_reach.h"

#include <cmath>

namespace copperwall {

namespace {

//! Of a loss: its high shortens the reach.
double loss(Quantity const& q, Bound bound)
{
    if (bound == Bound::typical) return q.value;
    return bound == Bound::low ? q.high : q.low;
}

//! Lanes from here on profit from newer silicon.
constexpr double kNewSiliconFrom_Gbps = 200;

//!   B(f) = 32 + 0.15 f up to the knee, 40 dB beyond; low: 16 dB a decade less beyond 53.125 GHz; high: +6 dB
double budget_dB(LossBudgetSpec const& b, double rate_Gbps, double f_GHz, Bound bound)
{
    double budget =
        f_GHz <= b.knee_GHz.value ? b.fixed_dB.value + b.slope_dB_per_GHz.value * f_GHz : b.most_dB.value;
    if (f_GHz > b.bandwidth_knee_GHz.value)
        budget += pick(b.bandwidth_dB_per_decade, bound) * std::log10(f_GHz / b.bandwidth_knee_GHz.value);
    if (rate_Gbps >= kNewSiliconFrom_Gbps) budget += pick(b.better_silicon_dB, bound);
    return budget;
}

}  // namespace

ReachInput reach_input(ChannelSpec const& channel, Lane const& lane, Bound bound)
{
    ModulationSpec const& modulation = channel.modulations.at(lane.modulation);
    HostSpec const& host = channel.hosts.at(lane.host);
    ConductorSpec const& conductor = channel.conductors.at(lane.conductor);
    ReachInput in;
    in.lane_rate_Gbps = lane.rate_Gbps;
    in.line_rate_factor = channel.budget.line_rate_factor.value;
    in.bits_per_symbol = modulation.bits_per_symbol.value;
    in.penalty_dB = loss(modulation.penalty_dB, bound);
    in.host_dB = loss(host.fixed_dB, bound);
    in.host_dB_per_GHz = loss(host.slope_dB_per_GHz, bound);
    in.gain_dB = lane.gain_dB;
    in.ceiling_GHz = pick(host.ceiling_GHz, bound);
    in.excess_dB_per_GHz = pick(channel.budget.excess_dB_per_10_percent, bound) * 10 / in.ceiling_GHz;
    in.skin_dB_per_m = loss(conductor.skin_dB_per_m, bound);
    in.dielectric_dB_per_m = loss(conductor.dielectric_dB_per_m, bound);
    in.budget_dB = budget_dB(channel.budget, lane.rate_Gbps, nyquist_GHz(in), bound);
    return in;
}

Lane lane_of(TierSpec const& tier, TechnologySpec const& technology)
{
    Lane lane{tier.lane_rate_Gbps.value, tier.modulation, tier.host, tier.conductor, 0};
    if (!technology.channel_host.empty()) lane.host = technology.channel_host;
    if (technology.channel_gain_dB) lane.gain_dB = technology.channel_gain_dB->value;
    return lane;
}

CopperReach copper_reach(ChannelSpec const& channel, Lane const& lane, double length_m)
{
    ReachInput const typical = reach_input(channel, lane, Bound::typical);
    CopperReach reach;
    reach.typical_m = reach_m(typical);
    reach.low_m = reach_m(reach_input(channel, lane, Bound::low));
    reach.high_m = reach_m(reach_input(channel, lane, Bound::high));
    reach.margin_dB = margin_dB(typical, length_m);
    reach.closes = reach.margin_dB >= 0;
    reach.marginal =
        std::fabs(reach.typical_m - length_m) < kMarginal_m || std::fabs(reach.margin_dB) < kMarginal_dB;
    return reach;
}

}  // namespace copperwall

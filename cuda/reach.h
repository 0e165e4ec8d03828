//! How far copper carries a lane: the length at which the loss budget of the channel is spent.
#pragma once

#include <cmath>

#include "cuda/hd.h"

namespace copperwall {

//! One lane's channel in plain numbers. dB, GHz, m.
struct ReachInput {
    double lane_rate_Gbps = 0;    //!< nominal payload class: 50, 100, 200, 400
    double line_rate_factor = 1;  //!< line rate over payload class
    double bits_per_symbol = 2;
    double penalty_dB = 0;  //!< of the modulation against PAM4
    double budget_dB = 0;   //!< bump to bump, see loss_budget_dB
    double host_dB = 0;     //!< of both hosts, at 0 GHz
    double host_dB_per_GHz = 0;
    double gain_dB = 0;              //!< of a redriver in the plug
    double ceiling_GHz = 0;          //!< above it connectors add excess loss
    double excess_dB_per_GHz = 0;    //!< beyond the ceiling
    double skin_dB_per_m = 0;        //!< times sqrt(f / GHz)
    double dielectric_dB_per_m = 0;  //!< times f / GHz
};

//! Nyquist frequency of a lane.
//!
//!   f = k R / (2 b)                                                 (1)
//!
//! R   lane rate, nominal payload class       [Gb/s]
//! k   line rate over payload class           [1]
//! b   bits per symbol: 2, 2.5, 3 for PAM4, 6, 8
CW_HD inline double nyquist_GHz(ReachInput const& in)
{
    return in.line_rate_factor * in.lane_rate_Gbps / (2 * in.bits_per_symbol);
}

//! Attenuation of the conductor.
//!
//!   a = a_w sqrt(f) + b_w f                                         (2)
//!
//! a_w   skin effect          [dB/m/sqrt(GHz)]
//! b_w   dielectric loss      [dB/m/GHz]
CW_HD inline double attenuation_dB_per_m(ReachInput const& in, double f_GHz)
{
    return in.skin_dB_per_m * sqrt(f_GHz) + in.dielectric_dB_per_m * f_GHz;
}

//! What the conductor may lose.
//!
//!   D = B - P + G - F_h(f) - X(f),  F_h = F_0 + F_1 f,  X = x max(0, f - f_max)   (3)
//!
//! B       loss budget of the SerDes, bump to bump    [dB]
//! P       penalty of the modulation                  [dB]
//! G       gain of a redriver                         [dB]
//! F_h     loss of both hosts                         [dB]
//! X       excess loss past the connectors' ceiling f_max: no cliff, 6 dB per 10 % of excess frequency
//! Source: OIF, Next Generation CEI-448G Framework (OIF-FD-CEI-448G-01.0), 2026, tables 2 and 3, sec. 6.5.
CW_HD inline double conductor_budget_dB(ReachInput const& in)
{
    double const f = nyquist_GHz(in);
    double const excess = f > in.ceiling_GHz ? (f - in.ceiling_GHz) * in.excess_dB_per_GHz : 0;
    return in.budget_dB - in.penalty_dB + in.gain_dB - (in.host_dB + in.host_dB_per_GHz * f) - excess;
}

//! The longest conductor that closes.
//!
//!   L = max(0, D / a)                                               (4)
//!
//! Valid for one lane a pair and direction, 25 to 120 GHz; crosstalk and echo are in the budget.
CW_HD inline double reach_m(ReachInput const& in)
{
    double const budget = conductor_budget_dB(in);
    return budget > 0 ? budget / attenuation_dB_per_m(in, nyquist_GHz(in)) : 0;
}

//! What is left of the budget at a length, dB; negative: does not close.
CW_HD inline double margin_dB(ReachInput const& in, double length_m)
{
    return conductor_budget_dB(in) - length_m * attenuation_dB_per_m(in, nyquist_GHz(in));
}

}  // namespace copperwall

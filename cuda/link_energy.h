//! Power and energy of a link, by component.
//!
//! Counting rule. The power of one end is P = e R, for a port that sends R and receives R; a link's two
//! directions share it. A directed link therefore takes half of each of its two ends: with both directions
//! busy, two modules cost exactly P / R for a transported bit, not twice that.
#pragma once

#include "cuda/hd.h"

namespace copperwall {

//! host SerDes, DSP, laser, driver and modulator, TIA, tuning and control, other: the order of input files.
inline constexpr int kPowerComponents = 7;

//! What the laws of a directed link's power need.
struct LinkPowerInput {
    double a_pJ_per_bit[kPowerComponents] = {};  //!< end A, of port rate
    double b_pJ_per_bit[kPowerComponents] = {};
    double static_fraction_a = 1;  //!< share of the power drawn whether or not bits flow, 0 .. 1
    double static_fraction_b = 1;
    double rate_Gbps = 0;  //!< port rate per direction
};

//! A directed link: half of both its ends.
struct LinkPower {
    double traffic_pJ_per_bit[kPowerComponents] = {};  //!< as if energy followed the bits
    double full_W[kPowerComponents] = {};              //!< while it sends
    double idle_W[kPowerComponents] = {};              //!< while it is up and silent
};

//! Power and energy per bit of one directed link, for each component c.
//!
//!   e_c      = (e_A,c + e_B,c) / 2                         (1)
//!   P_full,c = e_c R                                       (2)
//!   P_idle,c = (s_A e_A,c + s_B e_B,c) R / 2               (3)
//!
//! e_A,c, e_B,c   energy of component c at an end, of port rate   [pJ/bit]
//! R              port rate per direction                         [Gb/s]; 1 pJ/bit x 1 Gb/s = 1 mW
//! s_A, s_B       static fraction of an end                       [1]
//! Valid for links that stay up: no lane or link is shut down.
//! Source: P / R per transported bit, as in Amiralizadeh et al. (Meta), ECOC 2025,
//! doi:10.1109/ECOC66593.2025.11263202 (module watts over port rate).
CW_HD inline LinkPower link_power(LinkPowerInput const& in)
{
    LinkPower p;
    double const watts = in.rate_Gbps / 1000;
    for (int c = 0; c < kPowerComponents; ++c) {
        double const a = in.a_pJ_per_bit[c];
        double const b = in.b_pJ_per_bit[c];
        p.traffic_pJ_per_bit[c] = (a + b) / 2;
        p.full_W[c] = (a + b) / 2 * watts;
        p.idle_W[c] = (in.static_fraction_a * a + in.static_fraction_b * b) / 2 * watts;
    }
    return p;
}

//! Energy of a component that burns whether or not bits flow.
//!
//!   E = P_idle t + (P_full - P_idle) t_busy                (4)
//!
//! t        time the link is up                [s]
//! t_busy   time it sends, 0 <= t_busy <= t    [s]
CW_HD inline double always_on_energy_J(double idle_W, double full_W, double up_s, double busy_s)
{
    return idle_W * up_s + (full_W - idle_W) * busy_s;
}

//! Energy of the same component counted by the bits alone, for comparison with published pJ/bit.
//!
//!   E = e n                                                (5)
//!
//! e   energy of a transported bit   [pJ/bit]
//! n   bits on the wire              [bit]
CW_HD inline double traffic_energy_J(double pJ_per_bit, double bits)
{
    return pJ_per_bit * bits * 1e-12;
}

}  // namespace copperwall

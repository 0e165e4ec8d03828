//! One-way delay of a link: a port's SerDes and FEC, what both ends add, and the way the signal travels.
#pragma once

#include <cstdint>

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

//! What the law of a directed link's delay needs. Every figure >= 0.
struct LinkDelayInput {
    double phy_ns = 0;      //!< SerDes + FEC of both ends together
    double added_a_ns = 0;  //!< end A's technology: DSP, driver, photodiode
    double added_b_ns = 0;
    double board_m = 0;  //!< board traces inside the trays of both ends
    double board_ns_per_m = 0;
    double tray_m = 0;    //!< the rest of the way inside both trays, in the link's medium
    double medium_m = 0;  //!< between the trays
    double medium_ns_per_m = 0;
    double switch_core_ns = 0;      //!< of one switch, without its ports
    std::uint32_t switch_ends = 0;  //!< 0, 1 or 2 ends are switches
};

//! One-way delay of a link by cause, ns. The engine's latency is the sum, rounded up to a femtosecond.
struct LinkDelay {
    double phy_ns = 0;      //!< SerDes + FEC, both ends
    double added_a_ns = 0;  //!< what end A's technology adds
    double added_b_ns = 0;
    double trace_ns = 0;        //!< inside the trays of both ends
    double medium_ns = 0;       //!< between the trays
    double switch_core_ns = 0;  //!< half a core for each end that is a switch
    CW_HD double total_ns() const
    {
        return phy_ns + added_a_ns + added_b_ns + trace_ns + medium_ns + switch_core_ns;
    }
};

//! Delay of one directed link from the head of a packet leaving one port to its arrival at the next.
//!
//!   t = t_phy + t_A + t_B + h u_h + (r + L) u_m + n t_core / 2                      (1)
//!
//! t_phy   SerDes and FEC of both ends, by port generation   [ns]
//! t_A,B   what the technology of end A and B adds           [ns]
//! h, r    board, and medium, inside the trays               [m]
//! L       medium between the trays                          [m]
//! u_h,m   delay of board and medium                         [ns/m]
//! n       ends that are switches; t_core is charged half before and half after a switch's queue
//! Valid for cut-through and store-and-forward alike: serialisation is the engine's, not in (1).
//! Source: sum of a scale-up path's parts as in Broadcom, Scale-Up Ethernet framework RM104 (2025),
//! appendix A: 477.6 ns one way over 2 x 3 m of copper.
CW_HD inline LinkDelay link_delay(LinkDelayInput const& in)
{
    LinkDelay d;
    d.phy_ns = in.phy_ns;
    d.added_a_ns = in.added_a_ns;
    d.added_b_ns = in.added_b_ns;
    d.trace_ns = in.board_m * in.board_ns_per_m + in.tray_m * in.medium_ns_per_m;
    d.medium_ns = in.medium_m * in.medium_ns_per_m;
    d.switch_core_ns = in.switch_core_ns * static_cast<double>(in.switch_ends) / 2;
    return d;
}

//! ns as engine time, rounded up to a femtosecond, so that no result beats its delay. 0 <= ns < 9e9 (2^53
//! fs).
CW_HD inline Time ceil_to_fs(double ns)
{
    double const fs = ns * static_cast<double>(kFsPerNs);
    auto const whole = static_cast<Time>(fs);
    return static_cast<double>(whole) < fs ? whole + 1 : whole;
}

}  // namespace copperwall

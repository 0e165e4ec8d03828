//! Joules of one collective: what a fabric draws while it runs, beside what its bits alone would cost.
#pragma once

#include "host/account/cell.h"
#include "host/account/traffic.h"
#include "host/fabric/tier_link.h"

namespace copperwall {

//! For each component of each class of directed links (laws (1)-(5) of cuda/link_energy.h):
//!
//!   E_on      = P_idle n T + (P_full - P_idle) t_busy       of every link end of the fabric      (1)
//!   E_traffic = e b                                                                              (2)
//!   E_core,on = e_core C T,   E_core,traffic = e_core b_switched                                 (3)
//!   E_nic,on: (1) with P of the NICs,   E_nic,traffic = P_full t_busy                             (4)
//!
//! n, T         directed links of the class; the cell's time           [1], [s]
//! t_busy       b / R: link-seconds at the raw port rate R             [s]
//! b            bits on the wire of the class, headers and acknowledgements included             [bit]
//! e_core       LinkClass::switch_core_pJ_per_bit of a class into switches, summed over classes  [pJ/bit]
//! C            sum of the raw rates of the class's links              [bit/s]
//! b_switched   payload bits that the class led into switches          [bit]
//! Links of the front end (Fabric::classes) carry nothing and are always on: (1), (3) and (4) hold them.
//! Valid while every link stays up for the whole of T. Units of (3) with 1e-12 J/pJ. Energies, NIC powers and
//! static shares are taken at `bound`.
Energy energy_of(Fabric const& fabric, Traffic const& traffic, double time_s, Bound bound = Bound::typical);

//! pJ of all components for a bit on a directed link of the class.
double traffic_pJ_per_bit(LinkClass const& link_class);

}  // namespace copperwall

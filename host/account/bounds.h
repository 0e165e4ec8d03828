//! What stands beside every simulated time: bounds, the closed form, and a band.
#pragma once

#include "host/account/cell.h"
#include "host/account/plan.h"

namespace copperwall {

struct Bounds {
    double lower_us = 0;        //!< of any algorithm: raw rate, shortest path, no software
    double closed_form_us = 0;  //!< of this algorithm with its software
    double lower_low_us = 0;    //!< lower_us with every latency at its low
    double faster_us = 0;       //!< closed form at low latencies minus closed_form_us, <= 0
    double slower_us = 0;       //!< the same at high latencies, >= 0
};

//! A latency-only band: every delay of the links and of the library goes to its low, or its high, together;
//! rates, lengths and energies stay typical.
Bounds bounds_of(Plan const& plan, LibrarySpec const& library, Fabric const& fabric);

//! Sets lower_bound_us, closed_form_us, low_us and high_us around cell.time_us; low_us never lies below the
//! lower bound at low latencies.
void put_bounds(Bounds const& bounds, Cell& cell);

//! Ways through the fabric that are in the launch of a schedule, as they carry no bytes, are latency.
void take_ways_off_software(Plan const& plan, Fabric const& fabric, Breakdown& breakdown);

//! The parts of the closed form by cause, where nothing was simulated; its latencies are shared out as those
//! of all tiers that the group may meet.
Breakdown closed_form_parts(Plan const& plan, Fabric const& fabric);

}  // namespace copperwall

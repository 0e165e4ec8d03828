//! What of a plan's transfers decides where packets wait.
#pragma once

#include <vector>

#include "host/account/plan.h"

namespace copperwall {

//! Transfers that use one group of ports; fractions stand for those that were not looked at.
struct GroupTraffic {
    double transfers = 0;
    double bytes = 0;
    double crossing = 0;       //!< of transfers, those that leave their leaf
    std::vector<double> into;  //!< bytes by receiver
};

struct TrafficSample {
    GroupTraffic groups[2];  //!< kInside, kOutside
    bool fan_in = false;     //!< gpus send to many at once, so that many send to one
    bool ordered = false;    //!< of which none meet: units in switches get and send one after another
    bool random = false;     //!< sizes come from a table
    double meet = 0;         //!< gpus whose first message to another domain goes to the same gpu, the most
};

//! Looks at a quarter of a million transfers of each family at most, evenly among all.
TrafficSample sample_traffic(Plan const& plan, Fabric const& fabric);

}  // namespace copperwall

//! Routes that are planned anew during a run, around links that are down by then.
#pragma once

#include <vector>

#include "host/fabric/wiring.h"

namespace copperwall {

//! Which links routes go round, from the start and from each time on. An outage no longer than
//! `reroute_after_us` is never noticed; any other is so long after it has begun, and after it has ended.
struct RoutePlans {
    std::vector<Time> times_fs;           //!< ascending, above 0
    std::vector<std::vector<bool>> dead;  //!< [1 + time][link]
};

//! After outages have been placed. `dead`: of each link, from the start. InputError where there are too many
//! times.
RoutePlans route_plans(ScenarioSpec const& scenario, std::vector<bool> const& dead, Fabric const& fabric);

//! Routes by these plans, and notes what is planned.
void plan_routes(ScenarioSpec const& scenario, std::vector<Levels> const& levels, RoutePlans const& plans,
                 Fabric& fabric);

}  // namespace copperwall

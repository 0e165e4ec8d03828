//! What the links of each class carry, for the forecast of memory.
#pragma once

#include <vector>

#include "host/account/engine_memory.h"
#include "host/account/traffic_sample.h"

namespace copperwall {

//! Puts the classes of one group of ports, kInside or kOutside, behind the others in `loads`.
void add_class_loads(Plan const& plan, Fabric const& fabric, TrafficSample const& sample, std::uint32_t group,
                     std::vector<ClassLoad>& loads);

}  // namespace copperwall

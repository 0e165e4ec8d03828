//! A cell before it ran: what was asked is filled in, every figure is NaN.
#pragma once

#include "host/account/cell.h"

namespace copperwall {

Cell blank_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
                std::int64_t bytes);

}  // namespace copperwall

//! Runs one cell: library and algorithm -> schedule -> engine -> Cell.
#pragma once

#include "host/account/cell.h"

namespace copperwall {

//! What simulates; anything but run() is for tests of what a wrong engine would do.
using EngineRun = EngineResult (*)(EngineInput const&, EngineOptions const&);

//! Simulates `collective` at one size on `fabric`. Never throws for what the cell itself cannot be: a link
//! past its reach gives status infeasible and a reason naming the links; a run that fails, or whose figures
//! break an invariant of verify.h, gives failed. Algorithm "best": every algorithm whose closed form is below
//! the fastest simulated so far, the least first; the cell is the fastest one's, and says which in Cell::ran.
//! Throws Interrupted, DeviceError, and InputError for an unknown op, algorithm or group.
Cell run_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
              std::int64_t bytes, EngineOptions const& options = {}, EngineRun engine = run);

//! The closed forms only (--fidelity bound): time_us = closed form, nothing simulated.
Cell bound_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
                std::int64_t bytes);

}  // namespace copperwall

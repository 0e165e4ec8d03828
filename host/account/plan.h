//! What a cell will run, decided before anything is simulated.
#pragma once

#include "host/fabric/fabric.h"
#include "host/schedule/registry.h"

namespace copperwall {

struct Plan {
    Algorithm const* algorithm = nullptr;
    ProtocolSpec protocol;  //!< the library's with the least closed form
    CollectiveCall call;
    double rate_share = 1;
    PacketFormat format;
    PathModel path;  //!< at rate_share
    Schedule schedule;
    bool folded = false;  //!< planes are equal and every message covers them evenly, so one stands for all
};

//! Throws InputError, at the collective's place, for an unknown op or algorithm or an impossible group.
Plan plan_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes);

//! Ranks of `collective` on a fabric: its group, or all gpus.
std::uint32_t ranks_of(CollectiveSpec const& collective, Fabric const& fabric);

//! Packets that the engine will move over links, roughly: for putting long cells first.
double expected_hops(Plan const& plan);

}  // namespace copperwall

//! What of a fabric fails, costs and is repaired, as the law of cuda/risk.h takes it.
#pragma once

#include <string>
#include <vector>

#include "host/fabric/tier_ends.h"

namespace copperwall {

//! Parts of one kind, in words: a row of explain's table.
struct FaultKind {
    std::string what;           //!< "rack, gpu end: dsp_pluggable"
    std::string out_meanwhile;  //!< "its links", "its gpus' tray", "its switch tray", "its rack"
    FaultyParts parts;          //!< rows of RiskModel::quantities
};

struct FabricRisk {
    RiskModel model;  //!< `faulty` as in `kinds`
    std::vector<FaultKind> kinds;
};

//! All ends of links and switch chips, the gpus last; the front end aside, and planes that are left out.
//! Module ends are those of tier_ends.h. What is lost while one part is out, of the job's rate:
//!   a module   at a gpu the links it carries over the gpu's; where it has no other, the gpu with its tray;
//!   at a
//!              switch a plane of one gpu; between switches part_shares.h
//!   a tray     of gpus: its gpus; of switches: its chips over those of its leaf, or part_shares.h
//!   a rack     all gpus of a leaf
//! as if all of the job's traffic took that tier. Needs scenario.reliability and the ends' technologies.
FabricRisk fabric_risk(ScenarioSpec const& scenario, Fabric const& fabric);

}  // namespace copperwall

//! What a reader of a fabric's figures must know: approximations and assumed values.
#pragma once

#include "host/fabric/tier_link.h"

namespace copperwall {

//! Of one tier: lengths taken for others, and every assumed latency with its range and reason.
void note_what_to_know(ScenarioSpec const& scenario, TierLink const& link, LinkClass const& link_class,
                       std::vector<std::string>& notes);

//! Domains smaller than their rack keep all of its switches.
void note_part_of_a_rack(Fabric& fabric);

//! What stays as it was where a scenario asks for other lanes than the fabric's.
void note_other_lanes(ScenarioSpec const& scenario, Fabric& fabric);

}  // namespace copperwall

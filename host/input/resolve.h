//! The steps from a scenario as written to one whose files are all read, in the order of the calls.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/input/loader.h"

namespace copperwall {

//! Fabric and scale-out files, sized and degraded as the scenario says, and the ends of their tiers.
void resolve_fabric(Loader& loader, ScenarioFile& scenario, Document const& document,
                    std::optional<MediaFile> const& media);

//! Of [fabric.ends]: only tiers that the files have.
void check_ends_names(ScenarioFile const& scenario, std::vector<std::string> const& tiers, ErrorList& errors);

//! The ends of every tier: its own, else those for all tiers within domains, else the fabric file's.
void settle_ends(ScenarioFile& scenario, Document const& document, ErrorList& errors);

//! All technologies that the ends may turn out to be built with.
void resolve_technologies(Loader& loader, ScenarioFile& scenario, std::optional<MediaFile> const& media);

}  // namespace copperwall

//! The parts of an explanation, in the order they are printed. Each ends in a newline.
#pragma once

#include <string>
#include <vector>

#include "host/account/bounds.h"
#include "host/account/forecast.h"
#include "host/fabric/tier_link.h"

namespace copperwall {

//! printf into a string of at most 511 characters.
std::string format(char const* pattern, ...) __attribute__((format(printf, 1, 2)));

char const* word(Status status);

//! Cables of a fabric: one pair a lane and direction, as long as the way between its link's trays.
struct CableCount {
    double pairs = 0;
    double mean_m = 0;
    double total_m = 0;
};

CableCount cables_of(Fabric const& fabric);

//! Optical module ends at one side of the links. All zero where the side is electrical.
struct ModuleCount {
    double ends = 0;  //!< trays share no module
    double per_tray = 0;
    double each_W = 0;  //!< optics only, host SerDes aside
    double each_low_W = 0;
    double each_high_W = 0;
};

ModuleCount modules_of(ScenarioSpec const& scenario, Fabric const& fabric, bool gpu_side);

//! Power of all links and switches that are up, by component; the switch core behind the last component.
struct FabricPower {
    double full_W[kPowerComponents + 1] = {};  //!< every link sending at port rate
    double idle_W[kPowerComponents + 1] = {};
};

FabricPower power_of(Fabric const& fabric);

//! What a latency check leaves to the gpus, ns: must be positive.
double gpus_own_ns(Fabric const& fabric, LatencyCheckSpec const& check);

//! A collective of the scenario at one size, planned but not run.
struct Form {
    CollectiveSpec const* collective;
    std::int64_t bytes;
    Plan plan;
    Bounds bounds;
};

//! Throws InputError for a collective that the fabric cannot run.
std::vector<Form> forms_of(ScenarioSpec const& scenario, Fabric const& fabric);

std::string fabric_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string links_part(Fabric const& fabric);
std::string path_part(Fabric const& fabric);
//! Of a run on one thread of the window engine.
MemoryForecast memory_of(Form const& form, Fabric const& fabric);

std::string collectives_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string memory_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string accounting_part(Fabric const& fabric);
std::string sources_part(ScenarioSpec const& scenario, Fabric const& fabric);

}  // namespace copperwall

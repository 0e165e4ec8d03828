//! The parts of an explanation, in the order they are printed. Each ends in a newline.
#pragma once

#include <string>
#include <vector>

#include "host/account/bounds.h"
#include "host/account/forecast.h"
#include "host/fabric/tier_ends.h"
#include "host/fabric/tier_link.h"
#include "host/report/power.h"

namespace copperwall {

//! printf into a string of at most 511 characters.
std::string format(char const* pattern, ...) __attribute__((format(printf, 1, 2)));

char const* word(Status status);

//! Optical module ends at one side of a tier's links. All zero where the side is electrical.
struct ModuleCount {
    double ends = 0;  //!< trays share no module; nor do chips and NICs whose trays are not placed
    double per_tray = 0;
    double each_W = 0;  //!< optics only, host SerDes aside, at the rate it carries
    double each_low_W = 0;
    double each_high_W = 0;
};

//! A tier as explained: its modules, its share of the power picture and the price of both ends of its links.
struct TierParts {
    TierEnds ends;
    ModuleCount lower, upper;  //!< gpu or leaf side, switch or spine side
    double full_W = 0, idle_W = 0;
    double ends_usd = 0;
};

//! The front end last.
std::vector<TierParts> parts_by_tier(ScenarioSpec const& scenario, Fabric const& fabric);

//! Power of all links, switches and NICs that are up, by part: power.h.
struct FabricPower {
    double full_W[kPowerParts] = {};  //!< every link sending at port rate
    double idle_W[kPowerParts] = {};
};

FabricPower power_of(Fabric const& fabric);

char const* part_name(int part);

//! What a latency check leaves to the gpus, ns: must be positive.
double gpus_own_ns(Fabric const& fabric, LatencyCheckSpec const& check);

//! What an input must hold for its link never to wait for credits: rate x round trip.
double round_trip_kB(LinkClass const& c, LinkDelay const& delay);

//! A collective of the scenario at one size, planned but not run.
struct Form {
    CollectiveSpec const* collective;
    std::int64_t bytes;
    Plan plan;
    Bounds bounds;
};

//! Throws InputError for a collective that the fabric cannot run.
std::vector<Form> forms_of(ScenarioSpec const& scenario, Fabric const& fabric);

//! A message of a collective on the network of one tier, the smallest and the largest there.
struct MessageOnWire {
    Form const* form;
    TierSpec const* tier;
    std::int64_t bytes;
    double taken_bytes;  //!< what its packets and the acknowledgements reserved take of the raw rate
    double efficiency;   //!< bytes over taken_bytes
};

std::vector<MessageOnWire> messages_on_wire(std::vector<Form> const& forms, ScenarioSpec const& scenario,
                                            Fabric const& fabric);

std::string fabric_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string links_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string path_part(Fabric const& fabric);
std::string wire_part(ScenarioSpec const& scenario, Fabric const& fabric);
//! Of a run on one thread of the window engine.
MemoryForecast memory_of(Form const& form, Fabric const& fabric);

std::string collectives_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string memory_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string risk_part(ScenarioSpec const& scenario, Fabric const& fabric);
std::string accounting_part(Fabric const& fabric);
std::string sources_part(ScenarioSpec const& scenario, Fabric const& fabric);

}  // namespace copperwall

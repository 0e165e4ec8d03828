//! One kind of link of a tier: both ends' technologies, the medium they share, and the laws' inputs from
//! them.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

enum class Bound : std::uint8_t { low, typical, high };

double pick(Quantity const& quantity, Bound bound);

//! A tier's links in terms of specs, all of them found and fitting (see check_scenario.h).
struct TierLink {
    TierSpec const* tier;
    TechnologySpec const* a;  //!< gpu side
    TechnologySpec const* b;  //!< switch side
    MediumSpec const* medium;
    MediumSpec const* board;
    TierSpec const* below = nullptr;  //!< of spines: the tier whose switches are end A
};

//! The medium of a link whose ends can both drive it: the tier's own if they can, else the first that both
//! name; empty where there is none.
std::string shared_medium(TierSpec const& tier, TechnologySpec const& a, TechnologySpec const& b);

//! Whether both ends work without SerDes, and so without the port generation's PHY. Ends of which one does
//! and the other does not speak different line codes (NRZ wavelengths, PAM4 with FEC): check_scenario.h
//! refuses them. Where both replace it, the slower end's PHY holds.
bool replaces_phy(TierLink const& link);

TierLink tier_link(ScenarioSpec const& scenario, FabricSpec const& fabric, TierSpec const& tier,
                   EndsSpec const& ends);

//! Inputs of the laws for one directed link of `length_m` between trays. Latencies and
//! energies at `bound`, lengths at their typical value.
//!
//! Inside a tray: an end with a module has its technology's board trace and, for what is left of the tray's
//! run, the medium. An end without one (host_trace_m = 0) has the tray's own run: board at the gpu side, the
//! medium (flyover) at the switch side.
LinkInput link_input(TierLink const& link, double length_m, Bound bound = Bound::typical);

//! Both directions of the tier's links; `longest_m` and `shortest_m` between trays, `count` directed links
//! each.
LinkClass link_class(TierLink const& link, bool up, double shortest_m, double longest_m, std::uint64_t count);

}  // namespace copperwall

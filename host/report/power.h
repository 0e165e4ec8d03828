//! What a fabric draws for each gpu, whether or not it carries traffic.
#pragma once

#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

inline constexpr int kSwitchCorePart = kPowerComponents, kNicPart = kPowerComponents + 1;
inline constexpr int kPowerParts = kPowerComponents + 2;  //!< kComponents, then switch core and NIC

//! Of one tier, both directions, W per gpu of the whole fabric.
struct TierPower {
    std::string tier;
    double full_W[kPowerParts] = {};
    double idle_W[kPowerParts] = {};  //!< the switch core draws the same
};

//! Switch core: its pJ/bit x the rate of every link into it.
std::vector<TierPower> power_per_gpu(Fabric const& fabric);

//! Ends of links of light: two a cable, which is two directed links.
std::uint64_t optical_ends(Fabric const& fabric);

//! One bar a fabric, grouped by fabric file and world size; empty where no fabric draws anything.
std::string power_svg(Results const& results);

}  // namespace copperwall

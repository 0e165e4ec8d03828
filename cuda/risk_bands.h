//! Risks of fabrics with the bands that uncertain quantities give them: host executor; device.h has the
//! other.
#pragma once

#include <cstdint>
#include <vector>

#include "cuda/risk.h"

namespace copperwall {

//! What risk_of() needs, with its arrays.
struct RiskModel {
    std::vector<Uncertain> quantities;
    std::vector<FaultyParts> faulty;
    std::vector<PricedParts> priced;
    std::uint32_t checkpoint_h = 0, restart_h = 0;  //!< rows of quantities
    std::uint32_t domains = 0, trays = 0, spare_trays = 0;

    //! Points into this model.
    RiskInput view() const;
};

//! At the typical values, and between which ends 90 % of the draws lie.
struct Band {
    double typical = 0;
    double low = 0;   //!< 5 % of the draws are at most that
    double high = 0;  //!< 95 %
};

struct RiskBands {
    Band of[kRiskFigures];
};

inline constexpr std::uint32_t kDraws = 2000;
inline constexpr std::uint32_t kLowDraw = kDraws / 20 - 1;  //!< of the sorted draws, the first is 0
inline constexpr std::uint32_t kHighDraw = kDraws - kDraws / 20 - 1;

//! One a model. The same quantity has the same draws in all of them.
std::vector<RiskBands> risk_bands(std::vector<RiskModel const*> const& models, std::uint64_t seed);

//! b less a, draw by draw.
RiskBands risk_difference(RiskModel const& a, RiskModel const& b, std::uint64_t seed);

}  // namespace copperwall

#include "cuda/risk_bands.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace copperwall {

namespace {

Band band_of(double typical, std::vector<double>& drawn)
{
    std::sort(drawn.begin(), drawn.end());
    return {typical, drawn[kLowDraw], drawn[kHighDraw]};
}

//! `draw_one` gives the risk of a draw.
template <class Draw>
RiskBands bands_of(Risk const& typical, Draw draw_one)
{
    std::vector<double> drawn[kRiskFigures];
    for (std::uint32_t n = 0; n != kDraws; ++n) {
        Risk const risk = draw_one(n);
        for (int f = 0; f != kRiskFigures; ++f) drawn[f].push_back(risk.of[f]);
    }
    RiskBands bands;
    for (int f = 0; f != kRiskFigures; ++f) bands.of[f] = band_of(typical.of[f], drawn[f]);
    return bands;
}

Risk difference(Risk const& a, Risk const& b)
{
    Risk d;
    for (int f = 0; f != kRiskFigures; ++f) d.of[f] = b.of[f] - a.of[f];
    return d;
}

}  // namespace

RiskInput RiskModel::view() const
{
    if (quantities.size() > kMostUncertain)
        throw std::length_error("a fabric of " + std::to_string(quantities.size()) +
                                " uncertain quantities (at most " + std::to_string(kMostUncertain) + ")");
    return {quantities.data(),
            faulty.data(),
            priced.data(),
            static_cast<std::uint32_t>(quantities.size()),
            static_cast<std::uint32_t>(faulty.size()),
            static_cast<std::uint32_t>(priced.size()),
            checkpoint_h,
            restart_h,
            domains,
            trays,
            spare_trays};
}

std::vector<RiskBands> risk_bands(std::vector<RiskModel const*> const& models, std::uint64_t seed)
{
    std::vector<RiskBands> all;
    for (RiskModel const* model : models) {
        RiskInput const in = model->view();
        all.push_back(bands_of(typical_risk(in), [&](std::uint32_t n) { return drawn_risk(in, seed, n); }));
    }
    return all;
}

RiskBands risk_difference(RiskModel const& a, RiskModel const& b, std::uint64_t seed)
{
    RiskInput const from = a.view();
    RiskInput const to = b.view();
    return bands_of(difference(typical_risk(from), typical_risk(to)), [&](std::uint32_t n) {
        return difference(drawn_risk(from, seed, n), drawn_risk(to, seed, n));
    });
}

}  // namespace copperwall

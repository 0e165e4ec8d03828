#include "host/results/risk_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace copperwall {

namespace {

bool same_job(Fabric const& a, Fabric const& b)
{
    return a.spec.name == b.spec.name && a.domain_gpus == b.domain_gpus && a.network.gpus == b.network.gpus;
}

bool same_row(FabricAsked const& a, FabricAsked const& b)
{
    return a.fabric == b.fabric && a.interconnect == b.interconnect;
}

//! The first of the same job at a setting at which the row's fabric was asked for, too.
FabricAsked const& baseline_of(std::vector<FabricAsked> const& asked, FabricAsked const& row)
{
    std::set<std::string> settings;
    for (FabricAsked const& each : asked)
        if (same_row(each, row)) settings.insert(each.setting);
    return *std::find_if(asked.begin(), asked.end(), [&](FabricAsked const& each) {
        return same_job(*each.fabric, *row.fabric) && settings.contains(each.setting);
    });
}

bool has_quantity(RiskModel const& model, std::uint64_t key)
{
    return std::any_of(model.quantities.begin(), model.quantities.end(),
                       [&](Uncertain const& q) { return q.key == key; });
}

//! Typical goodput where all parts that `other` has none of fail `factor` times as often.
double goodput_at(RiskModel model, RiskModel const& other, double factor)
{
    std::set<std::uint32_t> own;
    for (FaultyParts const& parts : model.faulty)
        if (!has_quantity(other, model.quantities[parts.failures_fit].key)) own.insert(parts.failures_fit);
    for (std::uint32_t const q : own) model.quantities[q].typical *= factor;
    return typical_risk(model.view()).of[kGoodput];
}

//! By bisection of the factor's logarithm: more failures, less goodput. NaN past a thousandth and a thousand.
double break_even(RiskModel const& model, RiskModel const& baseline)
{
    constexpr int kHalvings = 40;
    double const wanted = typical_risk(baseline.view()).of[kGoodput];
    double low = std::log(1e-3);
    double high = std::log(1e3);
    if (!(goodput_at(model, baseline, std::exp(low)) > wanted) ||
        !(goodput_at(model, baseline, std::exp(high)) < wanted))
        return std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i != kHalvings; ++i) {
        double const middle = (low + high) / 2;
        (goodput_at(model, baseline, std::exp(middle)) > wanted ? low : high) = middle;
    }
    return std::exp(low);
}

}  // namespace

std::vector<RiskRow> risk_table(std::vector<FabricAsked> const& asked)
{
    std::vector<RiskRow> rows;
    for (std::size_t i = 0; i != asked.size(); ++i) {
        FabricAsked const& row = asked[i];
        auto const end = asked.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(asked.begin(), end, [&](FabricAsked const& known) { return same_row(known, row); }))
            continue;
        FabricAsked const& first = baseline_of(asked, row);
        rows.push_back({row.fabric->spec.name, row.interconnect, row.setting, row.fabric->domain_gpus,
                        row.fabric->network.gpus, first.interconnect, row.fabric->risk,
                        risk_difference(first.fabric->risk_model, row.fabric->risk_model, row.seed),
                        break_even(row.fabric->risk_model, first.fabric->risk_model)});
    }
    return rows;
}

}  // namespace copperwall

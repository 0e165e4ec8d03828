#include "host/results/risk_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace copperwall {

namespace {

bool same_question(FabricAsked const& a, FabricAsked const& b)
{
    return a.fabric->spec.name == b.fabric->spec.name && a.setting == b.setting &&
           a.fabric->domain_gpus == b.fabric->domain_gpus && a.fabric->network.gpus == b.fabric->network.gpus;
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

std::vector<RiskRow> risk_table(std::vector<FabricAsked> const& asked, std::uint64_t seed)
{
    std::vector<RiskRow> rows;
    std::vector<FabricAsked const*> distinct;
    for (FabricAsked const& each : asked) {
        if (std::any_of(distinct.begin(), distinct.end(), [&](FabricAsked const* known) {
                return known->fabric == each.fabric && known->interconnect == each.interconnect;
            }))
            continue;
        distinct.push_back(&each);
        FabricAsked const& first = **std::find_if(
            distinct.begin(), distinct.end(), [&](FabricAsked const* a) { return same_question(*a, each); });
        rows.push_back({each.fabric->spec.name, each.interconnect, each.setting, each.fabric->domain_gpus,
                        each.fabric->network.gpus, first.interconnect, each.fabric->risk,
                        risk_difference(first.fabric->risk_model, each.fabric->risk_model, seed),
                        break_even(each.fabric->risk_model, first.fabric->risk_model)});
    }
    return rows;
}

}  // namespace copperwall

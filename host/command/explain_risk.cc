#include "host/command/explain_parts.h"
#include "host/fabric/risk.h"

namespace copperwall {

namespace {

//! "its links, 22.2 % of the rate"
std::string taken(FaultKind const& kind)
{
    FaultyParts const& p = kind.parts;
    if (p.takes_trays == 0) return kind.out_meanwhile + format(", %.3g %% of the rate", 100 * p.lost);
    return kind.out_meanwhile + format(", %u gpu tray%s", p.takes_trays, p.takes_trays == 1 ? "" : "s");
}

std::string kind_row(FaultKind const& kind, RiskModel const& model)
{
    FaultyParts const& p = kind.parts;
    double const fit = model.quantities[p.failures_fit].typical;
    return format("    %-42s %9llu %8.5g %10.3g %8.4g  %s\n", kind.what.c_str(),
                  static_cast<unsigned long long>(p.count), fit,
                  static_cast<double>(p.count) * fit * 1e-9 * kHoursPerYear,
                  model.quantities[p.repair_h].typical, taken(kind).c_str());
}

std::string band_row(char const* name, Band const& band, double scale, char const* pattern)
{
    std::string const number = std::string(pattern) + " (" + pattern + " .. " + pattern + ")\n";
    return format("    %-42s ", name) +
           format(number.c_str(), scale * band.typical, scale * band.low, scale * band.high);
}

std::string job_text(ScenarioSpec const& scenario, RiskModel const& model)
{
    return format(
        "    the job: checkpoints every %.3g h, %.3g h to restart; %u of %u gpu trays of a domain "
        "are spare;\n    a lost link %s it\n",
        model.quantities[model.checkpoint_h].typical, model.quantities[model.restart_h].typical,
        model.spare_trays, model.trays, scenario.job.lost_port_stops ? "stops" : "slows");
}

}  // namespace

std::string risk_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    FabricRisk const risk = fabric_risk(scenario, fabric);
    std::string text = format("what fails%34sparts      FIT     a year repair h  out meanwhile\n", "");
    for (FaultKind const& kind : risk.kinds) text += kind_row(kind, risk.model);
    text += job_text(scenario, risk.model);
    text += "  typical (90 % of the draws of prices, failure rates and hours between)\n";
    RiskBands const& bands = fabric.risk;
    text += band_row("price of link ends and switch cores, kUSD", bands.of[kCost], 1e-3, "%.4g");
    text += band_row("the same for a gpu, kUSD", bands.of[kCost], 1e-3 / fabric.network.gpus, "%.3g");
    text += band_row("failures of the interconnect a year", bands.of[kFailures], 1, "%.3g");
    text += band_row("availability of the interconnect, %", bands.of[kAvailability], 100, "%.4f");
    text += band_row("goodput, links and switches failing, %", bands.of[kGoodput], 100, "%.4f");
    text += band_row("goodput, gpus failing, too, %", bands.of[kGoodputWithGpus], 100, "%.4f");
    return text;
}

}  // namespace copperwall

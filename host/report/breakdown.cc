#include "host/report/bars.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr double kKiB = 1024, kMiB = 1024 * kKiB;

}  // namespace

std::vector<Part> power_parts()
{
    return {{"host SerDes", "#56b4e9"}, {"DSP", "#d55e00"},
            {"laser", "#cc79a7"},       {"driver, modulator", "#e69f00"},
            {"TIA", "#009e73"},         {"tuning, control", "#f0e442"},
            {"other", "#999999"},       {"switch core", "#0072b2"},
            {"NIC", "#5c4033"}};
}

std::string breakdown_svg(Results const& results)
{
    BarSpec spec;
    spec.title = "Where the time goes: the critical path by cause";
    spec.x_title = "time (% of the slowest interconnect at that size)";
    spec.dataset =
        "/entry/sweep/time_software, time_serialisation, time_phy, time_added, time_propagation, "
        "time_switch, time_queueing";
    spec.parts = {{"software", "#999999"},
                  {"serialisation", "#0072b2"},
                  {"PHY (SerDes + FEC)", "#56b4e9"},
                  {"DSP, drivers, traces", "#d55e00"},
                  {"propagation", "#009e73"},
                  {"switch core", "#e69f00"},
                  {"queueing, store-and-forward", "#cc79a7"}};
    spec.target_sizes = {8 * kKiB, 64 * kKiB, kMiB, 64 * kMiB};
    spec.values = [](Cell const& cell) {
        auto const& b = cell.breakdown;
        return std::vector<double>{b.software_us,    b.serialisation_us, b.phy_us,     b.added_us,
                                   b.propagation_us, b.switch_us,        b.queueing_us};
    };
    spec.total_label = [](Cell const& cell) { return time_label(cell.time_us); };
    return bars_svg(results, spec);
}

std::string energy_svg(Results const& results)
{
    BarSpec spec;
    spec.title = "Always-on energy of one collective by component";
    spec.x_title = "energy (% of the hungriest interconnect at that size)";
    spec.dataset = "/entry/sweep/energy_always_on_*, energy_switch, energy_nic";
    spec.parts = power_parts();
    spec.target_sizes = {64 * kKiB, 64 * kMiB};
    spec.values = [](Cell const& cell) {
        std::vector<double> values(std::begin(cell.energy.always_on_J), std::end(cell.energy.always_on_J));
        values.push_back(cell.energy.switch_core_J);
        values.push_back(cell.energy.nic_J);
        return values;
    };
    spec.total_label = [](Cell const& cell) {
        auto const joules = cell.energy.always_on_total_J();
        auto const prefix = prefix_for(joules, "J");
        return short_number(joules * prefix.factor) + " " + prefix.unit + ", " +
               short_number(cell.pJ_per_bit) + " pJ/bit";
    };
    return bars_svg(results, spec);
}

}  // namespace copperwall

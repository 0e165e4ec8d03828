#include <numeric>

#include "host/command/explain_parts.h"

namespace copperwall {

namespace {

char const* counted_at(int component)
{
    if (component == 0) return "gpu end only";
    if (component == kNicPart) return "gpu end, between domains and of the front end";
    return component == kSwitchCorePart ? "per bit switched" : "both ends";
}

}  // namespace

char const* part_name(int part)
{
    if (part == kSwitchCorePart) return "switch_core";
    return part == kNicPart ? "nic" : kComponents[part];
}

FabricPower power_of(Fabric const& fabric)
{
    FabricPower power;
    for (TierPower const& tier : power_per_gpu(fabric))
        for (int i = 0; i != kPowerParts; ++i) {
            power.full_W[i] += tier.full_W[i] * fabric.network.gpus;
            power.idle_W[i] += tier.idle_W[i] * fabric.network.gpus;
        }
    return power;
}

std::string accounting_part(Fabric const& fabric)
{
    FabricPower const power = power_of(fabric);
    std::string text = "what energy is counted where          W, all sending    W, all silent  counted\n";
    for (int i = 0; i != kPowerParts; ++i)
        if (power.full_W[i] != 0)
            text += format("  %-34s %15.1f  %15.1f  %s\n", part_name(i), power.full_W[i], power.idle_W[i],
                           counted_at(i));
    double const full = std::accumulate(std::begin(power.full_W), std::end(power.full_W), 0.0);
    double const idle = std::accumulate(std::begin(power.idle_W), std::end(power.idle_W), 0.0);
    return text + format("  %-34s %15.1f  %15.1f\n", "sum", full, idle) +
           "  an end's W = pJ/bit x port rate serve what it sends and what it receives: a directed link "
           "takes "
           "half of both its ends\n"
           "  the switch core holds the switch-side host SerDes and no optics; gpus count their own SerDes "
           "alone;\n  NICs are counted without their ports' SerDes and modules, which are the links'\n"
           "  always-on energy: every end and switch of the fabric x time; traffic energy: pJ/bit x bits "
           "that "
           "crossed\n";
}

std::vector<Form> forms_of(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::vector<Form> forms;
    for (auto const& collective : scenario.collectives) {
        for (std::int64_t const bytes : collective.bytes) {
            Plan plan = plan_cell(scenario, fabric, collective, bytes);
            Bounds const bounds = bounds_of(plan, scenario.library, fabric);
            forms.push_back({&collective, bytes, std::move(plan), bounds});
        }
    }
    return forms;
}

std::string collectives_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::uint32_t const at_once = scenario.library.messages_at_once;
    std::string const turns =
        at_once == 1 ? "" : ", a gpu's messages by turns, " + std::to_string(at_once) + " at once";
    std::string text = "collectives in closed form, library " + scenario.library.name + turns + "\n" +
                       format("  %-12s %-10s %12s  %-8s %6s  %14s  %14s\n", "op", "algorithm", "bytes",
                              "protocol", "steps", "closed form us", "lower bound us");
    for (auto const& f : forms_of(scenario, fabric))
        text += format("  %-12s %-10s %12lld  %-8s %6u  %14.3f  %14.3f\n", f.collective->op.c_str(),
                       f.collective->algorithm.c_str(), static_cast<long long>(f.bytes),
                       f.plan.protocol.name.c_str(), f.plan.schedule.steps, f.bounds.closed_form_us,
                       f.bounds.lower_us);
    return text;
}

}  // namespace copperwall

#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "host/command/explain_parts.h"

namespace copperwall {

namespace {

double optics_pJ_per_bit(TechnologySpec const& technology, Bound bound)
{
    double pJ = 0;  // component 0 is the host's SerDes, outside the module
    for (std::size_t c = 1; c < technology.energy_pJ_per_bit.size(); ++c)
        pJ += pick(technology.energy_pJ_per_bit[c], bound);
    return pJ;
}

std::string modules_line(ScenarioSpec const& scenario, Fabric const& fabric, bool gpu_side)
{
    ModuleCount const m = modules_of(scenario, fabric, gpu_side);
    if (m.ends == 0) return {};
    return format("  %s side: %.0f optical module ends, %.0f a tray, %.1f W (%.1f .. %.1f) each: %.2f kW\n",
                  gpu_side ? "gpu" : "switch", m.ends, m.per_tray, m.each_W, m.each_low_W, m.each_high_W,
                  m.ends * m.each_W * 1e-3);
}

}  // namespace

std::string format(char const* pattern, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(line, sizeof line, pattern, arguments);
    va_end(arguments);
    return line;
}

char const* word(Status status)
{
    return status == Status::measured ? "measured" : status == Status::published ? "published" : "assumed";
}

CableCount cables_of(Fabric const& fabric)
{
    CableCount cables;
    for (std::size_t l = 0; l != fabric.lengths_m.size(); ++l) {
        double const lanes = fabric.classes[fabric.network.links[l].link_class].lanes;
        cables.pairs += lanes;
        cables.total_m += fabric.lengths_m[l] * lanes;
    }
    cables.mean_m = cables.pairs > 0 ? cables.total_m / cables.pairs : 0;
    return cables;
}

ModuleCount modules_of(ScenarioSpec const& scenario, Fabric const& fabric, bool gpu_side)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    EndsSpec const& ends = fabric.ends.at(tier.name);
    TechnologySpec const& t = scenario.technologies.at(gpu_side ? ends.a : ends.b);
    ModuleCount count;
    if (t.carrier != Carrier::optical) return count;
    double const module_Gbps = t.module_rate_Gbps.value;
    double const gpu_Gbps = static_cast<double>(tier.links_per_gpu) * tier.lanes * tier.lane_rate_Gbps.value;
    PlacementSpec const& at = tier.placement;
    double const trays = std::ceil(gpu_side ? static_cast<double>(fabric.spec.gpus) / at.gpus_per_tray
                                            : static_cast<double>(tier.switches.chips) / at.chips_per_tray *
                                                  (static_cast<double>(fabric.spec.gpus) / tier.leaf_gpus));
    count.per_tray = std::ceil(gpu_Gbps * fabric.spec.gpus / trays / module_Gbps);
    count.ends = trays * count.per_tray;
    count.each_W = optics_pJ_per_bit(t, Bound::typical) * module_Gbps * 1e-3;
    count.each_low_W = optics_pJ_per_bit(t, Bound::low) * module_Gbps * 1e-3;
    count.each_high_W = optics_pJ_per_bit(t, Bound::high) * module_Gbps * 1e-3;
    return count;
}

static std::string lengths_line(LinkClass const& up, CableCount const& cables)
{
    return format(
        "  length between trays %.3f to %.3f m, mean %.3f m; all lanes together %.0f m (%.2f miles)\n",
        up.shortest_m, up.longest_m, cables.mean_m, cables.total_m, cables.total_m / 1609.344);
}

std::string fabric_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    TierSpec const& tier = fabric.spec.tiers.front();
    PlacementSpec const& at = tier.placement;
    LinkClass const& up = fabric.classes.front();
    CableCount const cables = cables_of(fabric);
    std::string text =
        format("%s (%s), %s\n", fabric.spec.title.c_str(), fabric.spec.name.c_str(),
               fabric.interconnect.c_str()) +
        (fabric.classes.size() > 2 ? format("  %u gpus in domains of %u, %u below the same switches; counts "
                                            "of modules are of one domain's first tier\n",
                                            fabric.network.gpus, fabric.domain_gpus, fabric.leaf_gpus)
                                   : std::string()) +
        format("  %u gpus in %zu trays, %u switch chips in %zu trays\n", tier.leaf_gpus,
               at.gpu_trays_u.size(), tier.switches.chips, at.switch_trays_u.size()) +
        format("  %u planes of %g GB/s: %g GB/s per gpu and direction\n",
               fabric.network.ports[kInside].planes, tier.link_rate_GBps.value, fabric.port_rate_GBps) +
        format("  %zu directed links of %u lanes x %g Gb/s: %.0f lanes with a cable pair or fibre each\n",
               fabric.network.links.size(), up.lanes, up.lane_rate_Gbps, cables.pairs) +
        (fabric.classes.size() > 2 ? std::string() : lengths_line(up, cables));
    for (auto const& c : fabric.classes)
        if (c.up && fabric.classes.size() > 2)
            text += format("  tier %s: %llu links of %g GB/s each way, %s/%s over %s, %.2f to %.2f m\n",
                           c.tier.c_str(), static_cast<unsigned long long>(c.count), c.link_rate_GBps,
                           c.a.technology.c_str(), c.b.technology.c_str(), c.medium.c_str(), c.shortest_m,
                           c.longest_m);
    std::string const modules = modules_line(scenario, fabric, true) + modules_line(scenario, fabric, false);
    return text + (modules.empty() ? "  no optical modules\n" : modules);
}

}  // namespace copperwall

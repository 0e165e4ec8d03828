//! The shipped technologies, and NVL72 with any of them at its ends.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "host/fabric/tier_link.h"
#include "host/input/load.h"

namespace copperwall {

enum Component { host_serdes, dsp, laser, driver_modulator, tia, tuning_control, other };

inline std::filesystem::path source_tree()
{
    return CW_SOURCE_DIR;
}

inline TechnologySpec technology(std::string const& name)
{
    return load_technology(source_tree() / "topologies/technologies" / (name + ".toml"));
}

inline std::vector<std::string> shipped_technologies()
{
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(source_tree() / "topologies/technologies"))
        names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

inline ScenarioSpec nvl72_with(std::string const& a, std::string const& b)
{
    return load_scenario(source_tree() / "workloads/all_to_all_nvl72.toml",
                         {{"fabric.ends.rack", "{ a = \"" + a + "\", b = \"" + b + "\" }"}});
}

inline ScenarioSpec nvl72_all(std::string const& name)
{
    return nvl72_with(name, name);
}

//! Everything at an end but the host SerDes, pJ/bit = W per Tb/s of port rate.
inline double module_pJ_per_bit(TechnologySpec const& t, Bound bound = Bound::typical)
{
    double sum = 0;
    for (std::size_t c = dsp; c < t.energy_pJ_per_bit.size(); ++c) sum += pick(t.energy_pJ_per_bit[c], bound);
    return sum;
}

inline double module_W(TechnologySpec const& t)
{
    return module_pJ_per_bit(t) * t.module_rate_Gbps.value * 1e-3;
}

inline double added_by_link_ns(std::string const& name)
{
    return 2 * technology(name).added_latency_ns.value;
}

inline LinkDelay link_delay_over(ScenarioSpec const& scenario, double length_m, Bound bound = Bound::typical)
{
    TierLink const link = tier_link(scenario, scenario.fabric, scenario.fabric.tiers.front(),
                                    scenario.ends.at(scenario.fabric.tiers.front().name));
    return link_delay(link_input(link, length_m, bound).delay);
}

}  // namespace copperwall

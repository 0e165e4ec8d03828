#include "host/fabric/risk.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace copperwall {

namespace {

//! FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t key_of(std::string const& name)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

Uncertain uncertain(std::string const& name, Quantity const& q)
{
    Uncertain u{key_of(name), q.low, q.value, q.high, 0, 0, 0, 0};
    if (q.low > 0) {
        u.by_ratio = 1;
        u.log_low = std::log(q.low);
        u.log_typical = std::log(q.value);
        u.log_high = std::log(q.high);
    }
    return u;
}

//! Links of a tier that one group of gpus shares on its way up: a gpu, the gpus of a leaf, those of a pod.
double groups_below(Fabric const& fabric, TierEnds const& t)
{
    double const gpus = fabric.network.gpus;
    if (t.tier->above.empty()) return gpus;
    for (TierSpec const& below : fabric.spec.tiers) {
        if (below.name != t.tier->above) continue;
        std::uint32_t const each = below.above.empty() ? below.leaf_gpus : below.pod_gpus;
        double const parts = t.tier->outside ? 1 : fabric.spec.domains;
        return each == 0 ? parts : parts * std::ceil(gpus / parts / each);
    }
    return 1;
}

//! Which share of the switches that a group of gpus needs sits in one of their trays.
double tray_share(Fabric const& fabric, TierEnds const& t)
{
    double const each = std::max(1u, t.tier->placement.chips_per_tray);
    double chips = t.tier->switches.chips;
    if (!t.tier->above.empty())
        chips = static_cast<double>(t.count.chips) / (t.tier->outside ? 1 : fabric.spec.domains);
    return chips > each ? each / chips : 1;
}

class Builder {
public:
    Builder(ScenarioSpec const& scenario, Fabric const& fabric)
        : scenario_(scenario), fabric_(fabric), ends_(tier_ends(fabric))
    {
    }

    FabricRisk build()
    {
        shape();
        for (TierEnds const& t : ends_)
            if (t.count.tier != kFrontEnd) add_tier(t);
        ReliabilitySpec const& r = scenario_.reliability;
        add("gpus", "its tray",
            {.count = fabric_.network.gpus,
             .lost = 1,
             .failures_fit = row("gpu.failures_fit", r.gpu_failures_fit),
             .repair_h = row("gpu.repair_h", r.gpu_repair_h),
             .stops = 1,
             .takes_tray = 1,
             .gpu = 1});
        return std::move(risk_);
    }

private:
    void shape()
    {
        TierSpec const& tier = fabric_.spec.tiers.front();
        RiskModel& m = risk_.model;
        m.domains = fabric_.spec.domains;
        std::uint32_t const each = std::max(1u, tier.placement.gpus_per_tray);
        m.trays = (fabric_.spec.gpus + each - 1) / each;
        m.spare_trays = scenario_.job.spare_trays;
        m.checkpoint_h =
            hours("job.checkpoint_h", scenario_.job.checkpoint_h, scenario_.reliability.checkpoint_h);
        m.restart_h = hours("job.restart_h", scenario_.job.restart_h, scenario_.reliability.restart_h);
    }

    std::uint32_t hours(char const* name, double set, Quantity const& from_file)
    {
        if (set == 0) return row(name, from_file);
        Quantity fixed = from_file;
        fixed.value = fixed.low = fixed.high = set;
        return row(name, fixed);
    }

    //! The same name is the same quantity, drawn once for all its parts.
    std::uint32_t row(std::string const& name, Quantity const& quantity)
    {
        auto const [known, added] =
            rows_.try_emplace(name, static_cast<std::uint32_t>(risk_.model.quantities.size()));
        if (added) risk_.model.quantities.push_back(uncertain(name, quantity));
        return known->second;
    }

    void add(std::string what, char const* out_meanwhile, FaultyParts const& parts)
    {
        if (parts.count == 0) return;
        risk_.model.faulty.push_back(parts);
        risk_.kinds.push_back({std::move(what), out_meanwhile, parts});
    }

    //! A job that loses all of its rate is stopped; one that loses a part of it, if the scenario says so.
    std::uint16_t stops(double lost, bool takes_tray) const
    {
        return lost >= 1 || takes_tray || scenario_.job.lost_port_stops;
    }

    void add_tier(TierEnds const& t)
    {
        EndsSpec const& ends = fabric_.ends.at(t.count.tier);
        double const Gbps = static_cast<double>(t.count.links) * t.tier->lanes * t.tier->lane_rate_Gbps.value;
        add_end(t, ends.a, true);
        add_end(t, ends.b, false);
        add_switches(t);
        for (std::string const& name : {ends.a, ends.b})
            risk_.model.priced.push_back(
                {Gbps, row(name + ".cost_usd_per_Gbps", scenario_.technologies.at(name).cost_usd_per_Gbps)});
        double const ports = t.tier->above.empty() ? 1 : 2;
        risk_.model.priced.push_back(
            {ports * Gbps, row("switch.cost_usd_per_Gbps", scenario_.reliability.switch_cost_usd_per_Gbps)});
    }

    //! The leaves' row for a mesh and for the lower end of a spine.
    TierEnds const& leaves_of(TierEnds const& t) const
    {
        return *std::find_if(ends_.begin(), ends_.end(),
                             [&](TierEnds const& other) { return other.count.tier == t.tier->above; });
    }

    void add_end(TierEnds const& t, std::string const& name, bool lower)
    {
        TechnologySpec const& tech = scenario_.technologies.at(name);
        auto const links = static_cast<double>(t.count.links);
        double const trays = lower ? t.lower_trays : t.upper_trays;
        double const modules = trays * modules_per_tray(*t.tier, links, trays, tech);
        bool const at_gpu = lower && t.tier->above.empty();
        bool const takes_tray = tech.repair_takes == RepairTakes::tray && at_gpu;
        double const lost = lost_with(t, tech, lower);
        char const* const side = at_gpu ? ", gpu end: " : lower ? ", lower end: " : ", upper end: ";
        add(t.count.tier + side + name, out_meanwhile(tech, at_gpu),
            {.count = static_cast<std::uint64_t>(modules),
             .lost = lost,
             .failures_fit = row(name + ".failures_fit", tech.failures_fit),
             .repair_h = row(name + ".repair_h", tech.repair_h),
             .stops = stops(lost, takes_tray),
             .takes_tray = takes_tray});
    }

    static char const* out_meanwhile(TechnologySpec const& tech, bool at_gpu)
    {
        if (tech.repair_takes == RepairTakes::ports) return "its links";
        if (tech.repair_takes == RepairTakes::rack) return "its rack";
        return at_gpu ? "its gpus' tray" : "its switch tray";
    }

    double lost_with(TierEnds const& t, TechnologySpec const& tech, bool lower) const
    {
        if (tech.repair_takes == RepairTakes::rack) return 1;
        bool const leaf = t.tier->above.empty();
        bool const mesh = t.tier->wiring == "mesh";
        if (tech.repair_takes == RepairTakes::tray)
            return lower && leaf ? 1 : tray_share(fabric_, lower || mesh ? leaves_of(t) : t);
        double const Gbps = t.tier->lanes * t.tier->lane_rate_Gbps.value;
        double const carried = std::max(1.0, std::floor(tech.module_rate_Gbps.value / Gbps));
        double const each = static_cast<double>(t.count.links) * (mesh ? 2 : 1) / groups_below(fabric_, t);
        return std::min(1.0, (lower || mesh ? carried : 1) / each);
    }

    void add_switches(TierEnds const& t)
    {
        ReliabilitySpec const& r = scenario_.reliability;
        double const lost = tray_share(fabric_, t);
        add(t.count.tier + ", switch chips", "its switch tray",
            {.count = t.count.chips,
             .lost = lost,
             .failures_fit = row("switch.failures_fit", r.switch_failures_fit),
             .repair_h = row("switch.repair_h", r.switch_repair_h),
             .stops = stops(lost, false)});
    }

    ScenarioSpec const& scenario_;
    Fabric const& fabric_;
    std::vector<TierEnds> ends_;
    std::map<std::string, std::uint32_t> rows_;
    FabricRisk risk_;
};

}  // namespace

FabricRisk fabric_risk(ScenarioSpec const& scenario, Fabric const& fabric)
{
    return Builder(scenario, fabric).build();
}

}  // namespace copperwall

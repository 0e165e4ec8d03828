#include "host/fabric/risk.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "host/fabric/part_shares.h"
#include "host/input/fnv1a.h"

namespace copperwall {

namespace {

//! Figures of one kind that are alike in value, range and source are one quantity, whatever names them.
std::string identity(char const* kind, Quantity const& q)
{
    std::ostringstream text;
    text.precision(17);
    text << kind << ' ' << q.low << ' ' << q.value << ' ' << q.high << ' ' << q.source;
    return text.str();
}

Uncertain uncertain(std::string const& identity, Quantity const& q)
{
    Uncertain u{fnv1a(identity), q.low, q.value, q.high, 0, 0, 0, 0};
    if (q.low > 0) {
        u.by_ratio = 1;
        u.log_low = std::log(q.low);
        u.log_typical = std::log(q.value);
        u.log_high = std::log(q.high);
    }
    return u;
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
        add("gpus", "its tray", fabric_.network.gpus, {1, 1}, row("failures_fit", r.gpu_failures_fit),
            row("repair_h", r.gpu_repair_h), true);
        return std::move(risk_);
    }

private:
    void shape()
    {
        RiskModel& m = risk_.model;
        m.domains = fabric_.spec.domains;
        m.trays = swapped_trays(fabric_.spec);
        m.spare_trays = scenario_.job.spare_trays;
        m.checkpoint_h =
            hours("checkpoint_h", scenario_.job.checkpoint_h, scenario_.reliability.checkpoint_h);
        m.restart_h = hours("restart_h", scenario_.job.restart_h, scenario_.reliability.restart_h);
    }

    std::uint32_t hours(char const* name, double set, Quantity const& from_file)
    {
        if (set == 0) return row(name, from_file);
        Quantity fixed = from_file;
        fixed.value = fixed.low = fixed.high = set;
        return row(name, fixed);
    }

    std::uint32_t row(char const* kind, Quantity const& quantity)
    {
        std::string const name = identity(kind, quantity);
        auto const [known, added] =
            rows_.try_emplace(name, static_cast<std::uint32_t>(risk_.model.quantities.size()));
        if (added) risk_.model.quantities.push_back(uncertain(name, quantity));
        return known->second;
    }

    //! What the job loses while one part is out.
    struct Loss {
        double rate = 0;
        std::uint16_t trays = 0;  //!< of gpus; the rate is then lost where no other tray is spare
    };

    //! All of the gpus below one leaf.
    Loss leaf_lost() const
    {
        std::uint32_t const leaf = std::max(1u, fabric_.leaf_gpus);
        std::uint32_t const domain = std::max(1u, fabric_.spec.gpus);
        bool const one_tray = leaf * risk_.model.trays <= domain;
        return {1, static_cast<std::uint16_t>(one_tray)};
    }

    void add(std::string what, std::string const& out_meanwhile, std::uint64_t count, Loss const& loss,
             std::uint32_t failures_fit, std::uint32_t repair_h, bool gpu = false)
    {
        if (count == 0) return;
        bool const stops = loss.rate >= 1 || loss.trays != 0 || scenario_.job.lost_port_stops;
        FaultyParts const parts{.count = count,
                                .lost = loss.rate,
                                .failures_fit = failures_fit,
                                .repair_h = repair_h,
                                .stops = stops,
                                .takes_trays = loss.trays,
                                .gpu = gpu};
        risk_.model.faulty.push_back(parts);
        risk_.kinds.push_back({std::move(what), out_meanwhile, parts});
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
                {Gbps, row("cost_usd_per_Gbps", scenario_.technologies.at(name).cost_usd_per_Gbps)});
        double const ports = t.tier->above.empty() ? 1 : 2;
        risk_.model.priced.push_back(
            {ports * Gbps, row("cost_usd_per_Gbps", scenario_.reliability.switch_cost_usd_per_Gbps)});
    }

    TierEnds const& below(TierEnds const& t) const
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
        char const* const side = at_gpu ? ", gpu end: " : lower ? ", lower end: " : ", upper end: ";
        double const carried = std::max(1.0, links / modules);
        add(t.count.tier + side + name, out_meanwhile(tech, at_gpu), static_cast<std::uint64_t>(modules),
            loss_with(t, tech, lower, carried), row("failures_fit", tech.failures_fit),
            row("repair_h", tech.repair_h));
    }

    static char const* out_meanwhile(TechnologySpec const& tech, bool at_gpu)
    {
        if (tech.repair_takes == RepairTakes::ports) return "its links";
        if (tech.repair_takes == RepairTakes::rack) return "its rack";
        return at_gpu ? "its gpus' tray" : "its switch tray";
    }

    Loss loss_with(TierEnds const& t, TechnologySpec const& tech, bool lower, double carried) const
    {
        bool const leaf = t.tier->above.empty();
        bool const mesh = t.tier->wiring == "mesh";
        if (tech.repair_takes == RepairTakes::rack) return leaf_lost();
        if (tech.repair_takes == RepairTakes::tray) {
            if (lower && leaf) return {1, 1};
            return tray_lost(lower || mesh ? below(t) : t);
        }
        PartShare const share = part_share(fabric_, ends_, t);
        if (!leaf) return {links_lost(lower || mesh ? carried : 1, share), 0};
        if (!lower && share.planes > 1) return {1 / share.planes, 0};
        if (lower && carried < share.planes) return {carried / share.planes, 0};
        return {1, static_cast<std::uint16_t>(lower ? 1 : std::ceil(carried))};  // gpus without another link
    }

    //! A tray of the switches that a tier leads up into.
    Loss tray_lost(TierEnds const& t) const
    {
        PlacementSpec const& at = t.tier->placement;
        double const each = std::max(1u, at.swapped_chips != 0 ? at.swapped_chips : at.chips_per_tray);
        PartShare const share = part_share(fabric_, ends_, t);
        if (!t.tier->above.empty()) return {chips_lost(std::min(each, share.chips), share), 0};
        if (each < share.chips) return {each / share.chips, 0};
        return t.tier->outside ? Loss{1, 0} : leaf_lost();
    }

    void add_switches(TierEnds const& t)
    {
        if (t.count.chips == 0) return;
        ReliabilitySpec const& r = scenario_.reliability;
        add(t.count.tier + ", switch chips", "its switch tray", t.count.chips, tray_lost(t),
            row("failures_fit", r.switch_failures_fit), row("repair_h", r.switch_repair_h));
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

//! A made-up study of one job of 1,152 gpus on scale-up domains of growing size: two tiers, copper in the
//! rack or light everywhere, round figures that a test can follow by hand. Nothing here is simulated.
#pragma once

#include "sample_results.h"

namespace copperwall::sample {

inline constexpr std::uint32_t kJobGpus = 1152;

struct Wiring {
    std::string label;
    bool copper_in_rack = true, copper_between = false;
};

inline std::vector<Wiring> wirings()
{
    return {{"copper + CPO"},
            {"copper + CPO 2:1"},
            {"copper + CPO 8:1"},
            {"all CPO", false, false},
            {"all copper", true, true}};
}

//! One link a gpu and direction of each tier: rack 1 m, between racks 20 m, to one switch each.
inline Fabric two_tiers(Wiring const& wiring, std::uint32_t world_size)
{
    Machine const machine{"job1152", kJobGpus, 1};
    Fabric f;
    f.spec.name = machine.name;
    f.spec.gpus = f.network.gpus = kJobGpus;
    f.domain_gpus = world_size;
    f.interconnect = wiring.label;
    f.network.ports[kInside].planes = 1;
    f.network.rates_Bps = {50'000'000'000};
    for (std::string const tier : {"rack", "between"}) {
        bool const copper = tier == "rack" ? wiring.copper_in_rack : wiring.copper_between;
        for (bool const up : {true, false}) {
            LinkClass c = link_class(machine, technologies()[copper ? 1 : 3], up);
            c.name = tier + (up ? " up" : " down");
            c.tier = tier;
            c.count = kJobGpus;
            c.longest_m = tier == "rack" ? 1 : 20;
            c.reaches = c.longest_m <= c.reach_m;
            f.classes.push_back(c);
            std::uint32_t const chip = kJobGpus + (tier == "rack" ? 0 : 1);
            for (std::uint32_t g = 0; g < kJobGpus; ++g) {
                Link link;
                link.from = up ? g : chip;
                link.to = up ? chip : g;
                link.link_class = static_cast<std::uint16_t>(f.classes.size() - 1);
                f.network.links.push_back(link);
                f.lengths_m.push_back(c.longest_m);
            }
        }
    }
    f.network.link_classes = 4;
    for (std::uint32_t n = 0; n < kJobGpus + 2; ++n)
        f.nodes.push_back({"node " + std::to_string(n), n < kJobGpus ? NodeKind::gpu : NodeKind::switch_chip,
                           n / 72, 1, n, 0, 0, 0});
    f.port_rate_GBps = 50;
    f.switch_core_pJ_per_bit = kSwitchCore_pJ_per_bit;
    f.path_ns = 1000;
    return f;
}

inline void set_time(Cell& c, double us, double bound_us)
{
    double const factor = us / c.time_us;
    for (double* time : {&c.time_us, &c.low_us, &c.high_us, &c.closed_form_us, &c.breakdown.software_us,
                         &c.breakdown.serialisation_us, &c.breakdown.phy_us, &c.breakdown.added_us,
                         &c.breakdown.propagation_us, &c.breakdown.switch_us, &c.breakdown.queueing_us})
        *time *= factor;
    c.algbw_GBps /= factor;
    c.busbw_GBps /= factor;
    c.lower_bound_us = bound_us;
}

//! us. ring: 2000 everywhere. hierarchical: 14400 / world size x 100, light 0.9 of it; an oversubscription of
//! 2 adds a quarter of what is left of the job outside the domain, 8 the whole of it.
inline double world_size_time(std::string const& algorithm, std::string const& label, double world_size)
{
    if (algorithm == "ring") return 20000;
    double const time = 1440000 / world_size;
    double const outside = 1 - world_size / kJobGpus;
    if (label == "all CPO") return 0.9 * time;
    return time * (label.ends_with("2:1") ? 1 + 0.25 * outside : label.ends_with("8:1") ? 1 + outside : 1);
}

//! all_reduce by ring and hierarchical. "all copper" is infeasible above 72; lower bound: 1000 us;
//! extrapolated above 576.
inline Results world_size_study(std::vector<double> const& world_sizes = {8, 72, 144, 288, 576, 1152},
                                std::vector<double> const& sizes = {1 << 16, 1 << 26})
{
    Results r;
    r.title = "sample of a world-size study";
    r.kind = "study";
    std::vector<std::string> labels;
    for (auto const& w : wirings()) labels.push_back(w.label);
    r.axes = {labelled("fabric", {"job1152"}),        labelled("interconnect", labels),
              labelled("collective", {"all_reduce"}), labelled("algorithm", {"ring", "hierarchical"}),
              labelled("library", {"ideal"}),         numbered("world_size", world_sizes, "1"),
              numbered("message_size", sizes, "B")};
    for (auto const& wiring : wirings()) {
        std::vector<Fabric> fabrics;
        for (double const w : world_sizes)
            fabrics.push_back(two_tiers(wiring, static_cast<std::uint32_t>(w)));
        for (std::string const algorithm : {"ring", "hierarchical"})
            for (auto const& f : fabrics)
                for (double const bytes : sizes) {
                    Cell c = cell(f, {"all_reduce", algorithm}, "ideal", static_cast<std::int64_t>(bytes));
                    c.world_size = f.domain_gpus;
                    c.topology = topology_hash(f);
                    c.timeline.clear();
                    if (wiring.copper_between && c.world_size > 72)
                        make_undone(c, CellStatus::infeasible, "no cable of 20 m");
                    else
                        set_time(c, world_size_time(algorithm, wiring.label, c.world_size), 1000);
                    c.extrapolated = c.world_size > 576 && c.status == CellStatus::done;
                    r.cells.push_back(std::move(c));
                }
        r.fabrics.insert(r.fabrics.end(), fabrics.begin(), fabrics.end());
    }
    r.seed = 42;
    r.run = run_info();
    r.files = {{"workloads/sample.toml", "# a sample\n"}};
    return r;
}

}  // namespace copperwall::sample

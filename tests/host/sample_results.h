//! Made-up but lawful results for tests of files, tables and pictures: figures from closed forms, parts that
//! add up to their totals, every status present. Nothing here is simulated.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "host/results/results.h"
#include "host/results/topology_hash.h"

namespace copperwall::sample {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kPortRate_GBps = 900;
inline constexpr std::uint32_t kPlanes = 18;
inline constexpr double kSwitchCore_ns = 130;
inline constexpr double kPhy_ns = 50;
inline constexpr double kSwitchCore_pJ_per_bit = 13.5;

struct Technology {
    std::string name;
    double added_ns;  //!< per end
    double reach_m;
    double component_pJ_per_bit[7];  //!< per end, in the order of kComponents
};

inline std::vector<Technology> technologies()
{
    return {{"board_trace", 0, 0.5, {4, 0, 0, 0, 0, 0, 0}},
            {"passive_copper", 0, 2.0, {4, 0, 0, 0, 0, 0, 0}},
            {"dsp_pluggable", 87.5, 100, {3, 4.5, 1.1, 0.9, 0.6, 0.1, 0.3}},
            {"cpo", 1, 100, {1.3, 0, 1.0, 0.9, 0.6, 0.4, 0.1}}};
}

struct Machine {
    std::string name;
    std::uint32_t gpus;
    double longest_m;
};

inline std::vector<Machine> machines()
{
    return {{"hgx_b200", 8, 0.4}, {"nvl72", 72, 1.3}};
}

struct Algorithm {
    std::string op, name;
};

inline std::vector<Algorithm> algorithms()
{
    return {{"all_reduce", "ring"}, {"all_reduce", "two_shot"}, {"all_to_all", "direct"}};
}

inline LinkClass link_class(Machine const& machine, Technology const& technology, bool up)
{
    LinkClass c;
    c.name = up ? "rack up" : "rack down";
    c.tier = "rack";
    c.medium = technology.name == "cpo" || technology.name == "dsp_pluggable" ? "fibre" : "twinax";
    c.a.technology = c.b.technology = technology.name;
    for (int i = 0; i < 7; ++i) c.a.component_pJ_per_bit[i] = technology.component_pJ_per_bit[i];
    for (int i = 1; i < 7; ++i) c.b.component_pJ_per_bit[i] = technology.component_pJ_per_bit[i];
    c.a.static_fraction = c.b.static_fraction = 0.9;
    c.up = up;
    c.count = std::uint64_t{machine.gpus} * kPlanes;
    c.lanes = 2;
    c.lane_rate_Gbps = 200;
    c.link_rate_GBps = 50;
    c.longest_m = machine.longest_m;
    c.shortest_m = 0.5 * machine.longest_m;
    c.reach_m = technology.reach_m;
    c.reaches = c.longest_m <= c.reach_m;
    if (up) c.switch_core_pJ_per_bit = kSwitchCore_pJ_per_bit;
    for (int i = 0; i < 7; ++i) {  // 50 GB/s = 0.4 Tb/s, half of both ends
        c.power.full_W[i] = 0.4 * (c.a.component_pJ_per_bit[i] + c.b.component_pJ_per_bit[i]) / 2;
        c.power.idle_W[i] = 0.9 * c.power.full_W[i];
    }
    c.delay = {kPhy_ns, technology.added_ns, technology.added_ns, 0, 5.0 * c.longest_m, kSwitchCore_ns / 2};
    return c;
}

//! 18 planes of one switch chip; node gpus + p is the chip of plane p.
inline Fabric fabric(Machine const& machine, Technology const& technology)
{
    Fabric f;
    f.spec.name = machine.name;
    f.spec.title = machine.name == "nvl72" ? "GB200 NVL72" : "HGX B200";
    f.spec.gpus = machine.gpus;
    f.domain_gpus = machine.gpus;
    f.interconnect = technology.name;
    f.classes = {link_class(machine, technology, true), link_class(machine, technology, false)};
    f.network.gpus = machine.gpus;
    f.network.ports[kInside].planes = kPlanes;
    f.network.link_classes = 2;
    f.network.rates_Bps = {50'000'000'000};
    Time const latency = std::llround(f.classes[0].delay.total_ns() * 1e6);
    auto add_link = [&](NodeId from, NodeId to, std::uint16_t cls) {
        f.network.links.push_back(
            {from, to, latency, 0, 0, cls, cls == 0 ? Arrival::head : Arrival::tail, 0});
        f.lengths_m.push_back(machine.longest_m);
    };
    for (std::uint32_t g = 0; g < machine.gpus; ++g) {
        f.nodes.push_back({"gpu " + std::to_string(g), NodeKind::gpu, 0, 1 + g / 4, 0, 0.1, 0.5, 0.05 * g});
        f.network.nodes.push_back({NodeKind::gpu, g * kPlanes, kPlanes, kPlanes});
        for (std::uint32_t p = 0; p < kPlanes; ++p) add_link(g, machine.gpus + p, 0);
    }
    for (std::uint32_t p = 0; p < kPlanes; ++p) {
        f.nodes.push_back(
            {"switch " + std::to_string(p), NodeKind::switch_chip, 0, 20 + p / 2, p, 0.2, 0.6, 1});
        f.network.nodes.push_back(
            {NodeKind::switch_chip, (machine.gpus + p) * kPlanes, machine.gpus, machine.gpus});
        for (std::uint32_t g = 0; g < machine.gpus; ++g) add_link(machine.gpus + p, g, 1);
    }
    f.port_rate_GBps = kPortRate_GBps;
    f.switch_core_pJ_per_bit = kSwitchCore_pJ_per_bit;
    f.path_ns = 2 * f.classes[0].delay.total_ns();
    f.notes = {"lengths: every link has its class's longest length"};
    return f;
}

inline std::uint32_t steps_of(Algorithm const& algorithm, std::uint32_t ranks)
{
    if (algorithm.name == "ring") return 2 * (ranks - 1);
    return algorithm.name == "two_shot" ? 2 : 1;
}

inline double factor_of(Algorithm const& algorithm, double ranks)
{
    return (algorithm.op == "all_reduce" ? 2 : 1) * (ranks - 1) / ranks;
}

inline void fill_times(Cell& cell, Fabric const& f, Algorithm const& algorithm, double software_us)
{
    double const steps = cell.steps;
    auto const& delay = f.classes[0].delay;
    Breakdown& b = cell.breakdown;
    b.software_us = software_us;
    b.serialisation_us =
        factor_of(algorithm, cell.ranks) * static_cast<double>(cell.bytes) / (1e3 * kPortRate_GBps);
    b.phy_us = steps * 2e-3 * delay.phy_ns;
    b.added_us = steps * 2e-3 * (delay.added_a_ns + delay.added_b_ns);
    b.propagation_us = steps * 2e-3 * delay.medium_ns;
    b.switch_us = steps * 2e-3 * delay.switch_core_ns;
    b.queueing_us = steps * 5.44e-3;
    cell.time_us = b.total_us();
    cell.algbw_GBps = static_cast<double>(cell.bytes) / (1e3 * cell.time_us);
    cell.busbw_GBps = cell.algbw_GBps * factor_of(algorithm, cell.ranks);
    double const fewest_steps = algorithm.op == "all_reduce" ? 2 : 1;
    cell.lower_bound_us = b.serialisation_us + fewest_steps * 1e-3 * f.path_ns;
    cell.closed_form_us = cell.time_us;
    cell.low_us = 0.9 * cell.time_us;
    cell.high_us = 1.2 * cell.time_us;
    cell.bound_by = b.serialisation_us > 0.5 * cell.time_us ? "serialisation"
                    : software_us > 0                       ? "software"
                                                            : "switch";
}

inline void fill_energy(Cell& cell, Fabric const& f, Algorithm const& algorithm)
{
    double const bits = 8 * cell.ranks * factor_of(algorithm, cell.ranks) * static_cast<double>(cell.bytes);
    double const port_bits = 8e9 * kPortRate_GBps * cell.world_size * cell.time_us * 1e-6;
    double always_on = 0;
    for (int i = 0; i < 7; ++i) {
        double const pJ_per_bit =
            f.classes[0].a.component_pJ_per_bit[i] + f.classes[0].b.component_pJ_per_bit[i];
        cell.energy.always_on_J[i] = 1e-12 * pJ_per_bit * port_bits;
        cell.energy.traffic_J[i] = 1e-12 * pJ_per_bit * bits;
        always_on += cell.energy.always_on_J[i];
    }
    cell.energy.switch_core_J = 1e-12 * kSwitchCore_pJ_per_bit * port_bits;
    cell.energy.switch_core_traffic_J = 1e-12 * kSwitchCore_pJ_per_bit * bits;
    cell.energy.nic_J = cell.energy.nic_traffic_J = 0;
    cell.pJ_per_bit = 1e12 * (always_on + cell.energy.switch_core_J) / bits;
}

//! Step k lasts an equal part of the time, on both classes, the second one half a path later.
inline void fill_timeline(Cell& cell, Fabric const& f)
{
    double const part = cell.time_us / cell.steps;
    double const half_path_us = 5e-4 * f.path_ns;
    auto const wire = static_cast<std::int64_t>(cell.ranks) * cell.bytes / cell.steps;
    for (std::uint32_t step = 0; step < cell.steps; ++step) {
        for (std::uint32_t c = 0; c < 2; ++c) {
            double const start = step * part + (c == 1 ? half_path_us : 0);
            double const busy = static_cast<double>(wire) / 50e3;
            cell.timeline.push_back({step, c, start, start + 0.5 * part, busy, wire, wire / 256 + 1,
                                     4e-12 * 8 * static_cast<double>(wire)});
        }
    }
}

inline Cell asked(Fabric const& f, Algorithm const& algorithm, std::string const& library, std::int64_t bytes)
{
    Cell cell;
    cell.fabric = f.spec.name;
    cell.interconnect = f.interconnect;
    cell.op = algorithm.op;
    cell.algorithm = algorithm.name;
    cell.library = library;
    cell.ranks = cell.world_size = cell.gpus = f.spec.gpus;
    cell.bytes = bytes;
    cell.packet_bytes = 256;
    return cell;
}

inline void make_undone(Cell& cell, CellStatus status, std::string reason)
{
    cell.status = status;
    cell.reason = std::move(reason);
    cell.time_us = cell.algbw_GBps = cell.busbw_GBps = cell.lower_bound_us = cell.closed_form_us = kNaN;
    cell.low_us = cell.high_us = cell.pJ_per_bit = cell.window_ns = kNaN;
    cell.energy_low_J = cell.energy_high_J = kNaN;
    cell.breakdown = {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
    for (int i = 0; i < 7; ++i) cell.energy.always_on_J[i] = cell.energy.traffic_J[i] = kNaN;
    cell.energy.switch_core_J = cell.energy.switch_core_traffic_J = kNaN;
    cell.energy.nic_J = cell.energy.nic_traffic_J = kNaN;
    for (Band& band : cell.risk.of) band = {kNaN, kNaN, kNaN};
}

//! Numbers that are all different.
inline RiskBands risks(double first)
{
    RiskBands made;
    for (int f = 0; f != kRiskFigures; ++f) made.of[f] = {first + f, first + f - 0.25, first + f + 0.25};
    return made;
}

//! A finished cell, or an infeasible one where the fabric's links do not reach.
inline Cell cell(Fabric const& f, Algorithm const& algorithm, std::string const& library, std::int64_t bytes)
{
    Cell c = asked(f, algorithm, library, bytes);
    if (!f.classes[0].reaches) {
        make_undone(c, CellStatus::infeasible,
                    f.interconnect + " reaches 0.5 m, but 2592 links of rack are up to 1.3 m long");
        return c;
    }
    c.status = CellStatus::done;
    c.steps = steps_of(algorithm, c.ranks);
    c.protocol = library == "ideal" ? "" : bytes < 65536 ? "LL" : "Simple";
    c.extrapolated = library != "ideal" && c.ranks > 8;
    fill_times(c, f, algorithm, library == "ideal" ? 0 : 5 + 1.3 * c.steps);
    fill_energy(c, f, algorithm);
    c.risk = risks(1);
    fill_timeline(c, f);
    c.folded = true;
    c.hops = 2 * (bytes / 256 / kPlanes + 1) * c.ranks;
    c.effective_hops = c.hops * kPlanes;
    c.messages = std::int64_t{c.ranks} * c.steps;
    c.windows = 40;
    c.window_ns = 0.5 * f.path_ns;
    c.memory_bytes = 1u << 20;
    c.wall_s = 0.02;
    c.cpu_s = 0.03;
    return c;
}

inline RunInfo run_info()
{
    return {"copperwall study workloads/studies/x.toml",
            "node7",
            "2026-11-25T10:00:00Z",
            "2026-11-25T10:00:42Z",
            42.5,
            80.25,
            "cpu, 2 threads",
            std::int64_t{300} << 20};
}

inline Axis labelled(std::string name, std::vector<std::string> labels)
{
    return {std::move(name), std::move(labels), {}, ""};
}

inline Axis numbered(std::string name, std::vector<double> values, std::string units)
{
    return {std::move(name), {}, std::move(values), std::move(units)};
}

//! Message sizes first, 4 first, 16 first ... up to last, bytes.
inline std::vector<double> sizes(double first, double last)
{
    std::vector<double> all;
    for (double s = first; s <= last; s *= 4) all.push_back(s);
    return all;
}

//! One fabric, interconnect and algorithm over message sizes, as `copperwall run` gives it.
inline Results run(double first = 256, double last = 1 << 30, Machine const& machine = machines()[1],
                   Technology const& technology = technologies()[3],
                   Algorithm const& algorithm = algorithms()[0])
{
    Results r;
    r.title = algorithm.op + " on " + machine.name;
    r.kind = "run";
    r.fabrics = {fabric(machine, technology)};
    r.axes = {labelled("fabric", {machine.name}),
              labelled("interconnect", {technology.name}),
              labelled("collective", {algorithm.op}),
              labelled("algorithm", {algorithm.name}),
              labelled("library", {"ideal"}),
              numbered("world_size", {double(machine.gpus)}, "1"),
              numbered("message_size", sizes(first, last), "B")};
    for (double s : r.axes.back().values) {
        r.cells.push_back(cell(r.fabrics[0], algorithm, "ideal", static_cast<std::int64_t>(s)));
        r.cells.back().topology = topology_hash(r.fabrics[0]);
    }
    r.notes = {"sample: not simulated"};
    r.files = {{"workloads/sample.toml", "# a sample\n[fabric]\nfile = \"nvl72.toml\"\n"}};
    r.seed = 42;
    r.run = run_info();
    return r;
}

//! 2 fabrics x 4 interconnects x 3 algorithms x 12 sizes = 288 cells that can be, in a cube of 1152: the
//! rest is not_run with a reason (no such algorithm, other world size). board_trace on nvl72 is infeasible.
inline Results study(std::string const& library = "ideal")
{
    Results r;
    r.title = "sample study";
    r.kind = "study";
    r.axes = {labelled("fabric", {"hgx_b200", "nvl72"}),
              labelled("interconnect", {"board_trace", "passive_copper", "dsp_pluggable", "cpo"}),
              labelled("collective", {"all_reduce", "all_to_all"}),
              labelled("algorithm", {"ring", "two_shot", "direct"}),
              labelled("library", {library}),
              numbered("world_size", {8, 72}, "1"),
              numbered("message_size", sizes(256, 1 << 30), "B")};
    for (auto const& m : machines())
        for (auto const& t : technologies()) r.fabrics.push_back(fabric(m, t));
    for (Fabric const& f : r.fabrics)
        for (auto const& op : r.axes[2].labels)
            for (auto const& name : r.axes[3].labels)
                for (double world : r.axes[5].values)
                    for (double s : r.axes[6].values) {
                        Algorithm const a{op, name};
                        auto const bytes = static_cast<std::int64_t>(s);
                        bool const exists = (op == "all_to_all") == (name == "direct");
                        if (exists && world == f.spec.gpus) {
                            r.cells.push_back(cell(f, a, library, bytes));
                            continue;
                        }
                        Cell c = asked(f, a, library, bytes);
                        c.world_size = static_cast<std::uint32_t>(world);
                        make_undone(c, CellStatus::not_run,
                                    exists ? f.spec.name + " has " + std::to_string(f.spec.gpus) + " gpus"
                                           : op + " has no algorithm " + name);
                        r.cells.push_back(c);
                    }
    std::size_t const per_fabric = r.cells.size() / r.fabrics.size();
    for (std::size_t i = 0; i != r.fabrics.size(); ++i) {
        auto const topology = topology_hash(r.fabrics[i]);
        for (std::size_t j = 0; j != per_fabric; ++j) r.cells[i * per_fabric + j].topology = topology;
    }
    r.notes = {"sample: not simulated", "lengths: every link has its class's longest length"};
    r.files = {{"topologies/nvl72.toml", "# NVL72\n"},
               {"workloads/studies/sample.toml", "# a study, \xc2\xb5s\n"}};
    r.seed = 42;
    r.run = run_info();
    return r;
}

}  // namespace copperwall::sample

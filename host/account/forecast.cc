#include "host/account/forecast.h"

#include <algorithm>

#include "host/account/class_loads.h"

namespace copperwall {

namespace {

std::uint64_t most_ports(Fabric const& fabric)
{
    std::uint64_t most = 1;
    for (Node const& node : fabric.network.nodes)
        most = std::max<std::uint64_t>(most, std::max(node.ingress_count, node.egress_count));
    return most;
}

double window_fs(Fabric const& fabric)
{
    double shortest_ns = static_cast<double>(kMaxWindow) * 1e-6;
    for (LinkClass const& c : fabric.classes)
        if (carries_packets(c)) shortest_ns = std::min(shortest_ns, c.delay.total_ns());
    return std::max(1.0, shortest_ns * 1e6);
}

//! Units in the switches have links as ranks have, and share the messages with them.
void add_units(Plan const& plan, EngineLoad& load)
{
    std::uint64_t const ranks = plan.call.ranks * plan.call.groups;
    std::uint64_t const units = plan.schedule.gpus - ranks;
    std::uint64_t const ports = load.network.gpu_links / std::max<std::uint64_t>(1, load.network.gpus);
    load.network.gpus += units;
    load.network.nodes += units;
    load.network.gpu_links += units * ports;
    load.network.links += 2 * units * ports;
    std::uint32_t const leaf = plan.paths.inside.leaf_ranks;
    load.most_ports += leaf == 0 ? units : units / ranks * leaf;
    for (std::size_t i = 0; i != 2; ++i) {  // up from gpus and down to them
        ClassLoad& c = load.classes[i];
        double const more = static_cast<double>(units * ports) / static_cast<double>(c.links);
        for (double* each : {&c.packets, &c.trains, &c.most_at_once}) *each /= 1 + more;
        c.links += units * ports;
    }
}

EngineLoad load_of(Plan const& plan, Fabric const& fabric, unsigned threads)
{
    Schedule const& s = plan.schedule;
    TrafficSample const sample = sample_traffic(plan, fabric);
    EngineLoad load;
    load.network = network_size(fabric, plan.folded);
    load.messages = s.messages();
    load.families = s.families.size();
    load.counters = s.counters;
    load.at_once = s.at_once;
    load.acks = plan.ack_packets;
    load.timeline_rows = std::uint64_t{s.steps} * fabric.network.link_classes;
    load.most_ports = most_ports(fabric);
    load.window_fs = window_fs(fabric);
    load.windows = 1 + plan.closed_form_ns * 1e6 / load.window_fs;
    load.threads = std::max(1u, threads);
    load.credits = finite_buffers(plan.buffers, plan.buffer_bytes, false);
    if (load.credits) load.channels = plan.channels;
    load.adaptive = fabric.network.spreading.adaptive;
    load.outages = !fabric.network.outages.empty();
    for (std::size_t group = 0; group != fabric.switches_per_plane.size(); ++group)
        add_class_loads(plan, fabric, sample, static_cast<std::uint32_t>(group), load.classes);
    if (plan.algorithm->units) add_units(plan, load);
    return load;
}

std::uint64_t schedule_bytes(Plan const& plan)
{
    Schedule const& s = plan.schedule;
    std::uint64_t const bytes = s.families.size() * sizeof(Family) + s.table.size() * sizeof(TableRow);
    std::uint64_t const tokens = plan.call.experts ? 4 * std::uint64_t{s.gpus} * plan.call.ranks : 0;
    return 2 * bytes + tokens;
}

std::uint64_t rows_of_a_gpu(TableRows rows, bool even_in_one_domain, std::uint64_t ranks,
                            Fabric const& fabric)
{
    bool const several = fabric.domain_gpus != 0 && fabric.domain_gpus != fabric.network.gpus;
    std::uint64_t const places = several ? std::min<std::uint64_t>(ranks, fabric.domain_gpus) : ranks;
    switch (rows) {
        case TableRows::few:
            return 0;
        case TableRows::pairs_over_domains:
            return several || even_in_one_domain ? ranks : 0;
        case TableRows::places_over_domains:
            return several ? places : 0;
        case TableRows::chains:
            return 2 * places;
    }
    return 0;
}

}  // namespace

MemoryForecast forecast_memory(Plan const& plan, Fabric const& fabric, Engine engine, unsigned threads)
{
    EngineLoad const load = load_of(plan, fabric, threads);
    MemoryForecast f;
    f.network = load.network.bytes();
    f.schedule = schedule_bytes(plan);
    f.engine = engine == Engine::reference ? reference_memory(load) : windows_memory(load);
    f.results = sizeof(Cell) + load.timeline_rows * sizeof(TimelineRow);
    return f;
}

std::uint64_t planning_memory(CollectiveSpec const& collective, Fabric const& fabric)
{
    Algorithm const* const algorithm = find_algorithm(collective.op, collective.algorithm);
    if (algorithm == nullptr) return 0;
    std::uint64_t const ranks = ranks_of(collective, fabric);
    std::uint64_t const gpus = collective.groups == 0 ? fabric.network.gpus : ranks * collective.groups;
    TableRows const rows = collective.experts != 0 ? TableRows::pairs_over_domains : algorithm->rows;
    return gpus * rows_of_a_gpu(rows, collective.experts != 0, ranks, fabric) * sizeof(TableRow);
}

std::string memory_advice(MemoryForecast const& forecast, Plan const& plan, ScenarioSpec const& scenario,
                          unsigned threads)
{
    std::string advice;
    auto const add = [&](char const* knob) { advice += std::string(advice.empty() ? "" : ", ") + knob; };
    bool const folded = plan.folded[kInside] || plan.folded[kOutside];
    if (!folded && !scenario.simulation.fold) add("simulation.fold = true");
    if (!folded && scenario.lengths == Lengths::exact) add("fabric.lengths = \"class\" (planes then fold)");
    EngineMemory const& e = forecast.engine;
    if (e.trains + e.calendar > e.state)
        add(folded ? "a larger simulation.packet_bytes"
                   : "another simulation.packet_bytes: smaller so that every "
                     "message covers all planes and they fold, or larger");
    if (threads > 1) add("fewer --threads");
    if (e.state >= e.trains || forecast.schedule >= e.trains) add("a smaller collective.group or fabric");
    return advice;
}

}  // namespace copperwall

#include "host/account/plan.h"

#include <algorithm>
#include <stdexcept>

#include "host/account/buffers.h"
#include "host/account/library.h"
#include "host/account/path.h"
#include "host/fabric/wire_format.h"
#include "host/input/error.h"

namespace copperwall {

namespace {

[[noreturn]] void refuse(CollectiveSpec const& collective, std::string const& message)
{
    throw InputError({Diagnostic{collective.place, message, {}, {}}});
}

std::string known_algorithms(std::string const& op)
{
    std::string known;
    for (auto const& a : algorithms())
        if (op.empty() || op == a.op) known += (known.empty() ? "" : ", ") + std::string(a.op) + " " + a.name;
    return known;
}

Algorithm const& algorithm_of(CollectiveSpec const& collective)
{
    auto const* found = find_algorithm(collective.op, collective.algorithm);
    if (found != nullptr) return *found;
    std::string const same_op = known_algorithms(collective.op);
    refuse(collective, "no algorithm '" + collective.algorithm + "' for op '" + collective.op +
                           "'; known: " + (same_op.empty() ? known_algorithms({}) : same_op));
}

void check_ranks(CollectiveSpec const& collective, Fabric const& fabric)
{
    std::uint32_t const ranks = ranks_of(collective, fabric);
    if (ranks < 2 || ranks > fabric.network.gpus)
        refuse(collective, "group = " + std::to_string(ranks) + " is not within 2 .. " +
                               std::to_string(fabric.network.gpus) + ", the gpus of fabric '" +
                               fabric.spec.name + "'");
}

void choose_protocol(LibrarySpec const& library, CollectiveCall const& call, Fabric const& fabric, Plan& plan)
{
    WireSpec const wire = wire_of(*gpu_tier(fabric.spec, false), plan.format.payload_bytes);
    double least_ns = 0;
    bool chosen = false;
    for (auto const& protocol : library.protocols) {
        CollectiveCall const with = with_software(call, library, protocol);
        RateShares const shares{rate_share(library, protocol, wire), protocol.efficiency.value};
        Paths const paths = paths_of(fabric, plan.placement, plan.format.payload_bytes, shares);
        double const ns = plan.algorithm->closed_form_ns(with, paths);
        if (chosen && ns >= least_ns) continue;
        chosen = true;
        least_ns = ns;
        plan.protocol = protocol;
        plan.call = with;
        plan.shares = shares;
        plan.paths = paths;
    }
}

std::int64_t least_bytes(Schedule const& schedule, Family const& f)
{
    if (f.table == kNone) return share_bytes(f.bytes, f.shares, f.shares - 1);
    std::int64_t least = kNever;
    for (std::size_t i = 0; i != std::size_t{f.count} * schedule.gpus; ++i) {
        TableRow const& row = schedule.table[f.table + i];
        if (row.receiver != kNone) least = std::min(least, row.bytes);
    }
    return least;
}

bool every_message_covers_all_planes(Schedule const& schedule, PacketFormat const& format,
                                     std::uint32_t planes)
{
    return std::all_of(schedule.families.begin(), schedule.families.end(), [&](Family const& f) {
        return f.count == 0 || spreads_evenly(format, planes, least_bytes(schedule, f));
    });
}

std::optional<ExpertTraffic> experts_of(CollectiveSpec const& collective, std::uint64_t seed)
{
    if (collective.experts == 0) return std::nullopt;
    return ExpertTraffic{collective.experts, collective.top_k, collective.token_bytes, collective.zipf, seed};
}

void make_plan(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes, Plan& plan)
{
    plan.format = packet_format(*gpu_tier(fabric.spec, false), scenario.simulation.packet_bytes);
    plan.placement = place_groups({fabric.network.gpus, fabric.domain_gpus, fabric.leaf_gpus},
                                  collective.group, collective.groups);
    CollectiveCall call;
    call.gpus = fabric.network.gpus;
    call.ranks = plan.placement.ranks;
    call.groups = plan.placement.groups;
    call.domain_ranks = plan.placement.domain_ranks;
    call.bytes = bytes;
    call.experts = experts_of(collective, scenario.simulation.seed);
    choose_protocol(scenario.library, call, fabric, plan);
    plan.schedule = plan.algorithm->make(plan.call);
    for (std::uint32_t group : {kInside, kOutside}) {
        std::uint32_t const planes = fabric.network.ports[group].planes;
        plan.folded[group] = scenario.simulation.fold && planes > 1 && planes_equal(fabric, group) &&
                             every_message_covers_all_planes(plan.schedule, plan.format, planes);
    }
}

}  // namespace

std::uint32_t ranks_of(CollectiveSpec const& collective, Fabric const& fabric)
{
    return collective.group == 0 ? fabric.network.gpus : collective.group;
}

Plan plan_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes)
{
    Plan plan;
    plan.algorithm = &algorithm_of(collective);
    if (scenario.library.protocols.empty())
        refuse(collective, "library '" + scenario.library.name + "' has no protocol to run with");
    check_ranks(collective, fabric);
    try {
        make_plan(scenario, fabric, collective, bytes, plan);
    } catch (std::invalid_argument const& impossible) {
        refuse(collective, impossible.what());
    }
    return plan;
}

EngineInput engine_input(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric)
{
    EngineView view;
    view.rate_share = plan.shares.inside;
    view.outside_rate_share = plan.shares.outside;
    std::copy(std::begin(plan.folded), std::end(plan.folded), std::begin(view.folded));
    view.packet_bytes = plan.format.payload_bytes;
    std::vector<std::uint32_t> const& gpus = plan.placement.gpus;
    if (gpus.size() != fabric.network.gpus) {
        view.gpus = gpus;
        auto const same = [&](std::uint32_t gpu) {
            return gpu / fabric.domain_gpus == gpus.front() / fabric.domain_gpus;
        };
        view.domain_gpus = static_cast<std::uint32_t>(std::count_if(gpus.begin(), gpus.end(), same));
    }
    EngineInput input{engine_network(fabric, view), plan.schedule, plan.format};
    set_buffers(scenario, input);
    return input;
}

double expected_hops(Plan const& plan)
{
    double hops = 0;
    for (auto const& f : plan.schedule.families) {
        double bytes = static_cast<double>(f.bytes) / f.shares;
        if (f.table != kNone) bytes = static_cast<double>(plan.call.bytes) / plan.call.ranks;
        double const packets =
            bytes / plan.format.payload_bytes / (plan.folded[kInside] ? plan.paths.inside.planes : 1);
        hops += 2.0 * f.count * plan.schedule.gpus * (1 + packets);
    }
    return hops;
}

}  // namespace copperwall

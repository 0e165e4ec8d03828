#include "host/account/plan.h"

#include <algorithm>

#include "host/account/library.h"
#include "host/account/path.h"
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

std::uint32_t checked_ranks(CollectiveSpec const& collective, Fabric const& fabric)
{
    std::uint32_t const ranks = ranks_of(collective, fabric);
    if (ranks < 2 || ranks > fabric.network.gpus)
        refuse(collective, "group = " + std::to_string(ranks) + " is not within 2 .. " +
                               std::to_string(fabric.network.gpus) + ", the gpus of fabric '" +
                               fabric.spec.name + "'");
    return ranks;
}

void choose_protocol(LibrarySpec const& library, CollectiveCall const& call, Fabric const& fabric, Plan& plan)
{
    double least_ns = 0;
    bool chosen = false;
    for (auto const& protocol : library.protocols) {
        CollectiveCall const with = with_software(call, library, protocol);
        double const share = rate_share(library, protocol, plan.format);
        PathModel const path = path_model(fabric, plan.format, share);
        double const ns = plan.algorithm->closed_form_ns(with, path);
        if (chosen && ns >= least_ns) continue;
        chosen = true;
        least_ns = ns;
        plan.protocol = protocol;
        plan.call = with;
        plan.rate_share = share;
        plan.path = path;
    }
}

bool every_message_covers_all_planes(Schedule const& schedule, PacketFormat const& format,
                                     std::uint32_t planes)
{
    return std::all_of(schedule.families.begin(), schedule.families.end(), [&](Family const& f) {
        return f.count == 0 || spreads_evenly(format, planes, share_bytes(f.bytes, f.shares, f.shares - 1));
    });
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
    plan.format = packet_format(fabric.spec.tiers.front().wire, scenario.simulation.packet_bytes);
    CollectiveCall call;
    call.gpus = fabric.network.gpus;
    call.ranks = checked_ranks(collective, fabric);
    call.bytes = bytes;
    choose_protocol(scenario.library, call, fabric, plan);
    plan.schedule = plan.algorithm->make(plan.call);
    plan.folded =
        scenario.simulation.fold && fabric.network.ports[kInside].planes > 1 && planes_equal(fabric) &&
        every_message_covers_all_planes(plan.schedule, plan.format, fabric.network.ports[kInside].planes);
    return plan;
}

double expected_hops(Plan const& plan)
{
    double hops = 0;
    for (auto const& f : plan.schedule.families) {
        double const packets = static_cast<double>(f.bytes) / f.shares / plan.format.payload_bytes /
                               (plan.folded ? plan.path.planes : 1);
        hops += 2.0 * f.count * plan.schedule.gpus * (1 + packets);
    }
    return hops;
}

}  // namespace copperwall

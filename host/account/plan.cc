#include "host/account/plan.h"

#include <algorithm>
#include <stdexcept>

#include "host/account/buffers.h"
#include "host/account/library.h"
#include "host/account/path.h"
#include "host/account/rails.h"
#include "host/account/traffic_sample.h"
#include "host/fabric/wire_format.h"
#include "host/input/error.h"
#include "host/schedule/chunk_count.h"
#include "host/schedule/switch_reduce.h"

namespace copperwall {

namespace {

[[noreturn]] void refuse(CollectiveSpec const& collective, std::string const& message)
{
    throw InputError({Diagnostic{collective.place, message, {}, {}}});
}

//! "a, b, c" of what `name` says of each algorithm, each once; empty names are left out.
template <class Name>
std::string listed(Name name)
{
    std::vector<std::string> names;
    std::string list;
    for (auto const& a : algorithms()) {
        std::string const n = name(a);
        if (n.empty() || std::find(names.begin(), names.end(), n) != names.end()) continue;
        names.push_back(n);
        list += (list.empty() ? "" : ", ") + n;
    }
    return list;
}

std::vector<Algorithm const*> asked_algorithms(CollectiveSpec const& collective)
{
    std::vector<Algorithm const*> asked;
    for (auto const& a : algorithms())
        if (collective.op == a.op && (collective.algorithm == a.name || collective.algorithm == kBest))
            asked.push_back(&a);
    if (!asked.empty()) return asked;
    std::string const known =
        listed([&](Algorithm const& a) { return std::string(collective.op == a.op ? a.name : ""); });
    if (known.empty())
        refuse(collective, "no op '" + collective.op +
                               "'; known: " + listed([](Algorithm const& a) { return std::string(a.op); }));
    refuse(collective, "no algorithm '" + collective.algorithm + "' for op '" + collective.op +
                           "'; known: " + known + ", " + kBest);
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
    bool chosen = false;
    for (ProtocolSpec const* one : protocols_for(library, *plan.algorithm)) {
        ProtocolSpec const& protocol = *one;
        CollectiveCall with = with_software(call, library, protocol, *plan.algorithm);
        RateShares const shares{rate_share(library, protocol, wire, *plan.algorithm, call),
                                rate_share_of_nics(protocol, *plan.algorithm)};
        Paths const paths =
            with_nics(paths_of(fabric, plan.placement, plan.format.payload_bytes, shares), with);
        with.path_ns = paths.inside.path_ns;
        if (with.chunks == 0) with.chunks = best_chunks(*plan.algorithm, with, paths);
        double const ns = plan.algorithm->closed_form_ns(with, paths);
        if (chosen && ns >= plan.closed_form_ns) continue;
        chosen = true;
        plan.closed_form_ns = ns;
        plan.protocol = protocol;
        if (by_in_network_row(library, *plan.algorithm)) plan.protocol.name = "in_network";
        plan.call = with;
        plan.shares = shares;
        plan.paths = paths;
    }
}

std::int64_t least_bytes(Schedule const& schedule, Family const& f)
{
    if (f.table == kNone) return share_bytes(f.bytes, f.shares, f.shares - 1);
    std::int64_t least = kNever;
    for (std::size_t i = 0; i != table_rows(f, schedule.gpus); ++i) {
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

CollectiveCall call_of(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
                       std::int64_t bytes, GroupPlacement const& placement)
{
    CollectiveCall call;
    call.gpus = fabric.network.gpus;
    call.ranks = placement.ranks;
    call.groups = placement.groups;
    call.domain_ranks = placement.domain_ranks;
    call.leaf_ranks = placement.leaf_ranks;
    call.bytes = bytes;
    call.chunks = collective.chunks;
    call.raw_GBps = fabric.port_rate_GBps;
    call.experts = experts_of(collective, scenario.simulation.seed);
    return call;
}

//! Switches that reduce are asked for by name; others may be another algorithm here, or have no closed form
//! to compare.
bool never_best(Algorithm const& algorithm, GroupPlacement const& placement)
{
    if (algorithm.in_switches()) return true;
    bool const several = placement.domain_ranks != placement.ranks && placement.domain_ranks > 1;
    bool const racks = placement.leaf_ranks != placement.domain_ranks && placement.leaf_ranks > 1;
    return (algorithm.between_domains && !several) || (algorithm.between_racks && !racks) ||
           (algorithm.best_in_one_domain && placement.domain_ranks != placement.ranks);
}

//! Where the best is asked for, leaves out algorithms that repeat others or cannot do this call; throws what
//! kept the last one where none is left.
std::vector<Plan> make_plans(ScenarioSpec const& scenario, Fabric const& fabric,
                             CollectiveSpec const& collective, std::int64_t bytes)
{
    auto const asked = asked_algorithms(collective);
    Plan common;
    common.buffers = scenario.buffers;
    common.buffer_bytes = scenario.buffer_bytes;
    common.channels = scenario.channels.count;
    common.ack_packets = scenario.ack_packets && gpu_tier(fabric.spec, false)->wire.ack_bytes.value != 0;
    common.format = packet_format(*gpu_tier(fabric.spec, false), scenario.simulation.packet_bytes);
    common.placement = place_groups({fabric.network.gpus, fabric.domain_gpus, fabric.leaf_gpus},
                                    collective.group, collective.groups);
    CollectiveCall const call = call_of(scenario, fabric, collective, bytes, common.placement);
    std::vector<Plan> plans;
    std::string why_not;
    for (Algorithm const* algorithm : asked) {
        bool const best = collective.algorithm == kBest;
        if (best && never_best(*algorithm, common.placement)) continue;
        Plan plan = common;
        plan.algorithm = algorithm;
        try {
            choose_protocol(scenario.library, call, fabric, plan);
            check_rails(plan, fabric);
            plans.push_back(std::move(plan));
        } catch (std::invalid_argument const& impossible) {
            why_not = impossible.what();
        }
    }
    if (plans.empty()) throw std::invalid_argument(why_not);
    std::stable_sort(plans.begin(), plans.end(),
                     [](Plan const& a, Plan const& b) { return a.closed_form_ns < b.closed_form_ns; });
    return plans;
}

}  // namespace

std::uint32_t ranks_of(CollectiveSpec const& collective, Fabric const& fabric)
{
    return collective.group == 0 ? fabric.network.gpus : collective.group;
}

std::vector<Plan> ranked_plans(ScenarioSpec const& scenario, Fabric const& fabric,
                               CollectiveSpec const& collective, std::int64_t bytes)
{
    asked_algorithms(collective);
    if (scenario.library.protocols.empty())
        refuse(collective, "library '" + scenario.library.name + "' has no protocol to run with");
    check_ranks(collective, fabric);
    try {
        return make_plans(scenario, fabric, collective, bytes);
    } catch (std::invalid_argument const& impossible) {
        refuse(collective, impossible.what());
    }
}

//! On the way from a gpu to its NIC's switch: what follows is not held up by it.
static void add_software_of_nics(CollectiveCall const& call, Network& network)
{
    for (Link& link : network.links)
        if (leaves_domain(network, link)) link.latency_fs += ceil_to_fs(call.nic_ns);
}

//! Whether one plane of a group of ports can stand for all, whatever is sent.
static bool may_fold(ScenarioSpec const& scenario, Fabric const& fabric, std::uint32_t group)
{
    Network const& network = fabric.network;
    bool const hashed = !network.port_sets.empty() && !network.spreading.splits();  // in each plane otherwise
    return scenario.simulation.fold && network.ports[group].planes > 1 && !hashed &&
           planes_equal(fabric, group);
}

void complete(Plan& plan, ScenarioSpec const& scenario, Fabric const& fabric)
{
    plan.schedule = plan.algorithm->make(plan.call);
    plan.schedule.at_once = scenario.library.messages_at_once;
    for (std::uint32_t group : {kInside, kOutside}) {
        std::uint32_t const planes = fabric.network.ports[group].planes;
        plan.folded[group] = may_fold(scenario, fabric, group) &&
                             every_message_covers_all_planes(plan.schedule, plan.format, planes);
    }
}

Plan plan_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes)
{
    Plan plan = std::move(ranked_plans(scenario, fabric, collective, bytes).front());
    complete(plan, scenario, fabric);
    return plan;
}

EngineInput engine_input(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric)
{
    EngineView view;
    view.rate_share = plan.shares.inside;
    view.outside_rate_share = plan.shares.outside;
    std::copy(std::begin(plan.folded), std::end(plan.folded), std::begin(view.folded));
    view.packet_bytes = plan.format.payload_bytes;
    view.ack_packets = scenario.ack_packets;
    if (plan.algorithm->units) {
        view.reduction_units = plan.call.ranks * plan.call.groups;
        view.units_per_gpu = units_per_rank(plan.call);
    }
    std::vector<std::uint32_t> const& gpus = plan.placement.gpus;
    if (gpus.size() != fabric.network.gpus) {
        view.gpus = gpus;
        auto const same = [&](std::uint32_t gpu) {
            return gpu / fabric.domain_gpus == gpus.front() / fabric.domain_gpus;
        };
        view.domain_gpus = static_cast<std::uint32_t>(std::count_if(gpus.begin(), gpus.end(), same));
    }
    EngineInput input{engine_network(fabric, view), plan.schedule, plan.format};
    add_software_of_nics(plan.call, input.network);
    set_buffers(scenario, fabric, input);
    return input;
}

double expected_hops(Plan const& plan)
{
    double const packet_bytes =
        plan.format.payload_bytes * (plan.folded[kInside] ? plan.paths.inside.planes : 1.0);
    double hops = 0;
    for (auto const& f : plan.schedule.families) {
        double transfers = static_cast<double>(f.count) * f.width(plan.schedule.gpus);
        double bytes = transfers * static_cast<double>(f.bytes) / f.shares;
        if (f.table != kNone) {
            transfers = bytes = 0;
            visit_sampled(plan, f, [&](std::uint32_t, Transfer const& t, double weight) {
                transfers += weight;
                bytes += weight * static_cast<double>(t.bytes);
            });
        }
        hops += 2 * (transfers + bytes / packet_bytes);
    }
    return plan.ack_packets ? 2 * hops : hops;
}

double expected_visits(Plan const& plan, Fabric const& fabric)
{
    Network const& network = fabric.network;
    Time window = kNever;
    for (Link const& link : network.links) window = std::min(window, link.latency_fs);
    std::size_t const switches = network.nodes.size() - network.gpus;
    std::size_t const planes = plan.folded[kInside] ? network.ports[kInside].planes : 1;
    double const nodes = static_cast<double>(network.gpus + switches / planes);
    return nodes * plan.closed_form_ns * static_cast<double>(kFsPerNs) / static_cast<double>(window);
}

}  // namespace copperwall

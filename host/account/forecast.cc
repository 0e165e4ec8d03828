#include "host/account/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace copperwall {

namespace {

constexpr std::uint64_t kMostSampled = std::uint64_t{1} << 18;  //!< transfers of a family that are looked at

//! Transfers that use one group of ports; fractions stand for those that were not looked at.
struct GroupTraffic {
    double transfers = 0;
    double bytes = 0;
    double crossing = 0;       //!< of transfers, those that leave their leaf
    std::vector<double> into;  //!< bytes by receiver
};

struct Sample {
    GroupTraffic groups[2];
    bool fan_in = false;   //!< gpus send to many at once, so that many send to one
    bool ordered = false;  //!< of which none meet: units in switches get and send one after another
    bool random = false;   //!< sizes come from a table
    double meet = 0;       //!< gpus whose first message to another domain goes to the same gpu, the most
};

std::uint32_t leaf_ranks(Plan const& plan, std::uint32_t group)
{
    return (group == kInside ? plan.paths.inside : plan.paths.outside).leaf_ranks;
}

//! A unit in a switch is where its rank is.
std::uint32_t place_of(Plan const& plan, std::uint32_t gpu)
{
    return plan.algorithm->units ? gpu % (plan.call.ranks * plan.call.groups) : gpu;
}

std::uint32_t domain_of(Plan const& plan, std::uint32_t gpu)
{
    std::uint32_t const domain = plan.call.domain_ranks;
    return domain == 0 ? 0 : place_of(plan, gpu) / domain;
}

bool same_leaf(Plan const& plan, std::uint32_t a, std::uint32_t b, std::uint32_t leaf)
{
    return leaf == 0 || place_of(plan, a) / leaf == place_of(plan, b) / leaf;
}

void add_family(Plan const& plan, Family const& f, Sample& sample)
{
    Schedule const& s = plan.schedule;
    std::uint32_t const width = f.width(s.gpus);
    std::uint64_t const all = std::uint64_t{f.count} * width;
    std::uint64_t const stride = 1 + all / kMostSampled;
    for (std::uint64_t i = 0; i < all; i += stride) {
        auto const gpu = f.first + static_cast<std::uint32_t>(i % width);
        Transfer const t = transfer_of(f, s.table.data(), s.gpus, gpu, static_cast<std::uint32_t>(i / width));
        if (t.receiver == kNone) continue;
        std::uint32_t const group = domain_of(plan, gpu) == domain_of(plan, t.receiver) ? kInside : kOutside;
        std::uint32_t const leaf = leaf_ranks(plan, group);
        auto const weight = static_cast<double>(std::min(stride, all - i));
        GroupTraffic& g = sample.groups[group];
        g.transfers += weight;
        g.bytes += weight * static_cast<double>(t.bytes);
        g.into.resize(s.gpus);
        g.into[t.receiver] += weight * static_cast<double>(t.bytes);
        if (!same_leaf(plan, gpu, t.receiver, leaf)) g.crossing += weight;
    }
}

//! By the first transfer of each gpu that leaves its domain.
double most_that_meet(Plan const& plan, Family const& f)
{
    Schedule const& s = plan.schedule;
    std::uint32_t const domain = plan.call.domain_ranks;
    std::vector<double> first_at(s.gpus);
    for (std::uint32_t gpu = f.first; domain != 0 && gpu != f.first + f.width(s.gpus); ++gpu) {
        for (std::uint32_t k = 0; k != f.count; ++k) {
            Transfer const t = transfer_of(f, s.table.data(), s.gpus, gpu, k);
            if (t.receiver == kNone || domain_of(plan, gpu) == domain_of(plan, t.receiver)) continue;
            ++first_at[t.receiver];
            break;
        }
    }
    return first_at.empty() ? 0 : *std::max_element(first_at.begin(), first_at.end());
}

Sample sample_of(Plan const& plan)
{
    Sample sample;
    sample.ordered = plan.algorithm->units;
    for (Family const& f : plan.schedule.families) {
        add_family(plan, f, sample);
        sample.fan_in = sample.fan_in || (f.count > 1 && f.need_k == 0);
        sample.random = sample.random || plan.call.experts.has_value();
        sample.meet = std::max(sample.meet, most_that_meet(plan, f));
    }
    return sample;
}

//! How a group's mean message travels.
struct MeanMessage {
    double packets = 0;       //!< on all simulated planes together
    double trains = 0;        //!< the same in trains
    double packet_bytes = 1;  //!< on the wire
    bool even = false;

    MeanMessage(GroupTraffic const& g, PacketFormat const& f, PortGroup const& ports)
    {
        auto const bytes = static_cast<std::int64_t>(g.bytes / std::max(1.0, g.transfers));
        even = spreads_evenly(f, ports.planes, bytes);
        PlaneCut const cut = cut_payload(f, even ? (bytes + ports.planes - 1) / ports.planes : bytes);
        double const copies = even ? ports.simulated() : 1;
        packets = copies * cut.packets();
        trains = even ? copies * ((cut.full_packets != 0 ? 1 : 0) + (cut.last_flits != 0 ? 1 : 0)) : packets;
        double const payload = static_cast<double>(bytes) / std::max(1.0, even ? ports.planes : 1.0);
        packet_bytes = f.header_bytes + payload / std::max(1u, cut.packets());
    }
};

//! Puts the classes of one group of ports behind the others: gpu to leaf, leaf to gpu, and up, down.
class GroupLoads {
public:
    GroupLoads(Plan const& plan, Fabric const& fabric, Sample const& sample, std::uint32_t group)
        : plan_(plan),
          fabric_(fabric),
          sample_(sample),
          group_(group),
          traffic_(sample.groups[group]),
          message_(traffic_, plan.format, {fabric.network.ports[group].planes, plan.folded[group]})
    {
        Network const& n = fabric.network;
        std::size_t const inside = n.inside_classes == 0 ? n.link_classes : n.inside_classes;
        first_ = group == kInside ? 0 : inside;
        end_ = group == kInside ? inside : n.link_classes;
        share_ = group == kInside ? plan.shares.inside : plan.shares.outside;
    }

    void add_to(std::vector<ClassLoad>& loads) const
    {
        for (std::size_t c = first_; c != end_; ++c) loads.push_back(load_of(c));
    }

private:
    ClassLoad load_of(std::size_t link_class) const
    {
        std::size_t const place = link_class - first_;
        bool const spines = end_ - first_ > 2;
        ClassLoad c;
        c.links = simulated_links(fabric_, link_class, plan_.folded);
        double const transfers = place < 2 ? traffic_.transfers : traffic_.crossing;
        double const per_link = transfers / static_cast<double>(std::max<std::uint64_t>(1, c.links));
        c.packets = per_link * message_.packets;
        c.trains = per_link * message_.trains;
        c.most_at_once = sample_.fan_in ? c.trains : c.trains / plan_.schedule.steps;
        c.packet_fs = message_.packet_bytes / (fabric_.classes[link_class].link_rate_GBps * share_) * 1e6;
        c.train_fs = c.packet_fs * message_.packets / std::max(1.0, message_.trains);
        c.from_switch = place != 0;
        c.interleaved = place == 1 && spines && sample_.fan_in && message_.even && !sample_.ordered;
        c.interleaved = c.interleaved || (place != 0 && spines && fabric_.network.spreading.adaptive);
        if (c.from_switch && sample_.fan_in) c.queued = queue_of(c, place, spines);
        if (place == 1 && sample_.fan_in && !sample_.ordered) c.deep = deep_queues(c);
        return c;
    }

    //! Trains that wait for each gpu. All send the same at the same rate, so what a gpu gets beyond that
    //! waits; and those whose messages to another domain begin with the same gpu meet there, and at the next.
    std::vector<double> deep_queues(ClassLoad const& c) const
    {
        std::vector<double> deep;
        double const mean =
            traffic_.bytes / static_cast<double>(std::max<std::size_t>(1, traffic_.into.size()));
        double const message = traffic_.bytes / std::max(1.0, traffic_.transfers);
        double const together = first_ == 0 || sample_.meet < 2 ? 0 : sample_.meet * message;
        double const packets_per_byte = message_.packets / std::max(1.0, message);
        std::uint32_t const leaf = group_ == kInside ? fabric_.leaf_gpus : fabric_.outside_leaf_gpus;
        double const room = std::max(1u, leaf) * slots(c, first_);  // of all inputs from gpus
        std::size_t const planes =
            std::max<std::size_t>(1, c.links / std::max<std::size_t>(1, fabric_.network.gpus));
        for (double const into : traffic_.into) {
            double const waits = std::min(into, std::max(into - mean, together));
            double const trains = waits * packets_per_byte / static_cast<double>(planes);
            for (std::size_t plane = 0; plane != planes; ++plane) deep.push_back(std::min(trains, room));
        }
        return deep;
    }

    //! Trains that wait at one port of a switch. Where packets take planes at random, or sizes are random,
    //! sums of n differ as a random walk does; a spine that is too narrow for its leaves collects the rest.
    double queue_of(ClassLoad const& c, std::size_t place, bool spines) const
    {
        double queue = 0;
        bool const meets_others = place == 1 || place == 2 || place == 4;
        if (meets_others && (sample_.random || (spines && !message_.even))) queue = std::sqrt(c.packets) / 2;
        bool const down = place == 3 || place == 5;
        if (down && !message_.even) queue = std::min(4.0, c.packets);
        double const inputs = place == 2 || place == 4 ? oversubscription(place) : 1;  // of each output
        if (place == 2 || place == 4) queue += c.packets * (1 - 1 / inputs);
        return std::min({queue, c.packets, inputs * slots(c, first_ + place)});
    }

    //! Packets that the buffer at the end of a link holds; infinity: it is never full.
    double slots(ClassLoad const& c, std::size_t link_class) const
    {
        if (plan_.buffer_bytes != 0) return static_cast<double>(plan_.buffer_bytes) / message_.packet_bytes;
        if (!finite_buffers(plan_.buffers, 0, group_ == kOutside))
            return std::numeric_limits<double>::infinity();
        return 2 * (fabric_.classes[link_class].delay.total_ns() * 1e6 / c.packet_fs + 1);
    }

    double oversubscription(std::size_t place) const
    {
        for (TierSpec const& tier : fabric_.spec.tiers)
            if (tier.name == fabric_.classes[first_ + place].tier) return tier.oversubscription;
        return 1;
    }

    Plan const& plan_;
    Fabric const& fabric_;
    Sample const& sample_;
    std::uint32_t group_;
    GroupTraffic const& traffic_;
    MeanMessage message_;
    std::size_t first_ = 0;
    std::size_t end_ = 0;
    double share_ = 1;
};

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
    Sample const sample = sample_of(plan);
    EngineLoad load;
    load.network = network_size(fabric, plan.folded);
    load.messages = s.messages();
    load.families = s.families.size();
    load.counters = s.counters;
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
        GroupLoads(plan, fabric, sample, static_cast<std::uint32_t>(group)).add_to(load.classes);
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
    bool const domains = fabric.domain_gpus != 0 && fabric.domain_gpus != fabric.network.gpus;
    Algorithm const* const algorithm = find_algorithm(collective.op, collective.algorithm);
    if (algorithm == nullptr) return 0;
    if (collective.experts == 0 && !(algorithm->table_over_domains && domains)) return 0;
    std::uint64_t const ranks = ranks_of(collective, fabric);
    std::uint64_t const gpus = collective.groups == 0 ? fabric.network.gpus : ranks * collective.groups;
    return gpus * ranks * sizeof(TableRow);
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

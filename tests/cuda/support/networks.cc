#include "tests/cuda/support/networks.h"

namespace copperwall::testing {

namespace {

class Builder {
public:
    explicit Builder(Shape const& shape) : shape_(shape)
    {
        network_.gpus = shape.leaves * shape.per_leaf;
        network_.ports[kInside] = {shape.planes, shape.folded};
        network_.link_classes = 4;
        network_.rates_Bps = {shape.rate_Bps};
        network_.nodes.resize(network_.gpus + network_.gpu_ports() * (shape.leaves + shape.spines));
        if (shape.spreads) {
            network_.spreading.packets = 1;
            network_.port_sets = {
                {static_cast<std::uint16_t>(shape.per_leaf), static_cast<std::uint16_t>(shape.spines), 1}};
        }
        network_.routes.resize((network_.nodes.size() - network_.gpus) * network_.gpus);
    }

    Network build()
    {
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu) add_gpu(gpu);
        for (std::uint32_t plane = 0; plane != network_.gpu_ports(); ++plane) {
            for (std::uint32_t l = 0; l != shape_.leaves; ++l) add_leaf(plane, l);
            for (std::uint32_t s = 0; s != shape_.spines; ++s) add_spine(plane, s);
        }
        return network_;
    }

private:
    NodeId leaf(std::uint32_t plane, std::uint32_t l) const
    {
        return network_.gpus + plane * (shape_.leaves + shape_.spines) + l;
    }
    NodeId spine(std::uint32_t plane, std::uint32_t s) const { return leaf(plane, shape_.leaves + s); }

    void begin(NodeId node, NodeKind kind, std::uint32_t ports)
    {
        network_.nodes[node] = {kind, static_cast<std::uint32_t>(network_.links.size()), ports, ports};
    }

    void add(NodeId from, NodeId to, Time latency, std::uint32_t port, std::uint16_t link_class)
    {
        Link link;
        link.from = from;
        link.to = to;
        link.latency_fs = latency;
        link.ingress_port = port;
        link.link_class = link_class;
        link.arrival = to < network_.gpus ? Arrival::tail : shape_.into_switches;
        network_.links.push_back(link);
    }

    void add_gpu(NodeId gpu)
    {
        begin(gpu, NodeKind::gpu, network_.gpu_ports());
        for (std::uint32_t plane = 0; plane != network_.gpu_ports(); ++plane)
            add(gpu, leaf(plane, gpu / shape_.per_leaf), shape_.latency_fs, gpu % shape_.per_leaf, 0);
    }

    std::uint16_t& route(NodeId node, NodeId gpu)
    {
        return network_.routes[std::size_t{node - network_.gpus} * network_.gpus + gpu];
    }

    void add_leaf(std::uint32_t plane, std::uint32_t l)
    {
        NodeId const node = leaf(plane, l);
        begin(node, NodeKind::switch_chip, shape_.per_leaf + shape_.spines);
        for (std::uint32_t i = 0; i != shape_.per_leaf; ++i)
            add(node, l * shape_.per_leaf + i, shape_.latency_fs, plane, 1);
        for (std::uint32_t s = 0; s != shape_.spines; ++s)
            add(node, spine(plane, s), shape_.spine_latency_fs, l, 2);
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu) {
            bool const here = gpu / shape_.per_leaf == l;
            std::uint32_t up = shape_.spines == 0 ? 0 : shape_.per_leaf + gpu % shape_.spines;
            if (shape_.spreads) up = kFirstPortSet;
            route(node, gpu) = static_cast<std::uint16_t>(here ? gpu % shape_.per_leaf : up);
        }
    }

    void add_spine(std::uint32_t plane, std::uint32_t s)
    {
        NodeId const node = spine(plane, s);
        begin(node, NodeKind::switch_chip, shape_.leaves);
        for (std::uint32_t l = 0; l != shape_.leaves; ++l)
            add(node, leaf(plane, l), shape_.spine_latency_fs, shape_.per_leaf + s, 3);
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu)
            route(node, gpu) = static_cast<std::uint16_t>(gpu / shape_.per_leaf);
    }

    Shape const& shape_;
    Network network_;
};

//! Puts whole networks together into one: the gpus of the result are given, switches follow network by
//! network.
class Joiner {
public:
    explicit Joiner(std::uint32_t gpus) { whole_.gpus = gpus; }

    //! The gpus of `part` are first_gpu, first_gpu + 1, ... of the whole.
    void add(Network const& part, std::uint32_t first_gpu, std::uint16_t first_class, std::uint16_t rate)
    {
        parts_.push_back({&part, first_gpu, first_class, rate, switches_});
        switches_ += static_cast<std::uint32_t>(part.nodes.size()) - part.gpus;
    }

    Network join()
    {
        whole_.nodes.resize(whole_.gpus + switches_);
        whole_.routes.assign(std::size_t{switches_} * whole_.gpus, kNoRoute);
        for (NodeId gpu = 0; gpu != whole_.gpus; ++gpu) {
            auto const first = static_cast<LinkId>(whole_.links.size());
            std::uint32_t ingress = 0;
            for (Part const& part : parts_) {
                if (gpu < part.first_gpu || gpu >= part.first_gpu + part.network->gpus) continue;
                add_links(part, gpu - part.first_gpu);
                ingress += part.network->nodes[gpu - part.first_gpu].ingress_count;
            }
            whole_.nodes[gpu] = {NodeKind::gpu, first,
                                 static_cast<std::uint32_t>(whole_.links.size() - first), ingress};
        }
        for (Part const& part : parts_) add_switches(part);
        return whole_;
    }

private:
    struct Part {
        Network const* network;
        std::uint32_t first_gpu;
        std::uint16_t first_class;
        std::uint16_t rate;
        std::uint32_t first_switch;
    };

    NodeId node_of(Part const& part, NodeId node) const
    {
        if (node < part.network->gpus) return part.first_gpu + node;
        return whole_.gpus + part.first_switch + node - part.network->gpus;
    }

    //! Ingress ports of a gpu: first those of the parts before this one.
    std::uint32_t ports_before(Part const& part, NodeId gpu) const
    {
        std::uint32_t ports = 0;
        for (Part const& other : parts_) {
            if (other.first_switch >= part.first_switch) continue;
            if (gpu < other.first_gpu || gpu >= other.first_gpu + other.network->gpus) continue;
            ports += other.network->nodes[gpu - other.first_gpu].ingress_count;
        }
        return ports;
    }

    void add_links(Part const& part, NodeId node)
    {
        Node const& from = part.network->nodes[node];
        for (std::uint32_t p = 0; p != from.egress_count; ++p) {
            Link link = part.network->links[from.first_egress + p];
            bool const to_gpu = link.to < part.network->gpus;
            link.from = node_of(part, link.from);
            link.to = node_of(part, link.to);
            if (to_gpu) link.ingress_port += ports_before(part, link.to);
            link.link_class = static_cast<std::uint16_t>(link.link_class + part.first_class);
            link.rate = part.rate;
            whole_.links.push_back(link);
        }
    }

    void add_switches(Part const& part)
    {
        for (std::size_t n = part.network->gpus; n != part.network->nodes.size(); ++n) {
            NodeId const node = node_of(part, static_cast<NodeId>(n));
            Node made = part.network->nodes[n];
            made.first_egress = static_cast<LinkId>(whole_.links.size());
            add_links(part, static_cast<NodeId>(n));
            whole_.nodes[node] = made;
            std::size_t const row = (n - part.network->gpus) * part.network->gpus;
            std::size_t const to = std::size_t{node - whole_.gpus} * whole_.gpus + part.first_gpu;
            for (std::uint32_t g = 0; g != part.network->gpus; ++g)
                whole_.routes[to + g] = part.network->routes[row + g];
        }
    }

    Network whole_;
    std::vector<Part> parts_;
    std::uint32_t switches_ = 0;
};

}  // namespace

Network cluster(Shape const& domain, std::uint32_t domains, Shape const& between)
{
    Network const inside = leaf_spine(domain);
    Network const outside = leaf_spine(between);
    Joiner joiner(outside.gpus);
    for (std::uint32_t d = 0; d != domains; ++d) joiner.add(inside, d * inside.gpus, 0, 0);
    joiner.add(outside, 0, 4, 1);
    Network network = joiner.join();
    network.domain_gpus = inside.gpus;
    network.ports[kInside] = inside.ports[kInside];
    network.ports[kOutside] = outside.ports[kInside];
    network.link_classes = 8;
    network.inside_classes = 4;
    network.rates_Bps = {domain.rate_Bps, between.rate_Bps};
    return network;
}

Network leaf_spine(Shape const& shape)
{
    return Builder(shape).build();
}

std::vector<bool> links_in_sets(Network const& network)
{
    std::vector<bool> in_set(network.links.size(), false);
    for (std::size_t r = 0; r != network.routes.size(); ++r) {
        std::uint16_t const route = network.routes[r];
        if (route < kFirstPortSet || route == kNoRoute) continue;
        auto const node = static_cast<NodeId>(network.gpus + r / network.gpus % network.switches());
        PortSet const set = network.ports_of(route);
        for (std::uint32_t i = 0; i != set.count; ++i)
            in_set[network.nodes[node].first_egress + network.port_of(set, i)] = true;
    }
    return in_set;
}

Network with_random_links(Network network, std::uint64_t seed)
{
    std::vector<bool> const in_set = links_in_sets(network);
    CounterRandom random(seed);
    std::int64_t const rate = network.rates_Bps.front();
    network.rates_Bps = {rate, rate / 10 * 7, rate / 10 * 13 + 1};
    for (std::size_t l = 0; l != network.links.size(); ++l) {
        Link& link = network.links[l];
        link.latency_fs += random.between(0, link.latency_fs);
        link.rate = static_cast<std::uint16_t>(random.below(3));
        if (in_set[l]) link.rate = 0;
    }
    return network;
}

Network ring_of_switches(std::uint32_t slots)
{
    Network n;
    n.gpus = 3;
    n.rates_Bps = {50'000'000'000};
    n.nodes.resize(6);
    auto const add = [&n, slots](NodeId from, NodeId to, Arrival arrival) {
        Node& sender = n.nodes[from];
        if (sender.egress_count++ == 0) sender.first_egress = static_cast<LinkId>(n.links.size());
        Link link;
        link.from = from;
        link.to = to;
        link.latency_fs = 100 * kFsPerNs;
        link.ingress_port = n.nodes[to].ingress_count++;
        link.arrival = arrival;
        link.slots = slots;
        n.links.push_back(link);
    };
    for (NodeId g = 0; g != 3; ++g) add(g, 3 + g, Arrival::head);
    for (NodeId g = 0; g != 3; ++g) {
        n.nodes[3 + g].kind = NodeKind::switch_chip;
        add(3 + g, g, Arrival::tail);
        add(3 + g, 3 + (g + 1) % 3, Arrival::head);
    }
    for (NodeId s = 0; s != 3; ++s)
        for (std::uint32_t gpu = 0; gpu != 3; ++gpu) n.routes.push_back(s == gpu ? 0 : 1);
    return n;
}

Network with_slots(Network network, std::uint32_t slots)
{
    for (Link& link : network.links) link.slots = slots;
    return network;
}

Network with_channels(Network network, std::uint32_t count, ChannelBy by)
{
    network.channels = {count, by};
    if (count != 1) network.spreading.adaptive = false;
    return network;
}

Network with_random_channels(Network network, std::uint64_t seed)
{
    CounterRandom random(seed);
    auto const count = static_cast<std::uint32_t>(random.between(2, kMostChannels));
    return with_channels(std::move(network), count,
                         random.below(2) == 0 ? ChannelBy::receiver : ChannelBy::message);
}

Network with_listed_ports(Network network, std::uint64_t seed)
{
    CounterRandom random(seed);
    for (PortSet& set : network.port_sets) {
        std::vector<std::uint16_t> ports;
        for (std::uint32_t i = 0; i != set.count; ++i) {
            std::uint32_t const port = network.port_of(set, i);
            if (random.below(3) != 0) ports.push_back(static_cast<std::uint16_t>(port));
        }
        if (ports.empty()) continue;
        set = {static_cast<std::uint32_t>(network.listed_ports.size()),
               static_cast<std::uint16_t>(ports.size()), 0};
        network.listed_ports.insert(network.listed_ports.end(), ports.begin(), ports.end());
    }
    return network;
}

void take_down(Network& network, LinkId link, std::vector<Outage> const& outages)
{
    if (network.outages.empty()) network.outages.push_back({});
    network.links[link].outages = static_cast<std::uint16_t>(network.outages.size());
    network.outages.insert(network.outages.end(), outages.begin(), outages.end());
    network.outages.push_back({});
}

Network with_random_outages(Network network, Time span, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::int64_t const percent = random.between(2, 60);
    for (LinkId link = 0; link != network.links.size(); ++link) {
        if (random.between(1, 100) > percent) continue;
        std::vector<Outage> outages(static_cast<std::size_t>(random.between(1, 4)));
        Time at = random.below(3) == 0 ? 0 : random.between(1, span + 1);
        for (Outage& outage : outages) {
            Time const longest = random.below(3) == 0 ? span + 1 : span / 20 + 2;
            outage.down_fs = at;
            outage.up_fs = at + random.between(1, longest);
            at = outage.up_fs + random.between(1, longest);
        }
        take_down(network, link, outages);
    }
    return network;
}

Network with_lost_links(Network network, Time span, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::vector<bool> const in_set = links_in_sets(network);
    bool const early = random.below(2) == 0;
    for (LinkId link = 0; link != network.links.size(); ++link)
        if (in_set[link] && random.below(4) == 0)
            take_down(network, link, {{early ? 0 : random.between(0, span), kNever}});
    return network;
}

namespace {

//! Some by chance, others at the very times at which links go down or come up.
std::vector<Time> random_replans(Network const& network, Time span, CounterRandom& random)
{
    std::vector<Time> times;
    for (std::int64_t left = random.between(1, 4); left != 0; --left) {
        Time at = random.between(1, span + 1);
        if (random.below(2) == 0 && network.outages.size() > 1) {
            Outage const& outage = network.outages[random.below(network.outages.size())];
            at = random.below(2) == 0 ? outage.down_fs : outage.up_fs;
        }
        if (at > 0 && at < kHorizon) times.push_back(at);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

}  // namespace

Network with_random_replans(Network network, Time span, std::uint64_t seed)
{
    CounterRandom random(seed ^ 0x4e91u);
    bool const keeps_sets = random.below(2) == 0;
    network.replanned_fs = random_replans(network, span, random);
    auto const sets = network.routes;
    network.routes.clear();
    for (std::size_t plan = 0; plan <= network.replanned_fs.size(); ++plan)
        for (std::uint16_t route : sets) {
            bool const is_set = route != kNoRoute && route >= kFirstPortSet;
            if (is_set && (!keeps_sets || random.below(2) == 0)) {
                PortSet const set = network.ports_of(route);
                route = static_cast<std::uint16_t>(
                    network.port_of(set, static_cast<std::uint32_t>(random.below(set.count))));
            }
            network.routes.push_back(route);
        }
    if (!keeps_sets)  // any rates will do
        for (Link& link : network.links)
            link.rate = static_cast<std::uint16_t>(random.below(network.rates_Bps.size()));
    return network;
}

Network with_random_retraining(Network network, Time span, std::uint64_t seed)
{
    network = with_random_outages(std::move(network), span, seed);
    CounterRandom random(seed ^ 0x7e7au);
    std::size_t const rates = network.rates_Bps.size();
    for (std::size_t rate = 0; rate != rates; ++rate)
        for (std::int64_t const part : {2, 3, 4}) {
            network.rates_Bps.push_back(std::max<std::int64_t>(1, network.rates_Bps[rate] / part));
            if (!network.headers.empty()) network.headers.push_back(network.headers[rate]);
        }
    std::vector<bool> const in_set = links_in_sets(network);  // those keep their rates
    for (Link const& link : network.links) {
        if (link.outages == kNoOutage || in_set[static_cast<std::size_t>(&link - network.links.data())])
            continue;
        for (std::size_t o = link.outages; network.outages[o].down_fs != kNever; ++o) {
            if (random.below(3) == 0) continue;
            std::uint64_t const choice = random.below(4);  // a third at its own rate again
            network.outages[o].rate_after =
                static_cast<std::uint16_t>(choice == 3 ? link.rate : rates + 3u * link.rate + choice);
        }
    }
    return network;
}

Network with_random_slots(Network network, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::uint64_t const infinite = random.below(3) == 0 ? 30 : 0;  // percent
    for (Link& link : network.links) {
        bool const few = random.below(3) != 0;
        link.slots = static_cast<std::uint32_t>(few ? random.between(1, 8) : random.between(9, 40));
        if (random.below(100) < infinite) link.slots = 0;
    }
    return network;
}

}  // namespace copperwall::testing

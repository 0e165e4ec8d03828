#include "tests/cuda/support/networks.h"

namespace copperwall::testing {

namespace {

class Builder {
public:
    explicit Builder(Shape const& shape) : shape_(shape)
    {
        network_.gpus = shape.leaves * shape.per_leaf;
        network_.planes = shape.planes;
        network_.folded = shape.folded;
        network_.link_classes = 4;
        network_.rates_Bps = {shape.rate_Bps};
        network_.nodes.resize(network_.gpus + network_.simulated_planes() * (shape.leaves + shape.spines));
        network_.routes.resize((network_.nodes.size() - network_.gpus) * network_.gpus);
    }

    Network build()
    {
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu) add_gpu(gpu);
        for (std::uint32_t plane = 0; plane != network_.simulated_planes(); ++plane) {
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
        begin(gpu, NodeKind::gpu, network_.simulated_planes());
        for (std::uint32_t plane = 0; plane != network_.simulated_planes(); ++plane)
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
            std::uint32_t const up = shape_.spines == 0 ? 0 : shape_.per_leaf + gpu % shape_.spines;
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

}  // namespace

Network leaf_spine(Shape const& shape)
{
    return Builder(shape).build();
}

Network with_random_links(Network network, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::int64_t const rate = network.rates_Bps.front();
    network.rates_Bps = {rate, rate / 10 * 7, rate / 10 * 13 + 1};
    for (Link& link : network.links) {
        link.latency_fs += random.between(0, link.latency_fs);
        link.rate = static_cast<std::uint16_t>(random.below(3));
    }
    return network;
}

}  // namespace copperwall::testing

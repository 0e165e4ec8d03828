#include "tests/cuda/support/three_tiers.h"

namespace copperwall::testing {
namespace {

class Builder {
public:
    explicit Builder(ThreeTiers const& shape) : shape_(shape)
    {
        network_.gpus = shape.gpus();
        network_.ports[kInside] = {shape.planes, shape.folded};
        network_.link_classes = 6;
        network_.rates_Bps = {shape.rate_Bps};
        network_.nodes.resize(network_.gpus + network_.gpu_ports() * switches());
        network_.routes.resize((network_.nodes.size() - network_.gpus) * network_.gpus);
        if (shape.spreads) network_.spreading.packets = 1;
    }

    Network build()
    {
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu) add_gpu(gpu);
        for (plane_ = 0; plane_ != network_.gpu_ports(); ++plane_) {
            for (std::uint32_t l = 0; l != shape_.pods * shape_.leaves; ++l) add_leaf(l);
            for (std::uint32_t s = 0; s != shape_.pods * shape_.spines; ++s) add_spine(s);
            for (std::uint32_t c = 0; c != shape_.cores; ++c) add_core(c);
        }
        return network_;
    }

private:
    //! Of a plane: leaves, spines, cores.
    std::uint32_t switches() const { return shape_.pods * (shape_.leaves + shape_.spines) + shape_.cores; }
    NodeId leaf(std::uint32_t plane, std::uint32_t l) const { return network_.gpus + plane * switches() + l; }
    NodeId spine(std::uint32_t s) const { return leaf(plane_, shape_.pods * shape_.leaves + s); }
    NodeId core(std::uint32_t c) const { return spine(shape_.pods * shape_.spines + c); }
    std::uint32_t leaf_of(NodeId gpu) const { return gpu / shape_.per_leaf; }
    std::uint32_t pod_of(NodeId gpu) const { return leaf_of(gpu) / shape_.leaves; }

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

    std::uint16_t& route(NodeId node, NodeId gpu)
    {
        return network_.routes[std::size_t{node - network_.gpus} * network_.gpus + gpu];
    }

    //! By ports first .. first + count - 1.
    std::uint16_t one_of(std::uint32_t first, std::uint32_t count, NodeId gpu)
    {
        if (!shape_.spreads) return static_cast<std::uint16_t>(first + gpu % count);
        std::size_t set = 0;
        auto& sets = network_.port_sets;
        while (set != sets.size() && (sets[set].first != first || sets[set].count != count)) ++set;
        if (set == sets.size())
            sets.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count), 1});
        return static_cast<std::uint16_t>(kFirstPortSet + set);
    }

    void add_gpu(NodeId gpu)
    {
        begin(gpu, NodeKind::gpu, network_.gpu_ports());
        for (std::uint32_t plane = 0; plane != network_.gpu_ports(); ++plane)
            add(gpu, leaf(plane, leaf_of(gpu)), shape_.latency_fs, gpu % shape_.per_leaf, 0);
    }

    void add_leaf(std::uint32_t l)
    {
        NodeId const node = leaf(plane_, l);
        std::uint32_t const pod = l / shape_.leaves;
        begin(node, NodeKind::switch_chip, shape_.per_leaf + shape_.spines);
        for (std::uint32_t i = 0; i != shape_.per_leaf; ++i)
            add(node, l * shape_.per_leaf + i, shape_.latency_fs, plane_, 1);
        for (std::uint32_t s = 0; s != shape_.spines; ++s)
            add(node, spine(pod * shape_.spines + s), shape_.spine_latency_fs, l % shape_.leaves, 2);
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu)
            route(node, gpu) = leaf_of(gpu) == l ? static_cast<std::uint16_t>(gpu % shape_.per_leaf)
                                                 : one_of(shape_.per_leaf, shape_.spines, gpu);
    }

    void add_spine(std::uint32_t s)
    {
        NodeId const node = spine(s);
        std::uint32_t const pod = s / shape_.spines;
        begin(node, NodeKind::switch_chip, shape_.leaves + shape_.cores);
        for (std::uint32_t l = 0; l != shape_.leaves; ++l)
            add(node, leaf(plane_, pod * shape_.leaves + l), shape_.spine_latency_fs,
                shape_.per_leaf + s % shape_.spines, 3);
        for (std::uint32_t c = 0; c != shape_.cores; ++c) add(node, core(c), shape_.core_latency_fs, s, 4);
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu)
            route(node, gpu) = pod_of(gpu) == pod ? static_cast<std::uint16_t>(leaf_of(gpu) % shape_.leaves)
                                                  : one_of(shape_.leaves, shape_.cores, gpu);
    }

    void add_core(std::uint32_t c)
    {
        NodeId const node = core(c);
        begin(node, NodeKind::switch_chip, shape_.pods * shape_.spines);
        for (std::uint32_t s = 0; s != shape_.pods * shape_.spines; ++s)
            add(node, spine(s), shape_.core_latency_fs, shape_.leaves + c, 5);
        for (NodeId gpu = 0; gpu != network_.gpus; ++gpu)
            route(node, gpu) = one_of(pod_of(gpu) * shape_.spines, shape_.spines, gpu);
    }

    ThreeTiers const& shape_;
    Network network_;
    std::uint32_t plane_ = 0;
};

}  // namespace

Network three_tiers(ThreeTiers const& shape)
{
    return Builder(shape).build();
}

}  // namespace copperwall::testing

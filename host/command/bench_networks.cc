#include "host/command/bench_networks.h"

#include <random>

namespace copperwall {
namespace {

constexpr std::uint32_t kSpines = 36;   //!< a plane
constexpr std::uint32_t kParallel = 2;  //!< links between a leaf and a spine
constexpr std::int64_t kRate_Bps = 50'000'000'000;
constexpr Time kLatency_fs = 120 * kFsPerNs;  //!< PHY, 2 m of copper and half a switch core
constexpr Time kSpread_fs = 40 * kFsPerNs;
constexpr std::uint64_t kSeed = 42;
//! 2 x 120 ns is 44.1 packets of 272 B at 50 GB/s, and one is in each hand.
constexpr std::uint32_t kRoundTripSlots = 47;

enum BenchClass : std::uint16_t { gpu_up, gpu_down, leaf_up, leaf_down, bench_classes };

class Builder {
public:
    explicit Builder(BenchNetwork const& shape) : shape_(shape), random_(kSeed)
    {
        net_.gpus = shape.groups * kLeafGpus;
        net_.ports[kInside] = {shape.planes, shape.folded};
        net_.link_classes = bench_classes;
        net_.rates_Bps = {kRate_Bps};
        spines_ = shape.groups > 1 ? kSpines : 0;
        planes_ = net_.gpu_ports();
        net_.nodes.resize(net_.gpus + planes_ * (shape.groups + spines_));
        for (NodeId n = net_.gpus; n < net_.nodes.size(); ++n) net_.nodes[n].kind = NodeKind::switch_chip;
    }

    Network build()
    {
        for (NodeId gpu = 0; gpu < net_.gpus; ++gpu)
            for (std::uint32_t plane = 0; plane < planes_; ++plane)
                add_link(gpu, leaf(plane, gpu / kLeafGpus), gpu_up, Arrival::head);
        for (std::uint32_t plane = 0; plane < planes_; ++plane) add_plane(plane);
        return std::move(net_);
    }

private:
    NodeId leaf(std::uint32_t plane, std::uint32_t group) const
    {
        return net_.gpus + plane * (shape_.groups + spines_) + group;
    }
    NodeId spine(std::uint32_t plane, std::uint32_t index) const
    {
        return leaf(plane, shape_.groups) + index;
    }

    void add_plane(std::uint32_t plane)
    {
        for (std::uint32_t group = 0; group < shape_.groups; ++group) {
            for (std::uint32_t g = 0; g < kLeafGpus; ++g)
                add_link(leaf(plane, group), group * kLeafGpus + g, gpu_down, Arrival::tail);
            if (spines_ != 0)
                for (std::uint32_t up = 0; up < kLeafGpus; ++up)
                    add_link(leaf(plane, group), spine(plane, up % kSpines), leaf_up, Arrival::head);
            add_leaf_routes(group);
        }
        for (std::uint32_t s = 0; s < spines_; ++s) {
            for (std::uint32_t down = 0; down < shape_.groups * kParallel; ++down)
                add_link(spine(plane, s), leaf(plane, down / kParallel), leaf_down, Arrival::head);
            add_spine_routes();
        }
    }

    void add_leaf_routes(std::uint32_t group)
    {
        for (std::uint32_t to = 0; to < net_.gpus; ++to) {
            std::uint32_t const port = to % kLeafGpus;
            bool const below = to / kLeafGpus == group;
            net_.routes.push_back(static_cast<std::uint16_t>(below ? port : kLeafGpus + port));
        }
    }

    void add_spine_routes()
    {
        for (std::uint32_t to = 0; to < net_.gpus; ++to) {
            std::uint32_t const parallel = to % kLeafGpus / kSpines;
            net_.routes.push_back(static_cast<std::uint16_t>(to / kLeafGpus * kParallel + parallel));
        }
    }

    void add_link(NodeId from, NodeId to, BenchClass link_class, Arrival arrival)
    {
        Node& sender = net_.nodes[from];
        if (sender.egress_count++ == 0) sender.first_egress = static_cast<LinkId>(net_.links.size());
        Link link;
        link.from = from;
        link.to = to;
        link.latency_fs = kLatency_fs;
        if (shape_.uneven_latencies) link.latency_fs += static_cast<Time>(random_() % kSpread_fs);
        link.ingress_port = net_.nodes[to].ingress_count++;
        link.link_class = link_class;
        link.arrival = arrival;
        if (shape_.finite_buffers) link.slots = kRoundTripSlots;
        net_.links.push_back(link);
    }

    BenchNetwork shape_;
    std::mt19937_64 random_;
    Network net_;
    std::uint32_t spines_ = 0;
    std::uint32_t planes_ = 0;
};

}  // namespace

Network bench_network(BenchNetwork const& shape)
{
    return Builder(shape).build();
}

PacketFormat bench_format()
{
    return {256, 16, 16};
}

}  // namespace copperwall

#include "host/fabric/memory.h"

namespace copperwall {

namespace {

//! A name of more than 15 characters lies in a block of its own: 17 to 24 B and 8 B of the allocator.
constexpr std::uint64_t kNameBytes = 32;

std::uint32_t group_of_class(Network const& network, std::size_t link_class)
{
    bool const inside = network.inside_classes == 0 || link_class < network.inside_classes;
    return inside ? kInside : kOutside;
}

}  // namespace

std::uint64_t simulated_links(Fabric const& fabric, std::size_t link_class, bool const (&folded)[2])
{
    std::uint32_t const group = group_of_class(fabric.network, link_class);
    std::uint64_t const count = fabric.classes[link_class].count;
    return folded[group] ? count / fabric.network.ports[group].planes : count;
}

NetworkSize network_size(Fabric const& fabric, bool const (&folded)[2])
{
    Network const& network = fabric.network;
    NetworkSize size;
    size.gpus = size.nodes = network.gpus;
    size.plans = 1 + network.replanned_fs.size();
    for (std::size_t group = 0; group != fabric.switches_per_plane.size(); ++group) {
        std::uint64_t const planes = folded[group] ? 1 : network.ports[group].planes;
        size.nodes += planes * fabric.switches_per_plane[group];
        size.gpu_links += planes * network.gpus;
    }
    for (std::size_t c = 0; c != fabric.classes.size(); ++c)
        if (carries_packets(fabric.classes[c])) size.links += simulated_links(fabric, c, folded);
    return size;
}

std::uint64_t memory_of(Fabric const& fabric)
{
    NetworkSize const size = network_size(fabric, {false, false});
    return size.bytes() + size.links * sizeof(double) + size.nodes * (sizeof(PlacedNode) + kNameBytes);
}

}  // namespace copperwall

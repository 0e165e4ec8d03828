#include "host/fabric/single_tier.h"

namespace copperwall {

namespace {

constexpr std::uint16_t kUp = 0;
constexpr std::uint16_t kDown = 1;

void add_gpus(std::uint32_t gpus, std::uint32_t planes, Fabric& fabric)
{
    for (std::uint32_t g = 0; g < gpus; ++g) {
        fabric.nodes.push_back({.name = "gpu " + std::to_string(g), .kind = NodeKind::gpu});
        fabric.network.nodes.push_back({NodeKind::gpu, g * planes, planes, planes});
    }
}

void add_switch_planes(std::uint32_t gpus, std::vector<std::uint32_t> const& chip_of, Fabric& fabric)
{
    auto const planes = static_cast<std::uint32_t>(chip_of.size());
    for (std::uint32_t p = 0; p < planes; ++p) {
        PlacedNode node;
        node.name = "switch " + std::to_string(chip_of[p]) + " plane " + std::to_string(p);
        node.kind = NodeKind::switch_chip;
        node.chip = chip_of[p];
        fabric.nodes.push_back(node);
        fabric.network.nodes.push_back({NodeKind::switch_chip, gpus * planes + p * gpus, gpus, gpus});
    }
}

void add_links(std::uint32_t gpus, std::uint32_t planes, Arrival at_switch, Network& network)
{
    network.links.reserve(std::size_t{2} * gpus * planes);
    for (std::uint32_t g = 0; g < gpus; ++g)
        for (std::uint32_t p = 0; p < planes; ++p)
            network.links.push_back(
                {.from = g, .to = gpus + p, .ingress_port = g, .link_class = kUp, .arrival = at_switch});
    for (std::uint32_t p = 0; p < planes; ++p)
        for (std::uint32_t g = 0; g < gpus; ++g)
            network.links.push_back({.from = gpus + p,
                                     .to = g,
                                     .ingress_port = p,
                                     .link_class = kDown,
                                     .arrival = Arrival::tail});
}

}  // namespace

void wire_single_tier(FabricSpec const& spec, Fabric& fabric)
{
    TierSpec const& tier = spec.tiers.front();
    std::uint32_t const planes = tier.links_per_gpu;
    fabric.network.gpus = spec.gpus;
    fabric.network.planes = planes;
    add_gpus(spec.gpus, planes, fabric);
    add_switch_planes(spec.gpus, chip_of_planes(planes, tier.switches.chips), fabric);
    add_links(spec.gpus, planes, tier.switches.cut_through ? Arrival::head : Arrival::tail, fabric.network);
    for (std::uint32_t p = 0; p < planes; ++p)
        for (std::uint32_t g = 0; g < spec.gpus; ++g)
            fabric.network.routes.push_back(static_cast<std::uint16_t>(g));
}

std::vector<std::uint32_t> chip_of_planes(std::uint32_t planes, std::uint32_t chips)
{
    std::vector<std::uint32_t> share(chips, planes / chips);
    for (std::uint32_t i = 0; i < planes % chips; ++i) ++share[i % 2 == 0 ? i / 2 : chips - 1 - i / 2];
    std::vector<std::uint32_t> chip_of;
    for (std::uint32_t c = 0; c < chips; ++c) chip_of.insert(chip_of.end(), share[c], c);
    return chip_of;
}

}  // namespace copperwall

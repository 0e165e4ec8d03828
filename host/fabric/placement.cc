#include "host/fabric/placement.h"

#include <cmath>

namespace copperwall {

namespace {

constexpr double kRackWidth_m = 0.6;

void put(PlacedNode& node, std::uint32_t index, std::vector<std::uint32_t> const& trays_u,
         std::uint32_t per_tray, double unit_m)
{
    node.tray_u = trays_u[index / per_tray];
    node.x_m = kRackWidth_m * (index % per_tray + 0.5) / per_tray;
    node.z_m = node.tray_u * unit_m;
}

}  // namespace

void place_nodes(PlacementSpec const& placement, std::vector<PlacedNode>& nodes)
{
    std::uint32_t gpu = 0;
    for (auto& node : nodes) {
        if (node.kind == NodeKind::gpu)
            put(node, gpu++, placement.gpu_trays_u, placement.gpus_per_tray, placement.unit_m.value);
        else
            put(node, node.chip, placement.switch_trays_u, placement.chips_per_tray, placement.unit_m.value);
    }
}

double length_between_m(PlacementSpec const& placement, PlacedNode const& a, PlacedNode const& b)
{
    double const units = std::abs(static_cast<double>(a.tray_u) - static_cast<double>(b.tray_u));
    return units * placement.unit_m.value + placement.slack_m.value;
}

}  // namespace copperwall

#include "host/fabric/placement.h"

#include <cmath>

namespace copperwall {

namespace {

constexpr double kRackWidth_m = 0.6;

void put(PlacedNode& node, std::uint32_t index, std::vector<std::uint32_t> const& trays_u,
         std::uint32_t per_tray, double unit_m)
{
    if (trays_u.empty()) return;
    node.tray_u = trays_u[index / per_tray % trays_u.size()];
    node.x_m = kRackWidth_m * (index % per_tray + 0.5) / per_tray;
    node.z_m = node.tray_u * unit_m;
}

//! Racks of one domain: compute racks with those of spines, and then of cores, between them.
struct Floor {
    std::uint32_t compute = 1;
    std::uint32_t spines = 0;  //!< cores counted
    std::uint32_t cores = 0;

    std::uint32_t all() const { return compute + spines; }
    std::uint32_t position_of_compute(std::uint32_t rack) const
    {
        return rack < (compute + 1) / 2 ? rack : rack + spines;
    }
    std::uint32_t position_of_spine(std::uint32_t rack) const { return (compute + 1) / 2 + rack; }
    std::uint32_t position_of_core(std::uint32_t rack) const
    {
        return position_of_spine(spines - cores + rack);
    }
};

//! Chips of spines or cores that one rack takes; 0: they have no place.
std::uint32_t room_of(TierSpec const* tier)
{
    if (tier == nullptr) return 0;
    return static_cast<std::uint32_t>(tier->placement.switch_trays_u.size()) * tier->placement.chips_per_tray;
}

Floor floor_of(Levels const& l)
{
    Floor floor{l.leaves, 0, 0};
    if (std::uint32_t const room = room_of(l.core)) floor.cores = (l.core_chips() + room - 1) / room;
    if (std::uint32_t const room = room_of(l.spine)) floor.spines = (l.spine_chips() + room - 1) / room;
    floor.spines += floor.cores;
    return floor;
}

void stand(PlacedNode& node, std::uint32_t domain, std::uint32_t position, Floor const& floor,
           Levels const& l)
{
    node.rack = domain * floor.all() + position;
    if (l.spine == nullptr || l.spine->placement.floor.racks_per_row == 0) return;
    FloorSpec const& at = l.spine->placement.floor;
    node.rack_x_m = position % at.racks_per_row * at.rack_pitch_m.value;
    node.rack_y_m = position / at.racks_per_row * at.row_pitch_m.value;
    node.x_m += node.rack_x_m;
    node.y_m += node.rack_y_m;
}

}  // namespace

void place_nodes(std::vector<Levels> const& levels, Fabric& fabric)
{
    Levels const& l = levels.front();
    Floor const floor = floor_of(l);
    PlacementSpec const& below = l.leaf->placement;
    for (std::uint32_t gpu = 0; gpu != fabric.network.gpus; ++gpu) {
        PlacedNode& node = fabric.nodes[gpu];
        put(node, gpu % l.gpus % l.leaf->leaf_gpus, below.gpu_trays_u, below.gpus_per_tray,
            below.unit_m.value);
        stand(node, gpu / l.gpus, floor.position_of_compute(gpu % l.gpus / l.leaf->leaf_gpus), floor, l);
    }
    std::uint32_t const each = l.switches_per_part();
    for (std::uint32_t s = 0; s != l.planes() * l.switches_per_plane(); ++s) {
        PlacedNode& node = fabric.nodes[fabric.network.gpus + s];
        std::uint32_t const part = s % l.switches_per_plane() / each;
        std::uint32_t const at = s % each;
        if (at < l.leaves) {
            put(node, node.chip % l.leaf->switches.chips, below.switch_trays_u, below.chips_per_tray,
                below.unit_m.value);
            stand(node, part, floor.position_of_compute(at), floor, l);
            continue;
        }
        bool const core = at >= l.leaves + l.spines();
        TierSpec const& tier = core ? *l.core : *l.spine;
        std::uint32_t const first = l.leaf_chips() + (core ? l.parts * l.spine_chips() : 0);
        std::uint32_t const chip = node.chip - first - part * (core ? l.core_chips() : l.spine_chips());
        put(node, chip, tier.placement.switch_trays_u, tier.placement.chips_per_tray,
            tier.placement.unit_m.value);
        std::uint32_t const rack = room_of(&tier) == 0 ? 0 : chip / room_of(&tier);
        stand(node, part, core ? floor.position_of_core(rack) : floor.position_of_spine(rack), floor, l);
    }
}

double length_between_m(TierSpec const& tier, PlacedNode const& a, PlacedNode const& b)
{
    if (tier.length_m) return tier.length_m->value;
    PlacementSpec const& at = tier.placement;
    if (tier.above.empty()) {
        double const units = std::abs(static_cast<double>(a.tray_u) - static_cast<double>(b.tray_u));
        return units * at.unit_m.value + at.slack_m.value;
    }
    double const up = 2 * at.floor.tray_height_m.value - a.z_m - b.z_m;
    return std::abs(a.rack_x_m - b.rack_x_m) + std::abs(a.rack_y_m - b.rack_y_m) + up + at.slack_m.value;
}

}  // namespace copperwall

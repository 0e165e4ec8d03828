#include "host/account/blank_cell.h"

#include <algorithm>
#include <limits>

#include "host/account/path.h"
#include "host/account/plan.h"

namespace copperwall {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void forget_figures(Cell& cell)
{
    for (double* figure :
         {&cell.time_us, &cell.algbw_GBps, &cell.busbw_GBps, &cell.lower_bound_us, &cell.closed_form_us,
          &cell.low_us, &cell.high_us, &cell.pJ_per_bit, &cell.energy_low_J, &cell.energy_high_J,
          &cell.window_ns, &cell.energy.switch_core_J, &cell.energy.switch_core_traffic_J, &cell.energy.nic_J,
          &cell.energy.nic_traffic_J})
        *figure = kNaN;
    for (Band& band : cell.risk.of) band = {kNaN, kNaN, kNaN};
    cell.breakdown = {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
    std::fill(std::begin(cell.energy.always_on_J), std::end(cell.energy.always_on_J), kNaN);
    std::fill(std::begin(cell.energy.traffic_J), std::end(cell.energy.traffic_J), kNaN);
}

}  // namespace

Cell blank_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
                std::int64_t bytes)
{
    Cell cell;
    cell.fabric = fabric.spec.name;
    cell.interconnect = scenario.interconnect.empty() ? fabric.interconnect : scenario.interconnect;
    cell.op = collective.op;
    cell.collective = collective.label.empty() ? collective.op : collective.label;
    cell.algorithm = collective.algorithm;
    cell.library = scenario.library.name;
    cell.ranks = ranks_of(collective, fabric);
    cell.world_size = fabric.domain_gpus;
    cell.gpus = fabric.network.gpus;
    cell.bytes = bytes;
    cell.packet_bytes =
        packet_format(*gpu_tier(fabric.spec, false), scenario.simulation.packet_bytes).payload_bytes;
    forget_figures(cell);
    return cell;
}

}  // namespace copperwall

#include "host/account/timeline.h"

#include "host/account/energy.h"

namespace copperwall {

namespace {

double us(Time fs)
{
    return static_cast<double>(fs) / static_cast<double>(kFsPerUs);
}

TimelineRow row_of(StepUse const& use, std::int64_t planes, LinkClass const& link_class)
{
    TimelineRow row;
    row.start_us = us(use.first_start_fs);
    row.end_us = us(use.last_end_fs);
    row.busy_us = us(use.busy_fs) * static_cast<double>(planes);
    row.wire_bytes = use.wire_bytes * planes;
    row.packets = use.packets * planes;
    row.energy_J = traffic_energy_J(traffic_pJ_per_bit(link_class), 8 * static_cast<double>(row.wire_bytes));
    return row;
}

}  // namespace

std::vector<TimelineRow> timeline_of(Fabric const& fabric, Network const& network, EngineResult const& result)
{
    std::vector<TimelineRow> rows;
    for (std::size_t i = 0; i < result.steps.size(); ++i) {
        if (result.steps[i].packets == 0) continue;
        auto const link_class = static_cast<std::uint32_t>(i % network.link_classes);
        if (link_class >= fabric.classes.size()) continue;  // units in switches
        TimelineRow row = row_of(result.steps[i], network.copies(link_class), fabric.classes[link_class]);
        row.step = static_cast<std::uint32_t>(i / network.link_classes);
        row.link_class = link_class;
        rows.push_back(row);
    }
    return rows;
}

}  // namespace copperwall

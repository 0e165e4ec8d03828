#include <utility>

#include "host/results/column.h"

namespace copperwall {
namespace {

Output step(std::string name, std::string units, std::string standard_name, std::string description,
            ValueType type = ValueType::float64)
{
    return {"timeline", std::move(name),          std::move(units),      "step link_class",
            type,       std::move(standard_name), std::move(description)};
}

Output words(std::string name, std::string description)
{
    return {"run", std::move(name), "", "", ValueType::text, "", std::move(description)};
}

std::vector<Column<TimelineRow>> make_timeline_columns()
{
    return {number<TimelineRow, &TimelineRow::start_us>(
                step("start", "us", "first_start", "first packet starts; NaN where the class is idle")),
            number<TimelineRow, &TimelineRow::end_us>(
                step("end", "us", "last_end", "last packet is serialised; NaN where the class is idle")),
            number<TimelineRow, &TimelineRow::busy_us>(
                step("busy", "us", "busy_link_time", "summed over the links of the class")),
            number<TimelineRow, &TimelineRow::wire_bytes>(
                step("bytes", "B", "wire_bytes", "header bytes included", ValueType::int64)),
            number<TimelineRow, &TimelineRow::packets>(
                step("packets", "1", "packets", "packets sent", ValueType::int64)),
            number<TimelineRow, &TimelineRow::energy_J>(
                step("energy", "J", "traffic_energy", "traffic-proportional"))};
}

std::vector<Column<RunInfo>> make_run_columns()
{
    return {text<RunInfo, &RunInfo::command_line>(words("command_line", "as given")),
            text<RunInfo, &RunInfo::hostname>(words("hostname", "machine it ran on")),
            text<RunInfo, &RunInfo::start_time>(words("start_time", "ISO 8601")),
            text<RunInfo, &RunInfo::end_time>(words("end_time", "ISO 8601")),
            text<RunInfo, &RunInfo::backend>(words("backend", "backend and threads")),
            number<RunInfo, &RunInfo::wall_s>(
                {"run", "wall", "s", "", ValueType::float64, "wall_time", "wall time of the whole run"}),
            number<RunInfo, &RunInfo::cpu_s>(
                {"run", "cpu", "s", "", ValueType::float64, "cpu_time", "processor time of the whole run"}),
            number<RunInfo, &RunInfo::memory_forecast_bytes>(
                {"run", "memory_forecast", "B", "", ValueType::int64, "memory_forecast",
                 "memory of the whole run, forecast before it began"}),
            number<RunInfo, &RunInfo::memory_peak_bytes>(
                {"run", "memory_peak", "B", "", ValueType::int64, "memory_peak",
                 "most memory that was resident, less that before the run"})};
}

}  // namespace

std::span<Column<TimelineRow> const> timeline_columns()
{
    static auto const columns = make_timeline_columns();
    return columns;
}

std::span<Column<RunInfo> const> run_columns()
{
    static auto const columns = make_run_columns();
    return columns;
}

}  // namespace copperwall

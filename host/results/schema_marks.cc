// Tables beside the cells: how far copper reaches, and what was measured on machines.
#include <utility>

#include "host/results/column.h"

namespace copperwall {
namespace {

Output words(std::string group, std::string name, std::string dims, std::string description)
{
    return {std::move(group),      std::move(name), "", std::move(dims), ValueType::text, "",
            std::move(description)};
}

Output reach_text(std::string name, std::string description)
{
    return words("reach", std::move(name), "lane", std::move(description));
}

Output reach_number(std::string name, std::string units, std::string standard_name, std::string description)
{
    return {"reach",
            std::move(name),
            std::move(units),
            "lane",
            ValueType::float64,
            std::move(standard_name),
            std::move(description)};
}

std::vector<Column<ReachRow>> make_reach_columns()
{
    return {text<ReachRow, &ReachRow::host>(reach_text("host", "what the cable is plugged into, both ends")),
            text<ReachRow, &ReachRow::conductor>(reach_text("conductor", "gauge of the cable, or board")),
            text<ReachRow, &ReachRow::modulation>(reach_text("modulation", "PAM4, PAM6, PAM8")),
            number<ReachRow, &ReachRow::lane_rate_Gbps>(
                reach_number("lane_rate", "Gb/s", "lane_rate", "nominal payload rate of a lane")),
            number<ReachRow, &ReachRow::typical_m>(
                reach_number("reach", "m", "reach", "length at which the loss budget is spent")),
            number<ReachRow, &ReachRow::low_m>(
                reach_number("reach_low", "m", "low_reach", "with every loss at the end that shortens it")),
            number<ReachRow, &ReachRow::high_m>(reach_number(
                "reach_high", "m", "high_reach", "with every loss at the end that lengthens it"))};
}

std::vector<Column<MeasuredRow>> make_measured_columns()
{
    return {text<MeasuredRow, &MeasuredRow::collective>(
                words("measured", "collective", "point", "name of the collective")),
            number<MeasuredRow, &MeasuredRow::ranks>(
                {"measured", "ranks", "1", "point", ValueType::int64, "ranks", "gpus of the collective"}),
            number<MeasuredRow, &MeasuredRow::bytes>({"measured", "message_size", "B", "point",
                                                      ValueType::int64, "message_size", "as in nccl-tests"}),
            number<MeasuredRow, &MeasuredRow::time_us>({"measured", "time", "us", "point", ValueType::float64,
                                                        "measured_completion_time", "on a real machine"}),
            text<MeasuredRow, &MeasuredRow::source>(
                words("measured", "source", "point", "where the figure comes from"))};
}

}  // namespace

std::span<Column<ReachRow> const> reach_columns()
{
    static auto const columns = make_reach_columns();
    return columns;
}

std::span<Column<MeasuredRow> const> measured_columns()
{
    static auto const columns = make_measured_columns();
    return columns;
}

}  // namespace copperwall

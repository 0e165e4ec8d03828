// Tables beside the cells: what fabrics cost and how often they fail, how far copper reaches, and what was
// measured on machines.
#include <utility>

#include "host/results/risk_columns.h"

namespace copperwall {
namespace {

Output words(std::string group, std::string name, std::string dims, std::string description)
{
    return {std::move(group),      std::move(name), "", std::move(dims), ValueType::text, "",
            std::move(description)};
}

std::vector<Column<RiskRow>> make_risk_columns()
{
    using R = RiskRow;
    auto const name = [](char const* what, char const* description) {
        return words("risk", what, "fabric_built", description);
    };
    auto const gpus = [](char const* what, char const* standard_name, char const* description) {
        return Output{"risk", what, "1", "fabric_built", ValueType::int64, standard_name, description};
    };
    std::vector<Column<R>> c{
        text<R, &R::fabric>(name("fabric", "name of the fabric file")),
        text<R, &R::interconnect>(name("interconnect", "technologies of the links' ends, as in sweep")),
        text<R, &R::setting>(name("setting", "its place on further axes of the study")),
        number<R, &R::world_size>(gpus("world_size", "gpus_of_a_domain", "gpus of a scale-up domain")),
        number<R, &R::gpus>(gpus("gpus", "gpus_of_all_domains", "gpus of all its domains")),
        text<R, &R::baseline>(name("baseline", "interconnect that differences are taken from"))};
    add_risk_columns<R, &R::risk>({"risk", "fabric_built", "", ""}, c);
    add_risk_columns<R, &R::difference>(
        {"risk", "fabric_built", "_difference", "less the baseline's, what both share drawn alike: "}, c);
    c.push_back(number<R, &R::break_even_failures>(
        {"risk", "break_even_failures", "1", "fabric_built", ValueType::float64, "break_even_failures",
         "times as often as typical that its own parts must fail for the baseline's goodput, or NaN"}));
    return c;
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

Output measured_number(std::string name, std::string units, std::string standard_name,
                       std::string description, ValueType type = ValueType::float64)
{
    return {"measured", std::move(name),          std::move(units),      "point",
            type,       std::move(standard_name), std::move(description)};
}

Output measured_text(std::string name, std::string description)
{
    return words("measured", std::move(name), "point", std::move(description));
}

std::vector<Column<MeasuredRow>> make_measured_columns()
{
    using M = MeasuredRow;
    return {
        text<M, &M::machine>(measured_text("machine", "what it was measured on")),
        text<M, &M::collective>(measured_text("collective", "name of the collective, as in sweep")),
        number<M, &M::ranks>(
            measured_number("ranks", "1", "ranks", "gpus of the collective", ValueType::int64)),
        number<M, &M::world_size>(measured_number("world_size", "1", "gpus_of_a_domain",
                                                  "gpus of the machine's scale-up domain", ValueType::int64)),
        number<M, &M::bytes>(
            measured_number("message_size", "B", "message_size", "as in nccl-tests", ValueType::int64)),
        number<M, &M::time_us>(measured_number("time", "us", "measured_completion_time", "on the machine")),
        number<M, &M::busbw_GBps>(
            measured_number("busbw", "GB/s", "measured_bus_bandwidth", "on the machine")),
        number<M, &M::simulated_us>(measured_number("simulated_time", "us", "simulated_completion_time",
                                                    "of simulated_as; NaN where no scenario is the same")),
        number<M, &M::simulated_busbw_GBps>(
            measured_number("simulated_busbw", "GB/s", "simulated_bus_bandwidth", "of simulated_as, or NaN")),
        text<M, &M::simulated_as>(
            measured_text("simulated_as", "fabric, interconnect, algorithm, library, scenario")),
        text<M, &M::software>(measured_text("software", "library and algorithm on the machine")),
        text<M, &M::note>(measured_text("note", "what else matters for a comparison")),
        text<M, &M::source>(measured_text("source", "where the figure comes from"))};
}

}  // namespace

std::span<Column<RiskRow> const> risk_columns()
{
    static auto const columns = make_risk_columns();
    return columns;
}

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

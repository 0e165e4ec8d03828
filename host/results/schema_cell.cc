#include <array>
#include <stdexcept>
#include <utility>

#include "host/results/risk_columns.h"

namespace copperwall {
namespace {

constexpr char const* kCauses = "none software serialisation phy added propagation switch queueing";
constexpr std::size_t kComponentCount = std::size(kComponents);

Output figure(std::string name, std::string units, std::string standard_name, std::string description)
{
    return {"sweep",
            std::move(name),
            std::move(units),
            "axes",
            ValueType::float64,
            std::move(standard_name),
            std::move(description)};
}

Output count(std::string name, std::string standard_name, std::string description)
{
    return {"sweep",
            std::move(name),
            "1",
            "axes",
            ValueType::int64,
            std::move(standard_name),
            std::move(description)};
}

Output flag(std::string name, std::string standard_name, std::string description, std::string meanings)
{
    return {"sweep",
            std::move(name),
            "1",
            "axes",
            ValueType::uint8,
            std::move(standard_name),
            std::move(description),
            std::move(meanings)};
}

Output words(std::string name, std::string description)
{
    return {"sweep", std::move(name), "", "axes", ValueType::text, "", std::move(description)};
}

Column<Cell> bound_by()
{
    static Output const row =
        flag("bound_by", "largest_cause", "cause of the largest part of the time", kCauses);
    Column<Cell> column{row};
    column.get = [](Cell const& c) {
        int const value = c.bound_by.empty() ? 0 : flag_value(row, c.bound_by);
        if (value < 0) throw std::logic_error("bound_by: '" + c.bound_by + "' is none of: " + kCauses);
        return static_cast<double>(value);
    };
    column.set = [](Cell& c, double value) {
        c.bound_by = value == 0 ? "" : flag_meaning(row, static_cast<int>(value));
    };
    return column;
}

template <std::size_t I>
Column<Cell> always_on_component()
{
    Column<Cell> column{figure(std::string("energy_always_on_") + kComponents[I], "J",
                               std::string("always_on_energy_of_") + kComponents[I],
                               "power of this component at every link end of the fabric x time")};
    column.get = [](Cell const& c) { return c.energy.always_on_J[I]; };
    column.set = [](Cell& c, double value) { c.energy.always_on_J[I] = value; };
    return column;
}

template <std::size_t I>
Column<Cell> traffic_component()
{
    Column<Cell> column{figure(std::string("energy_traffic_") + kComponents[I], "J",
                               std::string("traffic_energy_of_") + kComponents[I],
                               "pJ/bit of this component x bits that crossed it")};
    column.get = [](Cell const& c) { return c.energy.traffic_J[I]; };
    column.set = [](Cell& c, double value) { c.energy.traffic_J[I] = value; };
    return column;
}

template <std::size_t... I>
void add_components(std::vector<Column<Cell>>& columns, std::index_sequence<I...>)
{
    (columns.push_back(always_on_component<I>()), ...);
    (columns.push_back(traffic_component<I>()), ...);
}

void add_times(std::vector<Column<Cell>>& c)
{
    c.push_back(number<Cell, &Cell::time_us>(
        figure("time", "us", "collective_completion_time", "from the launch to the last byte's arrival")));
    c.push_back(number<Cell, &Cell::algbw_GBps>(
        figure("algbw", "GB/s", "algorithm_bandwidth", "message size / time")));
    c.push_back(number<Cell, &Cell::busbw_GBps>(figure(
        "busbw", "GB/s", "bus_bandwidth", "algbw x the factor that nccl-tests applies to this collective")));
    c.push_back(number<Cell, &Cell::lower_bound_us>(
        figure("lower_bound", "us", "lower_bound_of_completion_time",
               "no algorithm of the kind (reduced in switches or in gpus) can be faster")));
    c.push_back(number<Cell, &Cell::closed_form_us>(
        figure("closed_form", "us", "closed_form_of_completion_time", "this algorithm without contention")));
    c.push_back(number<Cell, &Cell::low_us>(
        figure("time_low", "us", "low_completion_time", "with every latency at the low end of its range")));
    c.push_back(number<Cell, &Cell::high_us>(figure("time_high", "us", "high_completion_time",
                                                    "with every latency at the high end of its range")));
    c.push_back(derived<Cell>(figure("ratio_to_bound", "1", "time_over_lower_bound", "time / lower_bound"),
                              [](Cell const& cell) { return cell.time_us / cell.lower_bound_us; }));
    c.push_back(
        derived<Cell>(figure("ratio_to_closed_form", "1", "time_over_closed_form", "time / closed_form"),
                      [](Cell const& cell) { return cell.time_us / cell.closed_form_us; }));
}

void add_breakdown(std::vector<Column<Cell>>& c)
{
    auto part = [](char const* cause, char const* description) {
        return figure(std::string("time_") + cause, "us", std::string("critical_path_time_in_") + cause,
                      std::string(description) + "; the parts add up to time");
    };
    c.push_back(bound_by());
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::software_us>(
        part("software", "launch, steps and peers of the library")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::serialisation_us>(
        part("serialisation", "bytes of the binding messages at the port rate")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::phy_us>(part("phy", "SerDes and FEC")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::added_us>(
        part("added", "DSP, drivers and host traces of the link ends")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::propagation_us>(
        part("propagation", "light or electric wave in the medium")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::switch_us>(part("switch", "switch cores")));
    c.push_back(number<Cell, &Cell::breakdown, &Breakdown::queueing_us>(
        part("queueing", "waiting behind other packets, store-and-forward")));
}

void add_energy(std::vector<Column<Cell>>& c)
{
    c.push_back(derived<Cell>(figure("energy_always_on", "J", "always_on_energy",
                                     "power of every link, switch core and NIC of the fabric x time"),
                              [](Cell const& cell) { return cell.energy.always_on_total_J(); }));
    c.push_back(number<Cell, &Cell::energy_low_J>(
        figure("energy_always_on_low", "J", "low_always_on_energy",
               "the same with every energy, NIC power and static share at its low, over time_low")));
    c.push_back(number<Cell, &Cell::energy_high_J>(
        figure("energy_always_on_high", "J", "high_always_on_energy",
               "the same with every energy, NIC power and static share at its high, over time_high")));
    c.push_back(derived<Cell>(figure("energy_traffic", "J", "traffic_energy",
                                     "pJ/bit x bits of every link, switch core and NIC crossed"),
                              [](Cell const& cell) { return cell.energy.traffic_total_J(); }));
    c.push_back(number<Cell, &Cell::energy, &Energy::switch_core_J>(
        figure("energy_switch", "J", "switch_core_energy", "switch cores, always on, at their capacity")));
    c.push_back(number<Cell, &Cell::energy, &Energy::switch_core_traffic_J>(
        figure("energy_traffic_switch", "J", "switch_core_traffic_energy",
               "switch cores, of the payload switched")));
    c.push_back(number<Cell, &Cell::energy, &Energy::nic_J>(
        figure("energy_nic", "J", "nic_energy", "NICs, always on, without their ports' SerDes and modules")));
    c.push_back(number<Cell, &Cell::energy, &Energy::nic_traffic_J>(
        figure("energy_traffic_nic", "J", "nic_traffic_energy", "NICs, of the bits they sent and received")));
    c.push_back(number<Cell, &Cell::pJ_per_bit>(figure("energy_per_bit", "pJ/bit", "energy_per_payload_bit",
                                                       "energy_always_on / payload bits delivered")));
    add_components(c, std::make_index_sequence<kComponentCount>{});
}

void add_trust(std::vector<Column<Cell>>& c)
{
    c.push_back(text<Cell, &Cell::topology>(words("topology", "group of topology that the cell ran on")));
    c.push_back(text<Cell, &Cell::op>(words("operation", "all_reduce, all_gather, ...")));
    c.push_back(
        text<Cell, &Cell::ran>(words("algorithm_ran", "of algorithm best, the fastest; else the same")));
    c.push_back(number<Cell, &Cell::chunks>(
        count("chunks", "chunks", "that a pipelined algorithm cut the message into, else 1")));
    c.push_back(number<Cell, &Cell::gpus>(
        count("gpus", "gpus_of_all_domains", "gpus of the whole fabric, all its domains together")));
    c.push_back(number<Cell, &Cell::ranks>(count("ranks", "ranks", "gpus of one group of the collective")));
    c.push_back(number<Cell, &Cell::packet_bytes>({"sweep", "packet_bytes", "B", "axes", ValueType::int64,
                                                   "packet_payload", "largest payload of a packet"}));
    c.push_back(text<Cell, &Cell::protocol>(words("protocol", "protocol of the library that ran")));
    c.push_back(number<Cell, &Cell::extrapolated>(
        flag("extrapolated", "extrapolated", "no such machine or group of ranks was measured", "no yes")));
    c.push_back(number<Cell, &Cell::folded>(
        flag("folded", "folded", "one plane simulated for all equal ones; exact", "no yes")));
    c.push_back(number<Cell, &Cell::steps>(
        count("steps", "dependent_steps", "dependent steps of the algorithm on its critical path")));
    c.push_back(number<Cell, &Cell::messages>(count("messages", "messages", "messages simulated")));
    c.push_back(number<Cell, &Cell::hops>(count("hops", "simulated_hops", "packets over simulated links")));
    c.push_back(number<Cell, &Cell::effective_hops>(
        count("effective_hops", "effective_hops", "hops with every folded plane counted")));
}

std::vector<Column<Cell>> make_cell_columns()
{
    std::vector<Column<Cell>> c;
    c.push_back(number<Cell, &Cell::status>(flag("status", "cell_status",
                                                 "what became of the cell; figures are NaN unless done",
                                                 "not_run done infeasible failed")));
    c.push_back(text<Cell, &Cell::reason>(words("reason", "why the cell is not done")));
    add_times(c);
    add_breakdown(c);
    add_energy(c);
    add_risk_columns<Cell, &Cell::risk>({"sweep", "axes", "", ""}, c);
    add_trust(c);
    return c;
}

Output of_run(std::string name, std::string units, ValueType type, std::string standard_name,
              std::string description)
{
    return {"run", std::move(name),          std::move(units),      "cell",
            type,  std::move(standard_name), std::move(description)};
}

std::vector<Column<Cell>> make_cell_run_columns()
{
    return {
        number<Cell, &Cell::wall_s>(of_run("cell_wall", "s", ValueType::float64, "wall_time", "wall time")),
        number<Cell, &Cell::cpu_s>(of_run("cell_cpu", "s", ValueType::float64, "cpu_time", "processor time")),
        number<Cell, &Cell::memory_bytes>(
            of_run("cell_memory", "B", ValueType::int64, "engine_memory", "memory of the engine")),
        number<Cell, &Cell::forecast_bytes>(of_run("cell_memory_forecast", "B", ValueType::int64,
                                                   "memory_forecast", "memory forecast before it ran")),
        number<Cell, &Cell::windows>(
            of_run("cell_windows", "1", ValueType::int64, "windows", "time windows of the engine")),
        number<Cell, &Cell::window_ns>(
            of_run("cell_window", "ns", ValueType::float64, "window_length", "length of a time window"))};
}

}  // namespace

std::span<Column<Cell> const> cell_columns()
{
    static auto const columns = make_cell_columns();
    return columns;
}

std::span<Column<Cell> const> cell_run_columns()
{
    static auto const columns = make_cell_run_columns();
    return columns;
}

}  // namespace copperwall

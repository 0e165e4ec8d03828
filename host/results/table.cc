#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "host/results/schema.h"

namespace copperwall {

namespace {

//! What every cell of one block of the table has in common.
std::string heading_of(Cell const& c)
{
    return "# fabric " + c.fabric + ", interconnect " + c.interconnect + ", " + c.op + " " + c.algorithm +
           ", " + std::to_string(c.ranks) + " ranks, library " + c.library;
}

char const* trust_of(Cell const& c)
{
    return c.extrapolated ? "extrapolated" : "";
}

void print_done(std::ostream& out, Cell const& c)
{
    char line[256];
    std::snprintf(line, sizeof line,
                  "%12lld %12lld %6s %6s %12.3f %9.2f %9.2f %12.6f %10.2f %12.3f %12.3f..%-12.3f %-13s %s",
                  static_cast<long long>(c.bytes), static_cast<long long>(c.bytes / 4), "float",
                  c.op == "all_reduce" ? "sum" : "none", c.time_us, c.algbw_GBps, c.busbw_GBps,
                  c.energy.always_on_total_J(), c.pJ_per_bit, c.lower_bound_us, c.low_us, c.high_us,
                  c.bound_by.c_str(), trust_of(c));
    std::string text = line;
    out << text.substr(0, text.find_last_not_of(' ') + 1) << '\n';
}

char const* status_word(CellStatus status)
{
    return status == CellStatus::infeasible ? "infeasible"
           : status == CellStatus::failed   ? "failed"
                                            : "not run";
}

void print_undone(std::ostream& out, Cell const& c)
{
    char size[32];
    std::snprintf(size, sizeof size, "%12lld ", static_cast<long long>(c.bytes));
    out << size << status_word(c.status) << ": " << c.reason << '\n';
}

void print_text(std::ostream& out, Results const& results)
{
    out << "# " << results.title << '\n'
        << "# size: bytes as nccl-tests counts them (all_to_all: total send buffer of a gpu); GB = 1e9 B; "
           "energy: "
           "always-on power of every link and switch x time\n"
        << "# bound: no algorithm without in-network reduction is faster; range: every latency at its low, "
           "its high\n";
    double sum = 0;
    std::size_t done = 0;
    std::string heading;
    for (auto const& c : results.cells) {
        if (c.status == CellStatus::not_run) continue;
        if (std::exchange(heading, heading_of(c)) != heading_of(c)) {
            out << "#\n" << heading << '\n';
            char columns[256];
            std::snprintf(columns, sizeof columns,
                          "#%11s %12s %6s %6s %12s %9s %9s %12s %10s %12s %26s %-13s\n", "size(B)", "count",
                          "type", "redop", "time(us)", "algbw", "busbw(GB/s)", "energy(J)", "pJ/bit",
                          "bound(us)", "range(us)", "bound-by");
            out << columns;
        }
        if (c.status != CellStatus::done) {
            print_undone(out, c);
            continue;
        }
        print_done(out, c);
        sum += c.busbw_GBps;
        ++done;
    }
    for (auto const& note : results.notes) out << "# note: " << note << '\n';
    char last[64];
    std::snprintf(last, sizeof last, "# Avg bus bandwidth    : %.4f GB/s\n",
                  done == 0 ? 0 : sum / static_cast<double>(done));
    out << last;
}

//! Axis values as the table's first columns.
std::vector<std::pair<std::string, std::string>> asked(Cell const& c)
{
    return {{"fabric", c.fabric},
            {"interconnect", c.interconnect},
            {"collective", c.op},
            {"algorithm", c.algorithm},
            {"library", c.library}};
}

std::string column_name(Output const& o)
{
    return o.units.empty() || o.units == "1" ? o.name : o.name + "(" + o.units + ")";
}

std::string quoted(std::string const& text)
{
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (char const c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

std::string exact(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return std::isnan(value) ? "" : text;
}

std::string value_text(Column<Cell> const& column, Cell const& c)
{
    if (column.type == ValueType::text) return column.text(c);
    if (!column.flags.empty()) return flag_meaning(column, static_cast<int>(column.get(c)));
    return exact(column.get(c));
}

void print_csv(std::ostream& out, Results const& results)
{
    out << "fabric,interconnect,collective,algorithm,library,world_size,message_size(B)";
    for (auto const& column : cell_columns()) out << ',' << column_name(column);
    out << '\n';
    for (auto const& c : results.cells) {
        if (c.status == CellStatus::not_run) continue;
        for (auto const& [name, value] : asked(c)) out << quoted(value) << ',';
        out << c.world_size << ',' << c.bytes;
        for (auto const& column : cell_columns()) out << ',' << quoted(value_text(column, c));
        out << '\n';
    }
}

void print_json(std::ostream& out, Results const& results)
{
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (auto const& c : results.cells) {
        if (c.status == CellStatus::not_run) continue;
        nlohmann::ordered_json cell;
        for (auto const& [name, value] : asked(c)) cell[name] = value;
        cell["world_size"] = c.world_size;
        cell["message_size(B)"] = c.bytes;
        for (auto const& column : cell_columns()) {
            bool const number = column.type != ValueType::text && column.flags.empty();
            if (number)
                cell[column_name(column)] = column.get(c);
            else
                cell[column_name(column)] = value_text(column, c);
        }
        cells.push_back(std::move(cell));
    }
    nlohmann::ordered_json all;
    all["title"] = results.title;
    all["notes"] = results.notes;
    all["cells"] = std::move(cells);
    out << all.dump(2) << '\n';
}

}  // namespace

void print_table(std::ostream& out, Results const& results, TableFormat format)
{
    switch (format) {
        case TableFormat::table:
            return print_text(out, results);
        case TableFormat::csv:
            return print_csv(out, results);
        case TableFormat::json:
            return print_json(out, results);
    }
}

}  // namespace copperwall

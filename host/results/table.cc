#include <algorithm>
#include <cstdio>
#include <ostream>

#include "host/results/notes.h"
#include "host/results/table_cells.h"

namespace copperwall {

namespace {

constexpr std::int64_t kFloatBytes = 4;

bool is_size(AxisValue const& value)
{
    return value.axis->name == "message_size";
}

//! What every cell of one block of the table has in common: all axes but the message size.
std::string heading_of(Results const& results, std::size_t position)
{
    Cell const& c = results.cells[position];
    std::string heading = "# fabric " + c.fabric + ", interconnect " + c.interconnect + ", " +
                          c.collective_name() + " " + c.algorithm + ", " + std::to_string(c.ranks) +
                          " ranks, library " + c.library;
    if (c.gpus > c.world_size && c.world_size != 0)
        heading += ", domains of " + std::to_string(c.world_size) + " of " + std::to_string(c.gpus) + " gpus";
    constexpr std::size_t always = 5;  // fabric ... library
    auto const values = axis_values(results, position);
    for (std::size_t a = always; a < values.size(); ++a)
        if (!is_size(values[a]) && values[a].axis->name != "world_size")
            heading += ", " + values[a].axis->name + " " + values[a].text;
    return heading;
}

//! Elements as nccl-tests counts them: of the whole buffer, or of one rank's part of it.
std::int64_t element_count(Cell const& c)
{
    std::int64_t const elements = c.bytes / kFloatBytes;
    bool const of_one_peer = c.op == "all_to_all" || c.op == "all_gather" || c.op == "reduce_scatter";
    return of_one_peer ? elements / c.ranks : elements;
}

//! What the fabric costs and how much of a year's work it lets be done; typical, and 90 % of all draws.
std::string risk_of(Cell const& c)
{
    Band const& cost = c.risk.of[kCost];
    Band const& goodput = c.risk.of[kGoodput];
    Band const& with_gpus = c.risk.of[kGoodputWithGpus];
    double const kUSD = 1e-3 / std::max(1u, c.gpus);
    char line[256];
    std::snprintf(
        line, sizeof line,
        "# links and switches %.3g kUSD a gpu (%.3g..%.3g); goodput %.4f %% (%.4f..%.4f), with gpus "
        "failing %.3f %% (%.3f..%.3f)",
        kUSD * cost.typical, kUSD * cost.low, kUSD * cost.high, 100 * goodput.typical, 100 * goodput.low,
        100 * goodput.high, 100 * with_gpus.typical, 100 * with_gpus.low, 100 * with_gpus.high);
    return line;
}

void print_line(std::ostream& out, std::string const& line)
{
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
}

void print_columns(std::ostream& out)
{
    char line[256];
    std::snprintf(line, sizeof line, "#%11s %12s %6s %6s %12s %11s %11s %12s %12s %12s %26s %s", "size(B)",
                  "count", "type", "redop", "time(us)", "algbw(GB/s)", "busbw(GB/s)", "energy(J)", "pJ/bit",
                  "bound(us)", "range(us)", "bound-by");
    print_line(out, line);
}

void print_done(std::ostream& out, Cell const& c)
{
    std::string const ran = c.ran.empty() || c.ran == c.algorithm ? "" : c.ran;
    char line[256];
    std::snprintf(
        line, sizeof line,
        "%12lld %12lld %6s %6s %12.3f %11.2f %11.2f %12.6f %12.2f %12.3f %12.3f..%-12.3f %-13s %s%s%s",
        static_cast<long long>(c.bytes), static_cast<long long>(element_count(c)), "float",
        c.op == "all_reduce" || c.op == "reduce_scatter" ? "sum" : "none", c.time_us, c.algbw_GBps,
        c.busbw_GBps, c.energy.always_on_total_J(), c.pJ_per_bit, c.lower_bound_us, c.low_us, c.high_us,
        c.bound_by.c_str(), ran.c_str(), ran.empty() || !c.extrapolated ? "" : ", ",
        c.extrapolated ? "extrapolated" : "");
    print_line(out, line);
}

void print_undone(std::ostream& out, Cell const& c)
{
    char size[32];
    std::snprintf(size, sizeof size, "%12lld ", static_cast<long long>(c.bytes));
    out << size << (c.status == CellStatus::infeasible ? "infeasible: " : "failed: ") << c.reason << '\n';
}

//! Mean over the finished cells of one block, as nccl-tests ends.
class Average {
public:
    void add(Cell const& c)
    {
        if (c.status != CellStatus::done) return;
        sum_ += c.busbw_GBps;
        ++cells_;
    }
    void print_and_reset(std::ostream& out)
    {
        char line[64];
        std::snprintf(line, sizeof line, "# Avg bus bandwidth    : %.4f GB/s\n", sum_ / cells_);
        if (cells_ != 0) out << line;
        *this = {};
    }

private:
    double sum_ = 0;
    int cells_ = 0;
};

}  // namespace

void print_text(std::ostream& out, Results const& results)
{
    out << "# " << results.title << '\n'
        << "# size: bytes as nccl-tests counts them (all_to_all: total send buffer of a gpu); GB = 1e9 B; "
           "energy: always-on power of every link and switch x time\n"
        << "# bound: no algorithm of the kind (reduced in switches or in gpus) is faster; range: every "
           "latency at its low, "
           "its high\n";
    Average average;
    std::string heading, risk;
    for (std::size_t i = 0; i != results.cells.size(); ++i) {
        Cell const& c = results.cells[i];
        if (c.status == CellStatus::not_run) continue;
        if (auto const next = heading_of(results, i); next != heading) {
            average.print_and_reset(out);
            out << "#\n" << next << '\n';
            if (std::string const here = risk_of(c); c.status == CellStatus::done && here != risk)
                out << (risk = here) << '\n';
            print_columns(out);
            heading = next;
        }
        c.status == CellStatus::done ? print_done(out, c) : print_undone(out, c);
        average.add(c);
    }
    average.print_and_reset(out);
    for (auto const& note : all_notes(results)) out << "# note: " << note << '\n';
}

}  // namespace copperwall

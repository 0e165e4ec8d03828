//! Tables as users and scripts read them: the text whole, csv and json by their columns.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "sample_results.h"

namespace copperwall {
namespace {

std::string printed(Results const& results, TableFormat format)
{
    std::ostringstream out;
    print_table(out, results, format);
    return out.str();
}

//! 72 ranks, 73728 bytes in 2 us: algbw 36.864 GB/s, all_to_all busbw x 71/72 = 36.352 GB/s.
Cell finished()
{
    Cell c;
    c.fabric = "nvl72";
    c.interconnect = "cpo";
    c.op = "all_to_all";
    c.algorithm = "direct";
    c.library = "ideal";
    c.ranks = c.world_size = 72;
    c.bytes = 73728;
    c.status = CellStatus::done;
    c.time_us = 2;
    c.algbw_GBps = 36.864;
    c.busbw_GBps = 36.352;
    c.lower_bound_us = 0.5;
    c.closed_form_us = 1.25;
    c.low_us = 1.5;
    c.high_us = 3.25;
    c.bound_by = "phy";
    c.energy.always_on_J[0] = 0.125;
    c.energy.always_on_J[2] = 0.25;
    c.energy.switch_core_J = 0.125;
    c.pJ_per_bit = 94.5;
    c.gpus = 72;
    c.risk.of[kCost] = {7.2e5, 3.6e5, 1.44e6};
    c.risk.of[kGoodput] = {0.999, 0.998, 0.9995};
    c.risk.of[kGoodputWithGpus] = {0.99, 0.98, 0.995};
    return c;
}

Cell infeasible()
{
    Cell c = finished();
    sample::make_undone(c, CellStatus::infeasible, "copper, \"long\": 3 m past its reach of 2 m");
    c.bytes = 147456;
    return c;
}

Cell not_run()
{
    Cell c = finished();
    sample::make_undone(c, CellStatus::not_run, "interrupted");
    c.bytes = 294912;
    return c;
}

Results three_cells()
{
    using sample::labelled;
    using sample::numbered;
    Results r;
    r.title = "three cells";
    r.axes = {labelled("fabric", {"nvl72"}),          labelled("interconnect", {"cpo"}),
              labelled("collective", {"all_to_all"}), labelled("algorithm", {"direct"}),
              labelled("library", {"ideal"}),         labelled("lengths", {"exact"}),
              numbered("world_size", {72}, "1"),      numbered("message_size", {73728, 147456, 294912}, "B")};
    r.cells = {finished(), infeasible(), not_run()};
    r.notes = {"a note"};
    return r;
}

std::string const kLegend =
    "# three cells\n"
    "# size: bytes as nccl-tests counts them (all_to_all: total send buffer of a gpu); GB = 1e9 B; energy: "
    "always-on power of every link and switch x time\n"
    "# bound: no algorithm of the kind (reduced in switches or in gpus) is faster; range: every latency at "
    "its low, its "
    "high\n";

std::string const kColumns =
    "#    size(B)        count   type  redop     time(us) algbw(GB/s) busbw(GB/s)    energy(J)       pJ/bit"
    "    bound(us)                  range(us) bound-by\n";

std::string const kRisk =
    "# links and switches 10 kUSD a gpu (5..20); goodput 99.9000 % (99.8000..99.9500), with gpus failing "
    "99.000 % (98.000..99.500)\n";

// 73728 bytes are 18432 floats, 256 of them for each of 72 peers.
TEST(Table, GivesFiguresInTheOrderOfNcclTests)
{
    EXPECT_EQ(printed(three_cells(), TableFormat::table),
              kLegend +
                  "#\n# fabric nvl72, interconnect cpo, all_to_all direct, 72 ranks, library ideal, lengths "
                  "exact\n" +
                  kRisk + kColumns +
                  "       73728          256  float   none        2.000       36.86       36.35     0.500000"
                  "        94.50        0.500        1.500..3.250        phy\n"
                  "      147456 infeasible: copper, \"long\": 3 m past its reach of 2 m\n"
                  "# Avg bus bandwidth    : 36.3520 GB/s\n"
                  "# note: a note\n");
}

//! Blocks of one fabric have it once; one of another price says so.
TEST(Table, SaysWhatAFabricCostsWhereItBegins)
{
    auto results = three_cells();
    results.axes[5].labels = {"class", "exact"};
    results.axes[7].values = {73728};
    results.cells = {finished(), finished()};
    auto const once = printed(results, TableFormat::table);
    EXPECT_EQ(once.find(kRisk), once.rfind(kRisk));
    results.cells[1].risk.of[kCost].typical = 3.6e5;
    EXPECT_NE(printed(results, TableFormat::table).find("# links and switches 5 kUSD"), std::string::npos);
}

TEST(Table, CountsAllElementsOfAReduction)
{
    auto results = three_cells();
    results.cells[0].op = "all_reduce";
    auto const text = printed(results, TableFormat::table);
    EXPECT_NE(text.find("       73728        18432  float    sum "), std::string::npos) << text;
}

TEST(Table, MarksWhatLiesOutsideTheMeasuredRange)
{
    auto results = three_cells();
    results.cells[0].extrapolated = true;
    auto const text = printed(results, TableFormat::table);
    EXPECT_NE(text.find(" phy           extrapolated\n"), std::string::npos) << text;
}

// Two blocks: busbw 36.352 alone, then 10 and 30.
TEST(Table, AveragesEachBlockAlone)
{
    auto results = three_cells();
    results.axes[5].labels = {"class", "exact"};
    results.axes[7].values = {73728, 147456};
    results.cells = {finished(), infeasible(), finished(), finished()};
    results.cells[2].busbw_GBps = 10;
    results.cells[3].busbw_GBps = 30;
    auto const text = printed(results, TableFormat::table);
    EXPECT_NE(text.find("lengths class\n"), std::string::npos) << text;
    EXPECT_NE(text.find("# Avg bus bandwidth    : 36.3520 GB/s\n#\n"), std::string::npos) << text;
    EXPECT_NE(text.find("lengths exact\n"), std::string::npos) << text;
    EXPECT_NE(text.find("# Avg bus bandwidth    : 20.0000 GB/s\n"), std::string::npos) << text;
}

//! Fields of a line of csv without quoted commas.
std::vector<std::string> fields(std::string const& line)
{
    std::vector<std::string> all(1);
    bool inside = false;
    for (char const c : line) {
        if (c == '"') inside = !inside;
        if (c == ',' && !inside)
            all.emplace_back();
        else
            all.back() += c;
    }
    return all;
}

std::vector<std::vector<std::string>> rows_of(std::string const& csv)
{
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) rows.push_back(fields(line));
    return rows;
}

std::string field(std::vector<std::vector<std::string>> const& rows, std::size_t row, std::string const& name)
{
    auto const& names = rows.at(0);
    for (std::size_t i = 0; i != names.size(); ++i)
        if (names[i] == name) return rows.at(row).at(i);
    return "no column " + name;
}

TEST(Csv, NamesEveryAxisAndUnit)
{
    auto results = three_cells();
    results.cells[0].time_us = 2.1;
    auto const rows = rows_of(printed(results, TableFormat::csv));
    ASSERT_EQ(rows.size(), 3u);  // names, done, infeasible
    EXPECT_EQ(field(rows, 1, "interconnect"), "cpo");
    EXPECT_EQ(field(rows, 1, "lengths"), "exact");
    EXPECT_EQ(field(rows, 1, "world_size"), "72");
    EXPECT_EQ(field(rows, 1, "message_size(B)"), "73728");
    EXPECT_EQ(field(rows, 1, "status"), "done");
    EXPECT_EQ(field(rows, 1, "time(us)"), "2.1");
    EXPECT_EQ(field(rows, 1, "energy_always_on(J)"), "0.5");
    EXPECT_EQ(field(rows, 1, "energy_per_bit(pJ/bit)"), "94.5");
    EXPECT_EQ(field(rows, 1, "bound_by"), "phy");
}

TEST(Csv, LeavesFiguresEmptyAndQuotesTheReasonWhereNotDone)
{
    auto const rows = rows_of(printed(three_cells(), TableFormat::csv));
    EXPECT_EQ(field(rows, 2, "status"), "infeasible");
    EXPECT_EQ(field(rows, 2, "reason"), "\"copper, \"\"long\"\": 3 m past its reach of 2 m\"");
    EXPECT_EQ(field(rows, 2, "time(us)"), "");
    EXPECT_EQ(field(rows, 2, "energy_always_on(J)"), "");
}

TEST(Json, CarriesTheSameFiguresAtFullPrecision)
{
    auto results = three_cells();
    double const odd = 2.0 / 3;
    results.cells[0].lower_bound_us = odd;
    auto const all = nlohmann::json::parse(printed(results, TableFormat::json));
    EXPECT_EQ(all["title"], "three cells");
    EXPECT_EQ(all["notes"][0], "a note");
    ASSERT_EQ(all["cells"].size(), 2u);
    auto const& cell = all["cells"][0];
    EXPECT_EQ(cell["lengths"], "exact");
    EXPECT_EQ(cell["world_size"], 72);
    EXPECT_EQ(cell["message_size(B)"], 73728);
    EXPECT_EQ(cell["lower_bound(us)"].get<double>(), odd);
    EXPECT_EQ(cell["status"], "done");
    EXPECT_TRUE(all["cells"][1]["time(us)"].is_null());
    EXPECT_EQ(all["cells"][1]["reason"], "copper, \"long\": 3 m past its reach of 2 m");
}

}  // namespace
}  // namespace copperwall

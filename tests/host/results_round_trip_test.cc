//! What is written is read back, figure by figure, through the schema's own columns.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <set>

#include "host/results/schema.h"
#include "sample_results.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

Results through_file(Results const& results)
{
    fs::path const file =
        fs::temp_directory_path() / ("copperwall_round_" + std::to_string(::getpid()) + ".h5");
    write_hdf5(file, results);
    Results read = read_hdf5(file);
    fs::remove(file);
    return read;
}

bool same(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

template <class Row>
void expect_same_rows(std::span<Column<Row> const> columns, std::vector<Row> const& wrote,
                      std::vector<Row> const& read)
{
    ASSERT_EQ(wrote.size(), read.size());
    for (auto const& column : columns)
        for (std::size_t i = 0; i != wrote.size(); ++i) {
            if (column.type == ValueType::text)
                EXPECT_EQ(column.text(wrote[i]), column.text(read[i])) << column.name << ' ' << i;
            else
                EXPECT_TRUE(same(column.get(wrote[i]), column.get(read[i]))) << column.name << ' ' << i;
        }
}

void expect_same_question(Cell const& a, Cell const& b)
{
    EXPECT_EQ(a.fabric, b.fabric);
    EXPECT_EQ(a.interconnect, b.interconnect);
    EXPECT_EQ(a.op, b.op);
    EXPECT_EQ(a.algorithm, b.algorithm);
    EXPECT_EQ(a.library, b.library);
    EXPECT_EQ(a.world_size, b.world_size);
    EXPECT_EQ(a.bytes, b.bytes);
}

void expect_same_timeline(Cell const& a, Cell const& b)
{
    expect_same_rows(timeline_columns(), a.timeline, b.timeline);
    for (std::size_t i = 0; i != a.timeline.size(); ++i) {
        EXPECT_EQ(a.timeline[i].step, b.timeline[i].step);
        EXPECT_EQ(a.timeline[i].link_class, b.timeline[i].link_class);
    }
}

TEST(RoundTrip, KeepsEveryFigureOfEveryCellOfAStudy)
{
    Results const wrote = sample::study("nccl_blackwell");
    Results const read = through_file(wrote);
    ASSERT_EQ(read.cells.size(), 1152u);
    expect_same_rows(cell_columns(), wrote.cells, read.cells);
    expect_same_rows(cell_run_columns(), wrote.cells, read.cells);
    for (std::size_t i = 0; i != wrote.cells.size(); ++i) {
        expect_same_question(wrote.cells[i], read.cells[i]);
        expect_same_timeline(wrote.cells[i], read.cells[i]);
    }
}

TEST(RoundTrip, KeepsTheTimelineOfASingleCell)
{
    Results const wrote = sample::run(65536, 65536);
    Results const read = through_file(wrote);
    ASSERT_EQ(read.cells.size(), 1u);
    ASSERT_EQ(wrote.cells[0].timeline.size(), 2u * 142);  // both classes in each of 2 (72 - 1) steps
    expect_same_timeline(wrote.cells[0], read.cells[0]);
}

TEST(RoundTrip, LeavesOutTimelinesThatAreTooLong)
{
    Results wrote = sample::run(256, 1024);
    wrote.cells[0].steps = 4097;
    Results const read = through_file(wrote);
    EXPECT_TRUE(read.cells[0].timeline.empty());
    EXPECT_EQ(read.cells[1].timeline.size(), wrote.cells[1].timeline.size());
}

TEST(RoundTrip, KeepsAxesOfTheStudyAlone)
{
    Results wrote = sample::run(256, 1024);
    wrote.axes.insert(wrote.axes.begin() + 5, sample::labelled("lengths", {"class", "exact"}));
    wrote.axes.insert(wrote.axes.begin() + 6, sample::numbered("skew", {0.5, 1.5, 2.5}, "ns"));
    auto const two = wrote.cells;
    while (wrote.cells.size() < 12) wrote.cells.insert(wrote.cells.end(), two.begin(), two.end());
    for (std::size_t i = 0; i != wrote.cells.size(); ++i) wrote.cells[i].hops = static_cast<std::int64_t>(i);
    Results const read = through_file(wrote);
    ASSERT_EQ(read.axes.size(), wrote.axes.size());
    for (std::size_t a = 0; a != read.axes.size(); ++a) {
        EXPECT_EQ(read.axes[a].name, wrote.axes[a].name);
        EXPECT_EQ(read.axes[a].labels, wrote.axes[a].labels);
        EXPECT_EQ(read.axes[a].values, wrote.axes[a].values);
        EXPECT_EQ(read.axes[a].units, wrote.axes[a].units);
    }
    for (std::size_t i = 0; i != 12; ++i) EXPECT_EQ(read.cells[i].hops, static_cast<std::int64_t>(i));
}

TEST(RoundTrip, KeepsFabricsAndNamesThemInCells)
{
    Results const wrote = sample::run();
    Results const read = through_file(wrote);
    ASSERT_EQ(read.fabrics.size(), 1u);
    Fabric const& a = wrote.fabrics[0];
    Fabric const& b = read.fabrics[0];
    expect_same_rows(fabric_columns(), wrote.fabrics, read.fabrics);
    expect_same_rows(link_class_columns(), a.classes, b.classes);
    expect_same_rows(node_columns(), a.nodes, b.nodes);
    EXPECT_EQ(a.lengths_m, b.lengths_m);
    EXPECT_EQ(a.notes, b.notes);
    EXPECT_EQ(a.classes[1].name, b.classes[1].name);
    EXPECT_EQ(read.cells[0].topology, topology_hash(a));
}

TEST(RoundTrip, KeepsRisksOfFabrics)
{
    Results wrote = sample::run(256, 256);
    wrote.risk = {
        {"nvl72", "cpo", "job.spare_trays 2", 72, 1152, "copper", sample::risks(1), sample::risks(-7)},
        {"nvl72", "copper", "", 72, 72, "copper", sample::risks(20), {}}};
    Results const read = through_file(wrote);
    ASSERT_EQ(read.risk.size(), 2u);
    expect_same_rows(risk_columns(), wrote.risk, read.risk);
    EXPECT_EQ(read.risk[0].setting, "job.spare_trays 2");
    EXPECT_EQ(read.risk[0].difference.of[kGoodput].low, -7 + kGoodput - 0.25);
    EXPECT_EQ(read.risk[1].risk.of[kCost].high, 20.25);
}

TEST(RoundTrip, KeepsReachAndMeasuredTimes)
{
    Results wrote = sample::run(256, 256);
    wrote.reach = {{"spine", "AWG26", "PAM4", 200, 2, 1.8, 2.5}, {"spine", "AWG30", "PAM8", 400, 0, 0, 0.1}};
    wrote.measured = {{"all_reduce", 72, 1 << 20, 37.5, "a paper, table 2", 72, "a machine", "its library",
                       "in passing", 55.1, "", std::nan(""), std::nan("")},
                      {"EP64", 64, 1 << 20, 40, "a log", 72, "another", "a kernel", "", 25.8,
                       "nvl72, copper, direct", 44, 23.5}};
    Results const read = through_file(wrote);
    expect_same_rows(reach_columns(), wrote.reach, read.reach);
    expect_same_rows(measured_columns(), wrote.measured, read.measured);
    EXPECT_EQ(read.reach[1].modulation, "PAM8");
    EXPECT_EQ(read.measured[0].source, "a paper, table 2");
    EXPECT_TRUE(std::isnan(read.measured[0].simulated_us));
    EXPECT_EQ(read.measured[1].simulated_us, 44);
}

TEST(RoundTrip, HasNoTablesOfWhatIsNotThere)
{
    Results const read = through_file(sample::run(256, 256));
    EXPECT_TRUE(read.risk.empty());
    EXPECT_TRUE(read.reach.empty());
    EXPECT_TRUE(read.measured.empty());
}

TEST(RoundTrip, KeepsWhatACollectiveIsCalledAndWhereItRan)
{
    Results wrote = sample::run(256, 256);
    EXPECT_EQ(wrote.cells[0].collective_name(), "all_reduce");
    for (Axis& axis : wrote.axes)
        if (axis.name == "collective") axis.labels[0] = "ep256 zipf 0.6";
    wrote.cells[0].gpus = 1152;
    wrote.fabrics[0].domain_gpus = 144;
    Results const read = through_file(wrote);
    EXPECT_EQ(read.cells[0].collective_name(), "ep256 zipf 0.6");
    EXPECT_EQ(read.cells[0].op, "all_reduce");
    EXPECT_EQ(read.cells[0].gpus, 1152u);
    EXPECT_EQ(read.fabrics[0].domain_gpus, 144u);
    EXPECT_EQ(read.fabrics[0].classes[0].switch_core_pJ_per_bit, sample::kSwitchCore_pJ_per_bit);
    // cpo: 1.0 pJ/bit of laser at both ends, half of each, at 0.4 Tb/s
    EXPECT_DOUBLE_EQ(read.fabrics[0].classes[0].power.full_W[2], 0.4);
    EXPECT_DOUBLE_EQ(read.fabrics[0].classes[0].power.idle_W[2], 0.36);
}

TEST(RoundTrip, StoresEqualFabricsOnce)
{
    Results wrote = sample::run(256, 256);
    wrote.fabrics.push_back(wrote.fabrics[0]);
    EXPECT_EQ(through_file(wrote).fabrics.size(), 1u);
}

TEST(RoundTrip, KeepsInputsToTheByte)
{
    Results wrote = sample::run(256, 256);
    wrote.files["a folder/b.toml"] = "# 2 \xc2\xb5s, \ttab\r\n\n";
    wrote.files["empty.toml"] = "";
    Results const read = through_file(wrote);
    EXPECT_EQ(read.files, wrote.files);
    EXPECT_EQ(read.seed, 42u);
    EXPECT_EQ(read.title, wrote.title);
    EXPECT_EQ(read.kind, "run");
    EXPECT_EQ(read.notes, wrote.notes);
    EXPECT_EQ(read.status, CellStatus::done);
    expect_same_rows(run_columns(), {wrote.run}, {read.run});
}

TEST(RoundTrip, KeepsAStudyOfWhichNothingRan)
{
    Results wrote = sample::run(256, 1024);
    for (auto& cell : wrote.cells) sample::make_undone(cell, CellStatus::not_run, "interrupted");
    wrote.status = CellStatus::not_run;
    wrote.notes.clear();
    Results const read = through_file(wrote);
    EXPECT_EQ(read.status, CellStatus::not_run);
    EXPECT_TRUE(read.notes.empty());
    EXPECT_EQ(read.cells[1].reason, "interrupted");
    EXPECT_TRUE(std::isnan(read.cells[1].time_us));
}

TEST(Outputs, AreListedOnceWithUnitAndMeaning)
{
    std::set<std::string> names;
    for (auto const& o : outputs()) {
        EXPECT_TRUE(names.insert(o.group + "/" + o.name).second) << o.group << '/' << o.name;
        EXPECT_FALSE(o.description.empty()) << o.name;
        EXPECT_EQ(o.units.empty(), o.type == ValueType::text) << o.name;
    }
    auto const text = outputs_text();
    EXPECT_TRUE(text.starts_with("/entry\n  title")) << text.substr(0, 40);
    EXPECT_NE(text.find("\n/entry/sweep\n"), std::string::npos);
    EXPECT_NE(text.find("from the launch to the last byte's arrival\n"), std::string::npos);
}

}  // namespace
}  // namespace copperwall

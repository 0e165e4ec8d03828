#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "host/report/bars.h"
#include "host/report/curves.h"
#include "host/report/report.h"
#include "picture.h"
#include "sample_results.h"
#include "xml.h"

namespace copperwall {
namespace {

using picture::of_class;
using picture::points;
using picture::position;
using xml::Element;

std::vector<Element const*> panels(Element const& root)
{
    return xml::all(root, [](Element const& e) { return e.name == "g" && e.has("class", "panel"); });
}

TEST(BusbwPicture, HasAPanelForEveryFabricAndAlgorithm)
{
    auto const picture = xml::parse(busbw_svg(sample::study()));
    EXPECT_EQ(panels(picture).size(), 6u) << "2 fabrics x 3 algorithms";
    for (auto const* title :
         {"hgx_b200: all_reduce, ring", "hgx_b200: all_reduce, two_shot", "hgx_b200: all_to_all, direct",
          "nvl72: all_reduce, ring", "nvl72: all_reduce, two_shot", "nvl72: all_to_all, direct"}) {
        EXPECT_EQ(xml::texts(picture, title).size(), 1u) << title;
    }
}

TEST(BusbwPicture, LeavesOutWhatHasOneSizeAndSaysSo)
{
    auto results = sample::study();
    std::int64_t kept = 0;
    for (auto& cell : results.cells) {
        if (cell.algorithm != "direct" || cell.status == CellStatus::not_run) continue;
        if (kept == 0) kept = cell.bytes;
        if (cell.bytes != kept) cell.status = CellStatus::not_run;
    }
    std::string const svg = busbw_svg(results);
    EXPECT_EQ(panels(xml::parse(svg)).size(), 4u) << "2 fabrics x 2 algorithms";
    EXPECT_NE(svg.find("2 fabrics and collectives of one size each are left out"), std::string::npos);
    for (auto& cell : results.cells)
        if (cell.bytes != kept) cell.status = CellStatus::not_run;
    EXPECT_EQ(panels(xml::parse(busbw_svg(results))).size(), 6u) << "where no panel has more, all are there";
}

TEST(BusbwPicture, HasAUnitOnEveryAxis)
{
    auto const picture = xml::parse(busbw_svg(sample::study()));
    for (auto const* panel : panels(picture)) {
        EXPECT_EQ(xml::texts(*panel, "message size (B, binary units)").size(), 1u);
        EXPECT_EQ(xml::texts(*panel, "bus bandwidth (GB/s)").size(), 1u);
    }
}

TEST(BusbwPicture, DrawsACurveForEveryFeasibleInterconnectAndOneBound)
{
    auto const picture = xml::parse(busbw_svg(sample::study()));
    auto const all = panels(picture);
    for (std::size_t i = 0; i < all.size(); ++i) {
        bool const nvl72 = i >= 3;  // board_trace does not reach there
        EXPECT_EQ(of_class(*all[i], "curve").size(), nvl72 ? 3u : 4u);
        EXPECT_EQ(of_class(*all[i], "bound").size(), 1u);
    }
}

TEST(BusbwPicture, SaysWhyACurveIsMissing)
{
    auto const picture = xml::parse(busbw_svg(sample::study()));
    std::string notes;
    for (auto const* text : xml::named(*panels(picture).at(3), "text")) {
        if (text->has("fill", "#9c2b00")) notes += (notes.empty() ? "" : " ") + text->text;
    }
    EXPECT_EQ(
        notes,
        "board_trace: infeasible (board_trace reaches 0.5 m, but 2592 links of rack are up to 1.3 m long)");
}

//! Places are read off the picture's own tick labels and interpolated here.
TEST(BusbwPicture, PutsEveryPointWhereItsTicksSay)
{
    auto const results = sample::run();
    auto const picture = xml::parse(busbw_svg(results));
    auto const& panel = *panels(picture).at(0);
    double const x256 = position(panel, "256 B", "x"), x1m = position(panel, "1 MiB", "x");
    double const y1 = position(panel, "1", "y"), y100 = position(panel, "100", "y");
    auto const curve = points(*of_class(panel, "curve").at(0));
    auto const bound = points(*of_class(panel, "bound").at(0));
    ASSERT_EQ(curve.size(), results.cells.size());
    ASSERT_EQ(bound.size(), results.cells.size());
    double const label_drop = 4;  // a tick's label stands that much below its tick
    for (std::size_t i = 0; i < curve.size(); ++i) {
        auto const& cell = results.cells[i];
        double const octaves = std::log2(static_cast<double>(cell.bytes) / 256);
        double const x = x256 + (x1m - x256) * octaves / 12;
        auto const y_of = [&](double GBps) { return y1 + (y100 - y1) * std::log10(GBps) / 2 - label_drop; };
        EXPECT_NEAR(curve[i].first, x, 0.02);
        EXPECT_NEAR(curve[i].second, y_of(cell.busbw_GBps), 0.02);
        double const factor = 2.0 * 71 / 72;
        double const bound_GBps = factor * static_cast<double>(cell.bytes) / (1e3 * cell.lower_bound_us);
        EXPECT_NEAR(bound[i].second, y_of(bound_GBps), 0.02);
    }
}

TEST(BusbwPicture, SharesOneScaleAmongItsPanels)
{
    auto const picture = xml::parse(busbw_svg(sample::study()));
    auto const all = panels(picture);
    for (auto const* panel : all) {
        double const decade = position(*panel, "10", "y") - position(*panel, "100", "y");
        double const first = position(*all[0], "10", "y") - position(*all[0], "100", "y");
        EXPECT_NEAR(decade, first, 0.02);
    }
}

TEST(BusbwPicture, DrawsABandOnlyWhereLowAndHighDiffer)
{
    auto results = sample::run();
    EXPECT_EQ(xml::named(xml::parse(busbw_svg(results)), "polygon").size(), 1u);
    for (auto& cell : results.cells) cell.low_us = cell.high_us = cell.time_us;
    EXPECT_EQ(xml::named(xml::parse(busbw_svg(results)), "polygon").size(), 0u);
}

TEST(BusbwPicture, EndsACurveWhereItFails)
{
    auto results = sample::run();
    for (std::size_t i = 8; i < results.cells.size(); ++i) {
        sample::make_undone(results.cells[i], CellStatus::failed, "out of memory");
    }
    auto const picture = xml::parse(busbw_svg(results));
    EXPECT_EQ(points(*of_class(picture, "curve").at(0)).size(), 8u);
    EXPECT_EQ(xml::texts(picture, "cpo: failed from 16 MiB (out of memory)").size(), 1u);  // 256 x 4^8
}

TEST(BusbwPicture, StandsWithNothingDone)
{
    auto results = sample::run();
    for (auto& cell : results.cells) sample::make_undone(cell, CellStatus::infeasible, "too long");
    auto const picture = xml::parse(busbw_svg(results));
    EXPECT_TRUE(of_class(picture, "curve").empty());
    EXPECT_EQ(xml::texts(picture, "cpo: infeasible (too long)").size(), 1u);
}

TEST(BusbwPicture, RefusesCellsThatDoNotFillTheAxes)
{
    auto results = sample::run();
    results.cells.pop_back();
    try {
        busbw_svg(results);
        FAIL();
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(error.what(), "results hold 11 cells, the axes ask for 12");
    }
}

TEST(AddedTimePicture, ComparesWithTheFastestAtThatSize)
{
    auto const results = sample::study();
    auto const picture = xml::parse(added_time_svg(results));
    auto const& panel = *panels(picture).at(3);  // nvl72, ring: passive_copper, dsp_pluggable, cpo
    auto const curves = of_class(panel, "curve");
    ASSERT_EQ(curves.size(), 3u);
    double const y0 = position(panel, "0", "y") - 4, y100 = position(panel, "100", "y") - 4;
    // 142 steps at 256 B: copper 2 x (50 + 6.5 + 65) + 5.44 ns each, DSP 2 x 175 ns more; serialisation the
    // same.
    double const bytes_us = 2.0 * 71 / 72 * 256 / 900e3;
    double const copper_us = 142 * (2 * 121.5 + 5.44) * 1e-3 + bytes_us;
    double const added = 142 * 2 * 175e-3 / copper_us;
    EXPECT_NEAR(points(*curves[0]).at(0).second, y0, 0.02) << "the fastest adds nothing";
    EXPECT_NEAR(points(*curves[1]).at(0).second, y0 + (y100 - y0) * added, 0.02);
}

TEST(BreakdownPicture, CutsEachBarInProportion)
{
    auto const results = sample::run(65536, 65536);
    auto const picture = xml::parse(breakdown_svg(results));
    auto const bars =
        xml::all(picture, [](Element const& e) { return e.name == "rect" && !e.children.empty(); });
    auto const& b = results.cells.at(0).breakdown;
    std::vector<double> const parts = {b.serialisation_us, b.phy_us,    b.added_us,
                                       b.propagation_us,   b.switch_us, b.queueing_us};
    ASSERT_EQ(bars.size(), parts.size()) << "ideal library: no software";
    double const left = position(picture, "0", "x"), right = position(picture, "100", "x");
    double at = left;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        double const width = (right - left) * parts[i] / b.total_us();
        EXPECT_NEAR(bars[i]->number("x"), at, 0.05);
        EXPECT_NEAR(bars[i]->number("width"), width, 0.05);
        at += width;
    }
    EXPECT_NEAR(at, right, 0.05);
}

TEST(BreakdownPicture, NamesInfeasibleInterconnects)
{
    auto const picture = xml::parse(breakdown_svg(sample::study()));
    EXPECT_EQ(xml::texts(picture, "infeasible").size(), 12u) << "nvl72: 3 panels x 4 sizes";
}

TEST(EnergyPicture, ShowsTheSwitchCoreLast)
{
    auto const results = sample::run(65536, 65536);
    auto const picture = xml::parse(energy_svg(results));
    auto const bars =
        xml::all(picture, [](Element const& e) { return e.name == "rect" && !e.children.empty(); });
    ASSERT_FALSE(bars.empty());
    auto const& energy = results.cells.at(0).energy;
    double total = energy.switch_core_J;
    for (double const joules : energy.always_on_J) total += joules;
    double const left = position(picture, "0", "x"), right = position(picture, "100", "x");
    EXPECT_NEAR(bars.back()->number("width"), (right - left) * energy.switch_core_J / total, 0.05);
}

}  // namespace
}  // namespace copperwall

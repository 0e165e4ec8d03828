//! Measured machines beside the model: points where the ticks say, and a table of every row.

#include <gtest/gtest.h>

#include <cmath>

#include "host/report/measured.h"
#include "host/report/page.h"
#include "picture.h"
#include "sample_results.h"
#include "xml.h"

namespace copperwall {
namespace {

using picture::of_class;
using picture::points;
using picture::position;

//! Twice simulated: 100 GB/s measured and 80 simulated at 1 MiB, 200 and 250 at 4 MiB; and once not.
Results three_rows()
{
    Results results = sample::run(256, 256);
    results.measured = {{"all_reduce", 72, 1 << 22, 40, "log 1", 72, "a rack", "its library", "as told", 200,
                         "nvl72, copper, ring", 32, 250},
                        {"all_reduce", 72, 1 << 20, 20, "log 1", 72, "a rack", "its library", "as told", 100,
                         "nvl72, copper, ring", 25, 80},
                        {"all_reduce", 144, 1 << 20, 50, "log 2", 72, "two racks", "its library", "", 40, "",
                         std::nan(""), std::nan("")}};
    return results;
}

TEST(MeasuredPanels, HoldWhatIsSimulatedBySize)
{
    auto const results = three_rows();
    auto const panels = measured_panels(results);
    ASSERT_EQ(panels.size(), 1u);
    EXPECT_EQ(panels[0].title, "all_reduce over 72 gpus of a rack");
    EXPECT_EQ(panels[0].subtitle, "simulated: nvl72, copper, ring");
    ASSERT_EQ(panels[0].series.size(), 1u);
    ASSERT_EQ(panels[0].series[0].rows.size(), 2u);
    EXPECT_EQ(panels[0].series[0].rows[0]->bytes, 1 << 20);
    EXPECT_DOUBLE_EQ(panels[0].least, 0.8);
    EXPECT_DOUBLE_EQ(panels[0].most, 1.25);
}

TEST(MeasuredPicture, PutsPointsWhereItsTicksSay)
{
    auto const picture = xml::parse(measured_svg(three_rows()));
    auto const& panel = *of_class(picture, "panel").at(0);
    double const y0 = position(panel, "0", "y"), y100 = position(panel, "100", "y");
    auto const curve = points(*of_class(panel, "curve").at(0));
    ASSERT_EQ(curve.size(), 2u);
    EXPECT_NEAR(curve[1].second - curve[0].second, 1.7 * (y100 - y0), 0.02) << "from 80 to 250 GB/s";
    EXPECT_NEAR(curve[0].first, position(panel, "1 MiB", "x"), 0.02);
    EXPECT_EQ(of_class(panel, "measured").size(), 2u);
    EXPECT_EQ(xml::texts(panel, "simulated over measured time: 0.800 to 1.25").size(), 1u);
    EXPECT_EQ(xml::texts(picture, "measured: its library").size(), 1u);
    EXPECT_EQ(xml::texts(picture, "all_reduce, its library: as told.").size(), 1u);
}

TEST(MeasuredPicture, IsLeftOutWhereNothingIsSimulated)
{
    auto results = three_rows();
    results.measured.erase(results.measured.begin(), results.measured.begin() + 2);
    EXPECT_EQ(measured_svg(results), "");
    EXPECT_NE(measured_table(results), "");
    EXPECT_EQ(measured_table(sample::run(256, 256)), "");
}

//! Cells of a table that hold this text alone.
std::size_t cells(xml::Element const& table, std::string const& text)
{
    return xml::all(table, [&](auto const& e) { return e.name == "td" && e.text == text; }).size();
}

TEST(MeasuredTable, NamesEverySourceAndHowFarTheModelIs)
{
    auto const table = xml::parse(measured_table(three_rows()));
    EXPECT_EQ(cells(table, "log 1"), 2u);
    EXPECT_EQ(cells(table, "log 2"), 1u);
    EXPECT_EQ(cells(table, "25.0"), 2u) << "25 us simulated, which is 25 % more than 20";
    EXPECT_EQ(cells(table, "-20.0"), 1u);
    EXPECT_EQ(cells(table, "-"), 3u) << "nothing simulated on two racks";
}

}  // namespace
}  // namespace copperwall

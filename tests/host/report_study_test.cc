//! The pictures of a world-size study: numbers drawn against numbers worked out by hand.

#include <gtest/gtest.h>

#include <cmath>
#include <iterator>
#include <sstream>

#include "host/report/power.h"
#include "host/report/reach.h"
#include "host/report/report.h"
#include "host/report/world_size.h"
#include "picture.h"
#include "sample_world_size.h"
#include "xml.h"

namespace copperwall {
namespace {

using picture::of_class;
using picture::points;
using picture::position;
using xml::Element;

constexpr double kLabelDrop = 4;  //!< a tick's label stands that much below its tick

std::vector<std::string> hovers(Element const& root, std::string const& element)
{
    std::vector<std::string> all;
    for (auto const* e : xml::named(root, element))
        for (auto const& child : e->children)
            if (child.name == "title") all.push_back(child.text);
    return all;
}

bool any_contains(std::vector<std::string> const& texts, std::string const& part)
{
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string const& text) { return text.find(part) != std::string::npos; });
}

WorldSizeSeries const& series(WorldSizePanel const& panel, std::string const& family)
{
    for (auto const& s : panel.series)
        if (s.family == family) return s;
    throw std::out_of_range(family);
}

TEST(InterconnectLabel, LosesItsOversubscription)
{
    EXPECT_EQ(interconnect_label("copper + CPO 8:1").family, "copper + CPO");
    EXPECT_EQ(interconnect_label("copper + CPO 8:1").oversubscription, 8u);
    EXPECT_EQ(interconnect_label("copper + CPO").family, "copper + CPO");
    EXPECT_EQ(interconnect_label("copper + CPO").oversubscription, 1u);
    for (std::string const whole : {"all CPO", "cpo", "2:1", "a b:1", "a :1"})
        EXPECT_EQ(interconnect_label(whole).family, whole);
}

//! Hierarchical takes 1440000 / 72 = 20000 us at 72, as ring does everywhere; beyond 72 it is faster.
TEST(WorldSizePoints, AreBestTimesOverTheFamilysOwnAt72)
{
    auto const panels = world_size_panels(sample::world_size_study({8, 72, 144}, {1 << 16, 1 << 26}));
    ASSERT_EQ(panels.size(), 2u);
    EXPECT_EQ(panels[0].title, "all_reduce, 64 KiB");
    EXPECT_EQ(panels[1].title, "all_reduce, 64 MiB");
    auto const& copper = series(panels[0], "copper + CPO").points;
    ASSERT_EQ(copper.size(), 3u);
    EXPECT_NEAR(copper[0].ratio, 1, 1e-12) << "ring, not 180000 us of hierarchical";
    EXPECT_NE(copper[0].hover.find("ring"), std::string::npos);
    EXPECT_NEAR(copper[1].ratio, 1, 1e-12);
    EXPECT_NEAR(copper[2].ratio, 0.5, 1e-12);
    EXPECT_NE(copper[2].hover.find("hierarchical"), std::string::npos);
    auto const& light = series(panels[0], "all CPO").points;
    EXPECT_NEAR(light[0].ratio, 20000.0 / 18000, 1e-12);
    EXPECT_NEAR(light[2].ratio, 0.5, 1e-12) << "over its own 18000 us";
}

TEST(WorldSizePoints, HaveABandToTheMostOversubscribed)
{
    auto const panels = world_size_panels(sample::world_size_study({72, 144, 1152}, {1 << 16}));
    auto const& copper = series(panels.at(0), "copper + CPO").points;
    EXPECT_NEAR(copper[1].low, 0.5, 1e-12);
    EXPECT_NEAR(copper[1].high, 0.5 * (1 + 7.0 / 8), 1e-12) << "8:1, seven eighths of the job outside";
    EXPECT_NEAR(copper[2].low, copper[2].high, 1e-12) << "nothing is outside";
    EXPECT_NEAR(copper[2].ratio, 1.0 / 16, 1e-12);
    EXPECT_FALSE(copper[1].extrapolated);
    EXPECT_TRUE(copper[2].extrapolated);
}

//! The words of the line that begins with `family`.
std::vector<std::string> row_of(std::string const& table, std::string const& family)
{
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("  " + family + " ", 0) != 0) continue;
        std::istringstream words(line.substr(family.size() + 2));
        return {std::istream_iterator<std::string>(words), {}};
    }
    return {};
}

// The times of the tests above: 20,000 us at 72; of copper half at 144, 8:1 15/16 of it, a sixteenth at
// 1,152.
TEST(WorldSizeText, HasTheSamePointsInRows)
{
    using Words = std::vector<std::string>;
    auto const text = world_size_text(sample::world_size_study({72, 144, 1152}, {1 << 16}));
    EXPECT_NE(text.find("\nall_reduce, 64 KiB: "), std::string::npos) << text;
    EXPECT_EQ(row_of(text, "copper + CPO"), (Words{"20000", "us", "1.00", "0.500..0.938", "0.0625~"}))
        << text;
    EXPECT_EQ(row_of(text, "all CPO"), (Words{"18000", "us", "1.00", "0.500", "0.0625~"})) << text;
    EXPECT_EQ(row_of(text, "all copper"), (Words{"20000", "us", "1.00", "infeasible", "infeasible"})) << text;
}

// Columns wide enough for any band: no two cells run together.
TEST(WorldSizeText, KeepsBandsApart)
{
    auto const text = world_size_text(sample::world_size_study({72, 576, 864, 1152}, {1 << 16}));
    auto const row = row_of(text, "copper + CPO");
    ASSERT_EQ(row.size(), 6u) << text;
    EXPECT_EQ(row[3], "0.125..0.188") << text;
    EXPECT_EQ(row[4], "0.0833..0.104~") << text;
}

TEST(WorldSizeText, IsEmptyWhereNoWorldSizeIsCompared)
{
    EXPECT_EQ(world_size_text(sample::world_size_study({72}, {1 << 16})), "");
}

TEST(WorldSizePoints, EndWhereCopperDoesNotReach)
{
    auto const panels = world_size_panels(sample::world_size_study({8, 72, 144, 576}, {1 << 16}));
    auto const& copper = series(panels.at(0), "all copper");
    EXPECT_EQ(copper.points.size(), 2u);
    EXPECT_EQ(copper.infeasible, (std::vector<double>{144, 576}));
}

TEST(WorldSizePoints, BoundIsTheLeastOfAllInterconnects)
{
    auto const panels = world_size_panels(sample::world_size_study({72, 144}, {1 << 16}));
    ASSERT_EQ(panels.at(0).bound.size(), 2u);
    EXPECT_NEAR(panels[0].bound[1].second, 1000.0 / 20000, 1e-12) << "copper's time at 72 is the longest";
}

TEST(WorldSizePoints, NeedAReferenceAndMoreThanOneWorldSize)
{
    EXPECT_TRUE(world_size_panels(sample::world_size_study({72}, {1 << 16})).empty());
    EXPECT_TRUE(world_size_panels(sample::world_size_study({144, 288}, {1 << 16})).empty());
    EXPECT_TRUE(world_size_panels(sample::study()).empty()) << "other worlds are other jobs there";
    EXPECT_EQ(world_size_svg(sample::run()), "");
}

MeasuredRow measured_on(std::uint32_t world_size, std::string const& collective, std::uint32_t ranks,
                        std::int64_t bytes)
{
    MeasuredRow row;
    row.collective = collective;
    row.ranks = ranks;
    row.bytes = bytes;
    row.time_us = 27000;
    row.source = "a log";
    row.world_size = world_size;
    row.machine = "a machine";
    row.software = "its library";
    return row;
}

TEST(WorldSizePoints, MeasuredOnesNeedTheSameQuestion)
{
    auto results = sample::world_size_study({72, 144}, {1 << 16});
    results.measured = {
        measured_on(144, "all_reduce", 1152, 1 << 16), measured_on(72, "all_reduce", 72, 1 << 16),
        measured_on(72, "all_reduce", 1152, 1 << 20), measured_on(72, "all_to_all", 1152, 1 << 16),
        measured_on(8, "all_reduce", 1152, 1 << 16)};
    auto const panels = world_size_panels(results);
    ASSERT_EQ(panels.at(0).measured.size(), 1u);
    EXPECT_NEAR(panels[0].measured[0].ratio, 1.5, 1e-12) << "27000 us over all CPO's 18000";
    EXPECT_EQ(panels[0].measured[0].world_size, 144);
    for (auto const* part : {"measured on a machine, its library", "library ideal", "a log"})
        EXPECT_NE(panels[0].measured[0].hover.find(part), std::string::npos) << part;
    auto const picture = xml::parse(world_size_svg(results));
    EXPECT_EQ(xml::texts(picture,
                         "Measured times in the file without a cell of their collective, ranks and "
                         "size: 4.")
                  .size(),
              1u);
}

TEST(WorldSizePicture, PutsPointsWhereItsTicksSay)
{
    auto const picture = xml::parse(world_size_svg(sample::world_size_study({72, 144, 288}, {1 << 16})));
    auto const& panel = *of_class(picture, "panel").at(0);
    double const x72 = position(panel, "72", "x"), x288 = position(panel, "288", "x");
    double const y1 = position(panel, "1", "y") - kLabelDrop, y01 = position(panel, "0.1", "y") - kLabelDrop;
    auto const curve = points(*of_class(panel, "curve").at(0));
    ASSERT_EQ(curve.size(), 3u);
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(curve[i].first, x72 + (x288 - x72) * i / 2, 0.02) << "each size twice the last";
        EXPECT_NEAR(curve[i].second, y1 + (y01 - y1) * i * std::log10(2), 0.02) << "each time half the last";
    }
    auto const bound = points(*of_class(panel, "bound").at(0));
    EXPECT_NEAR(bound[0].second, y1 + (y01 - y1) * std::log10(20), 0.02);
}

TEST(WorldSizePicture, MarksWhatIsInfeasibleExtrapolatedAndMeasured)
{
    auto results = sample::world_size_study({72, 144, 1152}, {1 << 16});
    results.measured = {measured_on(72, "all_reduce", 1152, 1 << 16)};
    auto const picture = xml::parse(world_size_svg(results));
    auto const& panel = *of_class(picture, "panel").at(0);
    EXPECT_EQ(of_class(panel, "cross").size(), 2u) << "all copper at 144 and 1152";
    EXPECT_EQ(xml::texts(picture, "all copper: infeasible at 144, 1152").size(), 1u);
    auto const hollow =
        xml::all(panel, [](Element const& e) { return e.name == "circle" && e.has("fill", "#ffffff"); });
    EXPECT_EQ(hollow.size(), 2u) << "copper + CPO and all CPO at 1152";
    EXPECT_EQ(of_class(panel, "measured").size(), 1u);
    EXPECT_EQ(xml::named(panel, "polygon").size(), 1u) << "the band of copper + CPO";
    EXPECT_EQ(of_class(panel, "curve").size(), 3u) << "no curve of its own for 2:1 and 8:1";
    for (auto const* label :
         {"extrapolated: no such machine or group of ranks was measured", "measured: a machine, its library",
          "lower bound", "1:1 to the most oversubscribed"})
        EXPECT_EQ(xml::texts(picture, label).size(), 1u) << label;
    EXPECT_EQ(xml::texts(panel, "world size (gpus of a scale-up domain)").size(), 1u);
    EXPECT_EQ(xml::texts(panel, "time / time at 72 (1)").size(), 1u);
}

TEST(BusbwPicture, NamesJobAndWorldSize)
{
    auto const picture = xml::parse(busbw_svg(sample::world_size_study({72, 1152}, {1 << 16})));
    EXPECT_EQ(xml::texts(picture, "1152 gpus, world size 72, library ideal").size(), 2u) << "two algorithms";
    EXPECT_EQ(xml::texts(picture, "1152 gpus, library ideal").size(), 2u);
}

TEST(WorldSizePicture, KeepsFourSizesOfACollective)
{
    auto const results =
        sample::world_size_study({72, 144}, {1 << 14, 1 << 16, 1 << 20, 1 << 24, 1 << 26, 1 << 30});
    auto const picture = xml::parse(world_size_svg(results));
    EXPECT_EQ(of_class(picture, "panel").size(), 4u);
    EXPECT_EQ(xml::texts(picture, "Four message sizes a collective; all are in the file.").size(), 1u);
}

//! Rack of copper: 4 pJ/bit of SerDes, half of both ends, 0.4 Tb/s: 0.8 W a directed link, two a gpu; and the
//! switch: 13.5 pJ/bit x 0.4 Tb/s for the link into it.
TEST(PowerPerGpu, FollowsFromLinksAndSwitches)
{
    auto const power = power_per_gpu(sample::two_tiers({"copper + CPO"}, 72));
    ASSERT_EQ(power.size(), 2u);
    EXPECT_EQ(power[0].tier, "rack");
    EXPECT_NEAR(power[0].full_W[0], 1.6, 1e-12);
    EXPECT_NEAR(power[0].idle_W[0], 0.9 * 1.6, 1e-12);
    EXPECT_NEAR(power[0].full_W[kPowerComponents], 5.4, 1e-12);
    EXPECT_NEAR(power[0].idle_W[kPowerComponents], 5.4, 1e-12);
    EXPECT_EQ(power[0].full_W[2], 0);
    EXPECT_NEAR(power[1].full_W[2], 0.8, 1e-12)
        << "cpo: 1 pJ/bit of laser at each end, so 0.4 W a directed link";
}

TEST(PowerPerGpu, CountsTwoEndsOfEveryCableOfLight)
{
    EXPECT_EQ(optical_ends(sample::two_tiers({"copper + CPO"}, 72)), 2304u) << "a cable a gpu: 1152 x 2";
    EXPECT_EQ(optical_ends(sample::two_tiers({"all CPO", false, false}, 72)), 4608u);
    EXPECT_EQ(optical_ends(sample::two_tiers({"all copper", true, true}, 72)), 0u);
}

TEST(PowerPicture, HasPiecesInProportion)
{
    Results results = sample::world_size_study({72}, {1 << 16});
    results.fabrics = {sample::two_tiers({"copper + CPO"}, 72)};
    auto const picture = xml::parse(power_svg(results));
    auto const& panel = *of_class(picture, "panel").at(0);
    double const x0 = position(panel, "0", "x"), x10 = position(panel, "10", "x");
    auto const pieces = xml::named(panel, "rect");
    ASSERT_GE(pieces.size(), 3u);
    EXPECT_NEAR(pieces[0]->number("x"), x0, 0.02);
    EXPECT_NEAR(pieces[0]->number("width"), (x10 - x0) * 0.16, 0.02) << "1.6 W of SerDes in the rack";
    EXPECT_NEAR(pieces[1]->number("width"), (x10 - x0) * 0.54, 0.02) << "5.4 W of switch core";
    EXPECT_NEAR(pieces[2]->number("width"), (x10 - x0) * 0.70, 0.02) << "the strip of the tier";
    EXPECT_EQ(xml::texts(panel, "power (W per gpu)").size(), 1u);
    EXPECT_EQ(xml::texts(panel, "job1152: world size 72 of 1152 gpus").size(), 1u);
    EXPECT_TRUE(any_contains(hovers(panel, "rect"),
                             "tier rack, host SerDes: 1.60 W per gpu at full load, 1.44 W idle"));
    // 7 W of the rack; between: 0.52 SerDes, 2 x 0.4 x (1.0 + 0.9 + 0.6 + 0.4 + 0.1) others, 5.4 W core
    EXPECT_EQ(xml::texts(panel, "15.3 W; 2304 optical ends").size(), 1u);
}

TEST(PowerPicture, DrawsEqualFabricsOnceAndOthersByTheirLanes)
{
    Results results = sample::world_size_study({72}, {1 << 16});
    auto const one = sample::two_tiers({"copper + CPO"}, 72);
    auto other = one, third = one;
    other.lengths_m.front() = 0.5;
    third.classes[0].lane_rate_Gbps = 100;
    third.classes[0].power.full_W[1] = 1;
    results.fabrics = {one, other};
    EXPECT_EQ(xml::texts(xml::parse(power_svg(results)), "copper + CPO").size(), 1u);
    results.fabrics = {one, other, third};
    auto const picture = xml::parse(power_svg(results));
    EXPECT_EQ(xml::texts(picture, "copper + CPO, 200 Gb/s lanes").size(), 1u);
    EXPECT_EQ(xml::texts(picture, "copper + CPO, 100 Gb/s lanes").size(), 1u);
}

Results with_reach()
{
    Results results = sample::world_size_study({72}, {1 << 16});
    results.fabrics = {sample::two_tiers({"all CPO", false, false}, 72),
                       sample::two_tiers({"copper + CPO"}, 72)};
    for (std::string const host : {"spine", "front_panel", "board"})
        for (std::string const conductor : {"AWG26", "board"}) {
            results.reach.push_back({host, conductor, "PAM4", 50, 4, 3.5, 4.5});
            results.reach.push_back({host, conductor, "PAM4", 200, 1, 0.5, 1.5});
        }
    return results;
}

TEST(LinkLengths, AreCountedForAGpuByTheInterconnectWithMostCopper)
{
    auto const histograms = length_histograms(with_reach(), 5, 10);
    ASSERT_EQ(histograms.size(), 1u) << "one fabric file and world size";
    auto const& h = histograms[0];
    EXPECT_EQ(h.world_size, 72u);
    EXPECT_DOUBLE_EQ(h.bin_m, 0.5);
    EXPECT_NEAR(h.all[2], 2, 1e-9) << "1.0 m: up and down";
    EXPECT_NEAR(h.electrical[2], 2, 1e-9);
    EXPECT_NEAR(h.beyond, 2, 1e-9) << "20 m";
    EXPECT_EQ(h.longest_m, 20);
    EXPECT_EQ(h.all[1] + h.all[3], 0);
}

TEST(LinkLengths, OfLightAreNotElectrical)
{
    auto results = with_reach();
    results.fabrics.pop_back();
    auto const h = length_histograms(results, 25, 25).at(0);
    EXPECT_NEAR(h.all[1], 2, 1e-9);
    EXPECT_NEAR(h.all[20], 2, 1e-9);
    EXPECT_EQ(h.electrical[1], 0);
    EXPECT_TRUE(longest_electrical(results).empty());
}

TEST(ReachPicture, HasAPanelAHostAndALineACable)
{
    auto const picture = xml::parse(reach_svg(with_reach()));
    auto const panels = of_class(picture, "panel");
    ASSERT_EQ(panels.size(), 2u) << "a board is no cable's host";
    EXPECT_EQ(xml::texts(*panels[0], "front_panel, PAM4").size(), 1u);
    EXPECT_EQ(xml::texts(*panels[1], "spine, PAM4").size(), 1u);
    for (auto const* panel : panels) {
        EXPECT_EQ(of_class(*panel, "curve").size(), 1u) << "a board is no cable";
        EXPECT_EQ(xml::named(*panel, "polygon").size(), 1u);
        EXPECT_EQ(xml::texts(*panel, "lane rate (Gb/s)").size(), 1u);
        EXPECT_EQ(xml::texts(*panel, "reach (m)").size(), 1u);
        EXPECT_EQ(xml::texts(*panel, "rack 1.00 m").size(), 1u);
    }
    EXPECT_EQ(of_class(picture, "histogram").size(), 1u);
    EXPECT_EQ(xml::texts(picture, "2.00 per gpu are longer, up to 20.0 m").size(), 1u);
}

TEST(ReachPicture, PutsPointsWhereItsTicksSay)
{
    auto const picture = xml::parse(reach_svg(with_reach()));
    auto const& panel = *of_class(picture, "panel").at(0);
    double const y0 = position(panel, "0", "y") - kLabelDrop, y5 = position(panel, "5", "y") - kLabelDrop;
    auto const curve = points(*of_class(panel, "curve").at(0));
    ASSERT_EQ(curve.size(), 2u);
    EXPECT_NEAR(curve[0].first, position(panel, "50", "x"), 0.02);
    EXPECT_NEAR(curve[1].first, position(panel, "200", "x"), 0.02);
    EXPECT_NEAR(curve[0].second, y0 + (y5 - y0) * std::sqrt(4.0 / 5), 0.02);
    EXPECT_NEAR(curve[1].second, y0 + (y5 - y0) * std::sqrt(1.0 / 5), 0.02);
    auto const& histogram = *of_class(picture, "histogram").at(0);
    double const x0 = position(histogram, "0", "x"), x2 = position(histogram, "2", "x");
    auto const bars =
        xml::all(histogram, [](Element const& e) { return e.name == "rect" && e.has("fill", "#d55e00"); });
    ASSERT_EQ(bars.size(), 1u);
    EXPECT_NEAR(bars[0]->number("width"), x2 - x0, 0.02) << "two directed links a gpu";
    double const y1 = y0 + (y5 - y0) * std::sqrt(1.0 / 5);
    double const h0 = xml::texts(histogram, "0").at(1)->number("y") - kLabelDrop;  // x axis first, then y
    EXPECT_NEAR(bars[0]->number("y") + bars[0]->number("height"), h0 + (y1 - y0), 0.02) << "from 1 m upwards";
}

TEST(ReachPicture, IsLeftOutWithoutItsTable)
{
    EXPECT_EQ(reach_svg(sample::run()), "");
}

}  // namespace
}  // namespace copperwall

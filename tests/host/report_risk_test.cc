//! What the report says of prices and failures, against rows made by hand.
#include "host/report/risk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "picture.h"
#include "sample_results.h"
#include "xml.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;

//! Of 100 gpus: the same typical values and bands but for what a test sets.
RiskRow row(std::string const& interconnect, std::uint32_t world_size, double usd, double goodput)
{
    RiskRow r{"nvl72", interconnect, "", world_size, 100, "passive_copper", {}, {}};
    r.risk.of[kCost] = {usd, usd / 2, 2 * usd};
    r.risk.of[kGoodput] = {goodput, goodput - 0.01, goodput + 0.005};
    r.risk.of[kGoodputWithGpus] = {0.9, 0.8, 0.95};
    return r;
}

Results with(std::vector<RiskRow> rows)
{
    Results r = sample::run(256, 1024);
    r.axes[1] = sample::labelled("interconnect", {"passive_copper", "cpo"});
    auto const cells = r.cells;
    r.cells.insert(r.cells.end(), cells.begin(), cells.end());
    r.risk = std::move(rows);
    return r;
}

TEST(Verdict, NeedsABandThatLeavesZeroOut)
{
    RiskRow r = row("cpo", 72, 1, 0.9);
    r.difference.of[kGoodput] = {0.01, 0.002, 0.03};
    EXPECT_EQ(verdict_of(r, kGoodput), Verdict::better);
    r.difference.of[kGoodput] = {0.01, -0.002, 0.03};
    EXPECT_EQ(verdict_of(r, kGoodput), Verdict::undecided);
    r.difference.of[kGoodput] = {-0.01, -0.02, -0.001};
    EXPECT_EQ(verdict_of(r, kGoodput), Verdict::worse);
    r.difference.of[kGoodput] = {-2e-12, -3e-12, -1e-12};
    EXPECT_EQ(verdict_of(r, kGoodput), Verdict::same) << "rounding alone";
    r.interconnect = r.baseline;
    EXPECT_EQ(verdict_of(r, kGoodput), Verdict::baseline);
}

TEST(RiskTable, SaysPricesForAGpuAndSharesInPerCent)
{
    RiskRow better = row("cpo", 72, 5e5, 0.995);
    better.difference.of[kCost] = {3e5, 1e5, 4e5};
    better.difference.of[kGoodput] = {-0.0002, -0.0004, -0.0001};
    std::string const html = risk_table_html(with({row("passive_copper", 72, 2e5, 0.99), better}));
    xml::parse(html);
    EXPECT_THAT(html, HasSubstr("2.00 (1.00 \xE2\x80\xA6 4.00)"));
    EXPECT_THAT(html, HasSubstr("5.00 (2.50 \xE2\x80\xA6 10.0)"));
    EXPECT_THAT(html, HasSubstr("99.5000 (98.5000 \xE2\x80\xA6 100.0000)"));
    EXPECT_THAT(html, HasSubstr("3.00 (1.00 \xE2\x80\xA6 4.00)")) << "kUSD per gpu more";
    EXPECT_THAT(html, HasSubstr("-0.0200 (-0.0400 \xE2\x80\xA6 -0.0100)"));
    EXPECT_THAT(html, HasSubstr(">worse<"));
    EXPECT_THAT(html, HasSubstr(">baseline<"));
    EXPECT_EQ(risk_table_html(with({})), "");
}

TEST(RiskPicture, DrawsPricesAndLossesAgainstWorldSize)
{
    std::string const svg =
        risk_svg(with({row("passive_copper", 72, 2e5, 0.99), row("cpo", 72, 5e5, 0.995),
                       row("passive_copper", 144, 4e5, 0.98), row("cpo", 144, 6e5, 0.97)}));
    auto const root = xml::parse(svg);
    EXPECT_EQ(picture::of_class(root, "panel").size(), 3u);
    auto const curves = picture::of_class(root, "curve");
    ASSERT_EQ(curves.size(), 6u) << "two interconnects in each panel";
    auto const copper = picture::points(*curves[0]);  // price: 2 and 4 kUSD a gpu
    auto const cpo = picture::points(*curves[1]);     // 5 and 6
    ASSERT_EQ(copper.size(), 2u);
    EXPECT_EQ(copper[0].first, cpo[0].first);
    EXPECT_NEAR((copper[0].second - cpo[0].second) / (copper[0].second - copper[1].second), 3.0 / 2, 0.01);
    EXPECT_NEAR((copper[0].second - cpo[1].second) / (copper[0].second - copper[1].second), 4.0 / 2, 0.01);
    EXPECT_THAT(svg, HasSubstr("cpo, domains of 144: 6.00 (3.00 to 12.0) kUSD per gpu"));
    EXPECT_THAT(svg, HasSubstr("passive_copper, domains of 72: 1.00 (0.500 to 2.00) % of a year"));
}

TEST(RiskPicture, NeedsMoreThanOneWorldSize)
{
    EXPECT_EQ(risk_svg(with({row("passive_copper", 72, 2e5, 0.99), row("cpo", 72, 5e5, 0.995)})), "");
}

}  // namespace
}  // namespace copperwall

#include "host/report/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace copperwall {
namespace {

TEST(EscapeXml, ReplacesWhatMarkupWouldRead)
{
    EXPECT_EQ(escape_xml("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    EXPECT_EQ(escape_xml("\xC2\xB5s"), "\xC2\xB5s");
}

TEST(EscapeXml, ReplacesBytesThatXmlForbids)
{
    std::string const replaced = "\xEF\xBF\xBD";
    EXPECT_EQ(escape_xml("a\x01z"), "a" + replaced + "z");
    EXPECT_EQ(escape_xml("a\xFFz"), "a" + replaced + "z") << "never part of UTF-8";
    EXPECT_EQ(escape_xml("\xC3"), replaced) << "cut sequence";
    EXPECT_EQ(escape_xml("\xE0\x80\xAF"), replaced) << "overlong slash";
    EXPECT_EQ(escape_xml("\xEF\xBF\xBF"), replaced) << "U+FFFF is no XML character";
}

TEST(Px, HasAtMostTwoDecimals)
{
    EXPECT_EQ(px(12), "12");
    EXPECT_EQ(px(0.126), "0.13");
    EXPECT_EQ(px(-0.001), "0");
    EXPECT_EQ(px(1.5), "1.5");
    EXPECT_EQ(px(1e6), "1000000");
}

TEST(ShortNumber, KeepsThreeSignificantDigits)
{
    EXPECT_EQ(short_number(0), "0");
    EXPECT_EQ(short_number(0.012345), "0.0123");
    EXPECT_EQ(short_number(1.5), "1.50");
    EXPECT_EQ(short_number(9.996), "10.0");
    EXPECT_EQ(short_number(218.778), "219");
    EXPECT_EQ(short_number(12345.4), "12345");
    EXPECT_EQ(short_number(2.5e7), "2.50e+07");
    EXPECT_EQ(short_number(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(SizeLabel, UsesBinaryUnits)
{
    EXPECT_EQ(size_label(256), "256 B");
    EXPECT_EQ(size_label(4096), "4 KiB");
    EXPECT_EQ(size_label(1572864), "1.5 MiB");
    EXPECT_EQ(size_label(1 << 30), "1 GiB");
}

TEST(TimeLabel, ChoosesTheUnit)
{
    EXPECT_EQ(time_label(0.826), "826 ns");
    EXPECT_EQ(time_label(218.778), "219 \xC2\xB5s");
    EXPECT_EQ(time_label(2389), "2.39 ms");
    EXPECT_EQ(time_label(3.2e6), "3.20 s");
}

TEST(PrefixFor, BringsTheLargestAboveOne)
{
    auto const milli = prefix_for(0.137, "J");
    EXPECT_EQ(milli.unit, "mJ");
    EXPECT_DOUBLE_EQ(0.137 * milli.factor, 137);
    EXPECT_EQ(prefix_for(19400, "W").unit, "kW");
    EXPECT_EQ(prefix_for(0, "J").unit, "J");
}

}  // namespace
}  // namespace copperwall

// Tables of measured collectives: CSV, every mistake with line and column.
#include "host/input/measured_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/csv.h"
#include "input_tree.h"

namespace copperwall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Csv, FieldsMayBeEmptyQuotedAndHoldCommasAndQuotes)
{
    EXPECT_THAT(csv_fields("a,b,"), ElementsAre("a", "b", ""));
    EXPECT_THAT(csv_fields(""), ElementsAre(""));
    std::vector<unsigned> at;
    EXPECT_THAT(csv_fields(R"(1,"two, ""2""",3)", &at), ElementsAre("1", "two, \"2\"", "3"));
    EXPECT_THAT(at, ElementsAre(1, 3, 16));
    EXPECT_THAT(csv_fields(R"("open, end)"), ElementsAre("open, end"));
}

TEST(Csv, AFieldComesBackAsItWas)
{
    for (std::string const text : {"plain", "a,b", "say \"no\"", "", "\"", ","})
        EXPECT_THAT(csv_fields("x," + csv_field(text) + ",y"), ElementsAre("x", text, "y"));
}

class Table : public testing::Test {
protected:
    MeasuredTable read(std::string const& text) const
    {
        tree.write("t.csv", text);
        return read_measured_table("t.csv");
    }
    std::string complaints(std::string const& text) const
    {
        return complaint([&] { read(text); });
    }
    InputTree tree;
};

constexpr char const* kHeader = "source_id,system,gpus,collective,extra,message_bytes,time_us,busbw_GBps\n";

TEST_F(Table, HoldsWhatColumnsSayWhateverTheirOrder)
{
    auto const table = read(std::string(kHeader) +
                            "log,HGX,8,all_reduce,\"a, b\",1024,12.5,\r\n\nlog,HGX, 2 ,all_reduce,,,,7.5\n");
    EXPECT_EQ(table.header + "\n", kHeader);
    ASSERT_EQ(table.rows.size(), 2u);
    auto const& row = table.rows[0];
    EXPECT_EQ(row.source_id, "log");
    EXPECT_EQ(row.system, "HGX");
    EXPECT_EQ(row.gpus, 8u);
    EXPECT_EQ(row.message_bytes, 1024);
    EXPECT_EQ(row.time_us, 12.5);
    EXPECT_EQ(row.busbw_GBps, std::nullopt);
    EXPECT_EQ(row.algorithm_protocol, "");
    EXPECT_EQ(row.text, "log,HGX,8,all_reduce,\"a, b\",1024,12.5,");
    EXPECT_EQ(table.rows[1].message_bytes, std::nullopt);
    EXPECT_EQ(table.rows[1].busbw_GBps, 7.5);
    EXPECT_EQ(table.rows[1].place.line, 4u);
}

TEST_F(Table, NamesColumnsThatAreMissing)
{
    EXPECT_THAT(complaints("source_id,system,gpus,collective,time_us\nlog,HGX,8,all_reduce,1\n"),
                HasSubstr("t.csv:1:1: error: no column 'message_bytes' in the first line"));
    EXPECT_THAT(complaints("system," + std::string(kHeader)),
                HasSubstr("t.csv:1:1: error: two columns 'system'"));
}

TEST_F(Table, TellsAllMistakesWithLineAndColumn)
{
    std::string const said = complaints(std::string(kHeader) +
                                        "log,HGX,eight,all_reduce,,1024,12.5,\n"
                                        "log,HGX,8.5,all_reduce,,1024,-3,\n"
                                        "log,HGX,8\n"
                                        "log,HGX,8,all_reduce,,1,\"3,\n"
                                        "log,HGX,8,all_reduce,,inf,3,\n");
    EXPECT_THAT(said, HasSubstr("t.csv:2:9: error: 'eight' is not a number"));
    EXPECT_THAT(said, HasSubstr("t.csv:3:9: error: '8.5' is not a whole number to 1,000,000"));
    EXPECT_THAT(said, HasSubstr("t.csv:3:30: error: '-3' is not a number from 0 on"));
    EXPECT_THAT(said, HasSubstr("t.csv:4:1: error: 3 fields where the first line names 8 columns"));
    EXPECT_THAT(said, HasSubstr("t.csv:5:1: error: a quote in this line is not closed"));
    EXPECT_THAT(said, HasSubstr("t.csv:6:23: error: 'inf' is not a number"));
}

}  // namespace
}  // namespace copperwall

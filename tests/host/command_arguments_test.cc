#include "host/command/arguments.h"

#include <gtest/gtest.h>

#include <array>

#include "host/input/error.h"

namespace copperwall {
namespace {

template <class Parse>
std::string refusal(Parse parse)
{
    try {
        parse();
    } catch (InputError const& error) {
        return error.what();
    }
    return "";
}

TEST(Settings, SplitAtTheFirstEqualsSign)
{
    Settings const expected = {{"fabric.file", "nvl72.toml"}, {"fabric.ends.rack", "{ a = \"cpo\" }"}};
    EXPECT_EQ(parse_settings({"fabric.file=nvl72.toml", "fabric.ends.rack={ a = \"cpo\" }"}), expected);
}

TEST(Settings, NeedKeyAndValue)
{
    for (char const* text : {"key", "=value", "key="})
        EXPECT_EQ(refusal([&] { parse_settings({text}); }),
                  "error: --set: '" + std::string(text) +
                      "' is not KEY=VALUE; write for example --set fabric.file=nvl72.toml");
}

TEST(Variations, CommasInsideQuotesAndBracketsSeparateNothing)
{
    auto const parsed = parse_variations({"a.b=x,\"y,z\",[1,2],{ c = 1, d = 2 }"});
    ASSERT_EQ(parsed.size(), 1u);
    EXPECT_EQ(parsed[0].key, "a.b");
    EXPECT_EQ(parsed[0].values, (std::vector<std::string>{"x", "\"y,z\"", "[1,2]", "{ c = 1, d = 2 }"}));
}

TEST(Variations, RefuseAnEmptyValue)
{
    EXPECT_EQ(refusal([] { parse_variations({"a=1,,2"}); }),
              "error: --vary: an empty value in 'a=1,,2'; write one value between two commas");
}

TEST(Shards, CountFromOne)
{
    EXPECT_EQ(parse_shard("2/3").index, 2u);
    EXPECT_EQ(parse_shard("2/3").count, 3u);
    for (char const* text : {"0/3", "4/3", "1", "1/", "/2", "-1/2", "1/2x"})
        EXPECT_EQ(refusal([&] { parse_shard(text); }),
                  "error: --shard: '" + std::string(text) +
                      "' is not I/N with 1 <= I <= N; write for example --shard 1/4");
}

TEST(QuotedLine, IsWhatAShellTakesBack)
{
    std::array<char const*, 4> const argv = {"copperwall", "run", "a b.toml", "it's"};
    EXPECT_EQ(quoted_line(4, argv.data()), "copperwall run 'a b.toml' 'it'\\''s'");
}

}  // namespace
}  // namespace copperwall

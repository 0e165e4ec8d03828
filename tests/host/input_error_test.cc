#include "host/input/error.h"

#include <gtest/gtest.h>

#include "host/input/error_list.h"
#include "host/input/size_text.h"
#include "host/input/suggest.h"

namespace copperwall {
namespace {

InputError one_error(Place const& place, std::string const& message, std::string const& line,
                     std::string const& hint)
{
    std::vector<Diagnostic> diagnostics(1);
    diagnostics[0].place = place;
    diagnostics[0].message = message;
    diagnostics[0].line = line;
    diagnostics[0].hint = hint;
    return InputError(std::move(diagnostics));
}

TEST(InputError, PutsTheCaretUnderTheColumnAndTheHintBehindIt)
{
    InputError const error = one_error({"a.toml", 4, 3}, "unknown key 'latncy'; rename it", "  latncy = 5",
                                       "did you mean 'latency'?");
    EXPECT_STREQ(error.what(),
                 "a.toml:4:3: error: unknown key 'latncy'; rename it\n"
                 "    latncy = 5\n"
                 "    ^ did you mean 'latency'?");
}

TEST(InputError, CountsATabAndAWideLetterAsOneColumn)
{
    InputError const error = one_error({"a.toml", 1, 4}, "bad", "\tµx = 5", "");
    EXPECT_STREQ(error.what(), "a.toml:1:4: error: bad\n   µx = 5\n     ^");
}

TEST(InputError, CutsALongLineAroundTheColumn)
{
    std::string const line = std::string(500, 'a') + "b" + std::string(500, 'c');
    InputError const error = one_error({"a.toml", 1, 501}, "bad", line, "");
    std::string const shown = std::string(60, 'a') + "b" + std::string(59, 'c');
    EXPECT_EQ(error.what(), "a.toml:1:501: error: bad\n  " + shown + "\n  " + std::string(60, ' ') + "^");
}

TEST(InputError, HasNoLineForTheCommandLine)
{
    InputError const error =
        one_error({"command line: --set a=b", 0, 0}, "unknown key 'a'", "", "did you mean 'c'?");
    EXPECT_STREQ(error.what(), "command line: --set a=b: error: unknown key 'a'; did you mean 'c'?");
    EXPECT_STREQ(InputError("no such option").what(), "error: no such option");
}

TEST(InputError, PrintsFiftyErrorsAndCountsTheRest)
{
    auto const one = one_error({"a.toml", 0, 0}, "bad", "", "").diagnostics()[0];
    std::vector<Diagnostic> const many(53, one);
    std::string expected;
    for (int i = 0; i < 50; ++i) expected += "a.toml: error: bad\n";
    InputError const error(many);
    EXPECT_EQ(error.what(), expected + "and 3 more errors like these");
    EXPECT_EQ(error.diagnostics().size(), 53u);
}

TEST(ErrorList, SortsByFileThenLineAndFindsTheLines)
{
    ErrorList errors;
    errors.remember("b.toml", "one\r\ntwo\n");
    errors.remember("a.toml", "x");
    errors.add({"a.toml", 1, 1}, "third");
    errors.add({"b.toml", 2, 2}, "second");
    errors.add({"b.toml", 1, 3}, "first");
    errors.add({"b.toml", 9, 1}, "past the end");
    try {
        errors.throw_if_any();
        FAIL() << "nothing thrown";
    } catch (InputError const& error) {
        EXPECT_STREQ(error.what(),
                     "b.toml:1:3: error: first\n  one\n    ^\n"
                     "b.toml:2:2: error: second\n  two\n   ^\n"
                     "b.toml:9:1: error: past the end\n"
                     "a.toml:1:1: error: third\n  x\n  ^");
    }
}

TEST(Nearest, ForgivesAThirdOfTheLetters)
{
    std::vector<std::string> const words{"latency_ns", "reach_m", "op", "optical"};
    EXPECT_EQ(nearest("latncy_ns", words), "latency_ns");
    EXPECT_EQ(nearest("ltaency_ns", words), "latency_ns");  // a swap of neighbours is one edit
    EXPECT_EQ(nearest("Reach_M", words), "reach_m");
    EXPECT_EQ(nearest("opt", words), "op");
    EXPECT_EQ(nearest("optic", words), "optical");
    EXPECT_EQ(nearest("x", words), "");
    EXPECT_EQ(nearest("energy", words), "");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest(std::string(100'000, 'x'), words), "");
}

TEST(Shortest, ReadsBackAndAvoidsExponents)
{
    EXPECT_EQ(shortest(0.1), "0.1");
    EXPECT_EQ(shortest(1e6), "1000000");
    EXPECT_EQ(shortest(-13.5), "-13.5");
    EXPECT_EQ(shortest(0), "0");
    EXPECT_EQ(shortest(1e-9), "1e-09");
    EXPECT_EQ(shortest(1e20), "1e+20");
}

TEST(Size, KnowsBothFamiliesOfUnits)
{
    EXPECT_EQ(parse_size("4096").bytes, 4096);
    EXPECT_EQ(parse_size("7B").bytes, 7);
    EXPECT_EQ(parse_size("3kB").bytes, 3'000);
    EXPECT_EQ(parse_size("3KiB").bytes, 3'072);
    EXPECT_EQ(parse_size("5 MB").bytes, 5'000'000);
    EXPECT_EQ(parse_size("5MiB").bytes, 5'242'880);
    EXPECT_EQ(parse_size("2GB").bytes, 2'000'000'000);
    EXPECT_EQ(parse_size("1GiB").bytes, 1'073'741'824);
    EXPECT_EQ(parse_size("1024GiB").bytes, kLargestSize);
}

struct WrongSize {
    char const *text, *error, *hint;
};

class SizeMistake : public testing::TestWithParam<WrongSize> {};

TEST_P(SizeMistake, IsNamedWithASuggestion)
{
    SizeText const size = parse_size(GetParam().text);
    EXPECT_EQ(size.error, GetParam().error);
    EXPECT_EQ(size.hint, GetParam().hint);
}

#define CW_UNITS "; use B, kB, KiB, MB, MiB, GB, GiB"
INSTANTIATE_TEST_SUITE_P(
    All, SizeMistake,
    testing::Values(
        WrongSize{"64Mib", "'64Mib' is not a size (unknown unit 'Mib')" CW_UNITS, "did you mean '64MiB'?"},
        WrongSize{"64 MB/s", "'64 MB/s' is not a size (a size, not a rate, is wanted)" CW_UNITS,
                  "did you mean '64MB'?"},
        WrongSize{"64M", "'64M' is not a size (unknown unit 'M')" CW_UNITS, "did you mean '64MiB'?"},
        WrongSize{"1KB", "'1KB' is not a size (unknown unit 'KB')" CW_UNITS, "did you mean '1kB'?"},
        WrongSize{"1Gb", "'1Gb' is not a size (unknown unit 'Gb')" CW_UNITS, "did you mean '1GB'?"},
        WrongSize{"5T", "'5T' is not a size (unknown unit 'T')" CW_UNITS, ""},
        WrongSize{"1.5GiB", "'1.5GiB' is not a size (a whole number is wanted); use the next smaller unit",
                  ""},
        WrongSize{"-1B", "'-1B' is not a size (it does not start with a digit); write it like 64MiB", ""},
        WrongSize{"", "'' is not a size (it does not start with a digit); write it like 64MiB", ""},
        WrongSize{"1025GiB", "'1025GiB' is out of range (at most 1024GiB); give a smaller size", ""},
        WrongSize{"99999999999999999999",
                  "'99999999999999999999' is out of range (at most 1024GiB); give a smaller size", ""}));

TEST(SizeText, IsExactAndShort)
{
    EXPECT_EQ(size_text(0), "0B");
    EXPECT_EQ(size_text(1000), "1000B");
    EXPECT_EQ(size_text(4096), "4KiB");
    EXPECT_EQ(size_text(3 << 20), "3MiB");
    EXPECT_EQ(size_text(kLargestSize), "1024GiB");
    EXPECT_EQ(size_text((std::int64_t{1} << 30) + 1), "1073741825B");
}

}  // namespace
}  // namespace copperwall

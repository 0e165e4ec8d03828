// Files that cannot be read at all, and which kind a file is.
#include <gtest/gtest.h>
#include <unistd.h>

#include "host/input/load.h"
#include "host/input/text_file.h"
#include "input_tree.h"

namespace copperwall {
namespace {

class InputFile : public testing::Test {
protected:
    std::string check(std::string const& file) const
    {
        return complaint([&] { check_file(file); });
    }
    std::string check_text(std::string const& text) const
    {
        tree.write("workloads/x.toml", text);
        return check("workloads/x.toml");
    }
    InputTree tree;
};

TEST_F(InputFile, MustExist)
{
    EXPECT_EQ(check("workloads/x.toml"),
              "workloads/x.toml: error: no such file; check the name and the folder");
    EXPECT_EQ(check("nowhere/x.toml"), "nowhere/x.toml: error: no such file; check the name and the folder");
}

TEST_F(InputFile, MustBeAFile)
{
    EXPECT_EQ(check("workloads"), "workloads: error: this is a directory; name a file in it");
    EXPECT_EQ(check("/dev/null"), "/dev/null: error: this is not a regular file; name one");
}

TEST_F(InputFile, MustBeReadable)
{
    if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
    std::filesystem::permissions("workloads/ring.toml", std::filesystem::perms::none);
    EXPECT_EQ(
        check("workloads/ring.toml"),
        "workloads/ring.toml: error: the file cannot be read (Permission denied); check its permissions");
}

TEST_F(InputFile, MustHoldSomething)
{
    EXPECT_EQ(check_text(" \n\t\n"),
              "workloads/x.toml: error: the file is empty; see 'copperwall check --help' for what each kind "
              "of file "
              "holds");
}

TEST_F(InputFile, MayNotBeHuge)
{
    EXPECT_EQ(
        check_text(std::string(kLargestInputBytes + 1, '#')),
        "workloads/x.toml: error: the file has 1048577 bytes (an input file has at most 1048576); is it an "
        "input file?");
    tree.write("workloads/x.toml",
               kTinyScenario + std::string(kLargestInputBytes - std::string(kTinyScenario).size(), '#'));
    EXPECT_EQ(check("workloads/x.toml"), "");
}

TEST_F(InputFile, MustBeUtf8)
{
    EXPECT_EQ(check_text("title = 1\nx = \"\xc3\xa9\xff\"\n"),
              "workloads/x.toml:2:7: error: not UTF-8 text (byte 17 of the file); save the file as UTF-8");
    EXPECT_EQ(check_text(std::string("\xff\xfe\x74\x00", 4)),
              "workloads/x.toml:1:1: error: not UTF-8 text (byte 0 of the file); save the file as UTF-8");
}

TEST_F(InputFile, MayStartWithAByteOrderMark)
{
    EXPECT_EQ(check_text("\xef\xbb\xbf" + std::string(kTinyScenario)), "");
}

TEST_F(InputFile, MayHaveWindowsLines)
{
    std::string text;
    for (char c : std::string(kTinyScenario)) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(check_text(text), "");
}

TEST_F(InputFile, ReportsASyntaxErrorAlone)
{
    EXPECT_EQ(check_text("title = \"x\"\nnonsense = 5\n[fabric\n"),
              "workloads/x.toml:3:8: error: not valid TOML (expected ']', saw '\\n'); correct the syntax"
              "\n  [fabric\n         ^");
}

TEST_F(InputFile, ReportsADuplicateKey)
{
    EXPECT_EQ(check_text("title = \"x\"\ntitle = \"y\"\n"),
              "workloads/x.toml:2:9: error: duplicate key (it would redefine an existing string 'title'); "
              "remove one "
              "of the two\n  title = \"y\"\n          ^");
}

TEST_F(InputFile, ReportsADuplicateTable)
{
    EXPECT_EQ(check_text("[fabric]\n[fabric]\n"),
              "workloads/x.toml:2:1: error: duplicate key (it would redefine an existing table 'fabric'); "
              "remove one "
              "of the two\n  [fabric]\n  ^");
}

TEST_F(InputFile, MustBeOfAKnownKind)
{
    EXPECT_EQ(
        check_text("[car]\nwheels = 4\n"),
        "workloads/x.toml:1:1: error: no input file of Copperwall (none of its tables is known); a scenario "
        "starts with title and [fabric], a study with title and [base], others with [fabric], [scale_out], "
        "[wire], "
        "[technology], [medium.NAME], [library], [measured] or [validation]\n  [car]\n  ^");
}

TEST_F(InputFile, OfAnotherKindIsNamedAsThat)
{
    EXPECT_EQ(complaint([] { load_scenario("topologies/tiny.toml"); }),
              "topologies/tiny.toml:1:1: error: this is a fabric file (a scenario file is wanted here); name "
              "another "
              "file\n  [fabric]\n  ^");
    EXPECT_EQ(
        complaint([] { load_technology("workloads/ring.toml"); }),
        "workloads/ring.toml:1:1: error: this is a scenario file (a technology file is wanted here); name "
        "another file\n  title = \"ring\"\n  ^");
}

TEST_F(InputFile, IsRecognisedByItsTables)
{
    EXPECT_EQ(kind_of("workloads/ring.toml"), FileKind::scenario);
    EXPECT_EQ(kind_of("topologies/tiny.toml"), FileKind::fabric);
    EXPECT_EQ(kind_of("topologies/media.toml"), FileKind::media);
    EXPECT_EQ(kind_of("topologies/technologies/copper.toml"), FileKind::technology);
    EXPECT_EQ(kind_of("workloads/libraries/ideal.toml"), FileKind::library);
    tree.write("workloads/s.toml", "title = \"s\"\n[base]\nscenario = \"ring.toml\"\n[axes]\n");
    EXPECT_EQ(kind_of("workloads/s.toml"), FileKind::study);
}

TEST(Utf8, KnowsTheEdgesOfTheEncoding)
{
    auto const sound = [](std::string const& text) { return first_bad_utf8(text) == text.size(); };
    EXPECT_TRUE(
        sound("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
    EXPECT_FALSE(sound("\xc1\xbf"));          // overlong
    EXPECT_FALSE(sound("\xe0\x9f\xbf"));      // overlong
    EXPECT_FALSE(sound("\xed\xa0\x80"));      // surrogate
    EXPECT_FALSE(sound("\xf4\x90\x80\x80"));  // above U+10FFFF
    EXPECT_FALSE(sound("\xe2\x82"));          // cut off
    EXPECT_FALSE(sound(std::string(1, '\0')));
}

}  // namespace
}  // namespace copperwall

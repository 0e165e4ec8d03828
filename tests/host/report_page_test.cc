#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "host/report/report.h"
#include "sample_world_size.h"
#include "xml.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

class ReportPage : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto const* test = ::testing::UnitTest::GetInstance()->current_test_info();
        directory_ = fs::temp_directory_path() /
                     (std::string{"copperwall_"} + test->name() + "_" + std::to_string(::getpid()));
        fs::create_directory(directory_);
    }
    void TearDown() override { fs::remove_all(directory_); }

    std::string written(Results const& results) const
    {
        write_report(directory_ / "x.html", results);
        std::ifstream in{directory_ / "x.html"};
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

    fs::path directory_;
};

TEST_F(ReportPage, IsWellFormedWithItsPictures)
{
    auto const page = xml::parse(written(sample::study()));
    EXPECT_EQ(xml::named(page, "svg").size(), 5u) << "bandwidth, added, causes, energy, power";
    EXPECT_EQ(xml::named(page, "h1").at(0)->text, "sample study");
}

TEST_F(ReportPage, ASingleInterconnectIsNotComparedWithItself)
{
    EXPECT_EQ(xml::named(xml::parse(written(sample::run())), "svg").size(), 4u);
}

TEST_F(ReportPage, OfAWorldSizeStudyHasItsThreePicturesMore)
{
    auto results = sample::world_size_study({72, 144}, {1 << 16});
    results.reach = {{"spine", "AWG26", "PAM4", 50, 4, 3.5, 4.5},
                     {"spine", "AWG26", "PAM4", 200, 1, 0.5, 1.5}};
    auto const page = xml::parse(written(results));
    EXPECT_EQ(xml::named(page, "svg").size(), 7u) << "and world size, reach";
    for (auto const* heading : {"How large a domain", "What it draws", "How far copper reaches"}) {
        auto const found = xml::all(page, [&](auto const& e) { return e.name == "h2" && e.text == heading; });
        EXPECT_EQ(found.size(), 1u) << heading;
    }
}

TEST_F(ReportPage, NeedsNeitherNetworkNorScript)
{
    auto const page = xml::parse(written(sample::study()));
    EXPECT_TRUE(xml::named(page, "script").empty());
    EXPECT_TRUE(xml::named(page, "link").empty());
    auto const referring = xml::all(page, [](xml::Element const& e) {
        return e.attributes.count("src") + e.attributes.count("href") + e.attributes.count("xlink:href") > 0;
    });
    EXPECT_TRUE(referring.empty());
}

TEST_F(ReportPage, ListsEveryCellThatWasAskedFor)
{
    auto const page = xml::parse(written(sample::study()));
    auto const bodies = xml::named(page, "tbody");
    ASSERT_EQ(bodies.size(), 2u) << "links, cells";
    EXPECT_EQ(bodies[0]->children.size(), 16u) << "8 fabrics x 2 link classes";
    EXPECT_EQ(bodies[1]->children.size(), 288u) << "2 fabrics x 4 interconnects x 3 algorithms x 12 sizes";
    auto const undone = xml::all(
        *bodies[1], [](xml::Element const& e) { return e.name == "tr" && e.has("class", "undone"); });
    EXPECT_EQ(undone.size(), 36u) << "board_trace on nvl72";
}

TEST_F(ReportPage, KeepsHostileTextHarmless)
{
    auto results = sample::run();
    results.title = "<script>alert(1)</script> & \"more\"";
    results.notes = {"a < b\x01"};
    results.files = {{"a&b.toml", "x = \"<&>\"\n"}};
    auto const page = xml::parse(written(results));
    EXPECT_TRUE(xml::named(page, "script").empty());
    EXPECT_EQ(xml::named(page, "h1").at(0)->text, results.title);
    EXPECT_EQ(xml::named(page, "pre").at(0)->text, "x = \"<&>\"\n");
}

TEST_F(ReportPage, LeavesNoPartialFileBehind)
{
    written(sample::run());
    EXPECT_TRUE(fs::exists(directory_ / "x.html"));
    EXPECT_FALSE(fs::exists(directory_ / "x.html.part"));
}

TEST_F(ReportPage, NamesTheFileItCannotWrite)
{
    auto const file = directory_ / "no_such_directory" / "x.html";
    try {
        write_report(file, sample::run());
        FAIL();
    } catch (std::runtime_error const& error) {
        EXPECT_EQ(error.what(), file.string() + ".part: cannot create: No such file or directory");
    }
}

}  // namespace
}  // namespace copperwall

// Every file that is shipped loads, and the schema tells of every key.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "host/input/load.h"
#include "host/input/schema.h"

namespace copperwall {
namespace {

std::vector<std::filesystem::path> shipped_files()
{
    std::vector<std::filesystem::path> files;
    for (char const* folder : {"topologies", "workloads"}) {
        std::filesystem::path const top = std::filesystem::path(CW_SOURCE_DIR) / folder;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(top))
            if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    return files;
}

TEST(ShippedFiles, AllLoad)
{
    EXPECT_GE(shipped_files().size(), 10u);
    for (auto const& file : shipped_files()) EXPECT_NO_THROW(check_file(file)) << file;
}

TEST(ShippedFiles, AreOfTheKindTheirFolderSays)
{
    for (auto const& file : shipped_files()) {
        auto const folder = file.parent_path().filename();
        FileKind expected = folder == "topologies" ? FileKind::fabric : FileKind::scenario;
        if (file.filename() == "media.toml") expected = FileKind::media;
        if (file.filename() == "channel.toml") expected = FileKind::channel;
        if (file.filename() == "reliability.toml") expected = FileKind::reliability;
        if (folder == "scale_out") expected = FileKind::scale_out;
        if (folder == "technologies") expected = FileKind::technology;
        if (folder == "libraries") expected = FileKind::library;
        if (folder == "wire") expected = FileKind::wire;
        if (folder == "studies") expected = FileKind::study;
        if (folder == "measured") expected = FileKind::measured;
        if (folder == "validation") expected = FileKind::validation;
        EXPECT_EQ(kind_of(file), expected) << file;
    }
}

constexpr FileKind kKinds[] = {FileKind::scenario,  FileKind::study,       FileKind::fabric,
                               FileKind::scale_out, FileKind::technology,  FileKind::media,
                               FileKind::channel,   FileKind::reliability, FileKind::library,
                               FileKind::wire,      FileKind::measured,    FileKind::validation};

void expect_documented(Section const& section, std::string const& text)
{
    EXPECT_NE(section.description, "");
    EXPECT_TRUE(section.open) << section.name;
    for (auto const& key : section.keys) {
        EXPECT_NE(key.description, "") << key.name;
        EXPECT_TRUE(key.store) << key.name;
        EXPECT_LE(key.low, key.high) << key.name;
        EXPECT_NE(text.find("\n  " + (key.name == "*" ? "ANY NAME" : key.name) + " "), std::string::npos)
            << key.name;
    }
    for (auto const& child : section.sections) expect_documented(child, text);
}

TEST(Schema, TellsOfEveryKey)
{
    for (FileKind kind : kKinds) expect_documented(schema(kind), schema_text(kind));
}

TEST(Schema, TextFitsItsWidth)
{
    for (FileKind kind : kKinds) {
        std::string const text = schema_text(kind);
        for (std::size_t at = 0; at < text.size();) {
            std::size_t const end = text.find('\n', at);
            EXPECT_LE(end - at, 110u) << text.substr(at, end - at);
            EXPECT_FALSE(end != at && text[end - 1] == ' ') << text.substr(at, end - at);
            at = end + 1;
        }
    }
}

TEST(Schema, TextOfMediaIsWhole)
{
    EXPECT_EQ(schema_text(FileKind::media),
              R"(topologies/media.toml: what lies between the two ends of a link

[medium.NAME]  a medium; links name it
  delay_ns_per_m          propagation delay
                          (a number, or { value, low, high, source, status }, 1 to 20 ns/m; required)
  source, status          of the plain numbers of this table

{ quantity }  a number with its range and where it comes from
  value                   typical value
                          (a number; required)
  low                     lowest plausible; absent: value
                          (a number; optional)
  high                    highest plausible; absent: value
                          (a number; optional)
  source                  who, where, year; absent: the table's
                          (a string; optional)
  status                  absent: the table's
                          (one of measured, published, assumed; optional)
)");
}

TEST(Schema, OfWireFormatsIsWholeInReadme)
{
    std::ifstream file(std::string(CW_SOURCE_DIR) + "/README.md");
    std::string const readme{std::istreambuf_iterator<char>(file), {}};
    for (auto const& key : schema(FileKind::wire).sections.front().keys) {
        if (key.type != Type::whole_quantity) continue;
        EXPECT_NE(readme.find("\n| `" + key.name + "` | "), std::string::npos) << key.name;
    }
}

//! A key's unit stands in its name, so that no file needs to be guessed at.
void expect_units_in_names(Section const& section)
{
    std::set<std::pair<std::string, std::string>> const suffixes = {{"ns", "_ns"},
                                                                    {"us", "_us"},
                                                                    {"ns/m", "_ns_per_m"},
                                                                    {"m", "_m"},
                                                                    {"h", "_h"},
                                                                    {"fit", "_fit"},
                                                                    {"pJ/bit", "_pJ_per_bit"},
                                                                    {"Gb/s", "_Gbps"},
                                                                    {"GB/s", "_GBps"},
                                                                    {"dB", "_dB"},
                                                                    {"GHz", "_GHz"},
                                                                    {"dB/GHz", "_dB_per_GHz"},
                                                                    {"dB/m", "_dB_per_m"},
                                                                    {"dB/decade", "_dB_per_decade"},
                                                                    {"dB/10%", "_dB_per_10_percent"},
                                                                    {"bytes", "_bytes"},
                                                                    {"usd/Gb/s", "_usd_per_Gbps"},
                                                                    {"W", "_W"}};
    for (auto const& key : section.keys) {
        bool const measured = key.type == Type::quantity || key.type == Type::whole_quantity;
        if (!measured || key.unit.empty() || section.name == "energy_pJ_per_bit") continue;
        bool named = false;
        for (auto const& [unit, suffix] : suffixes)
            named = named || (unit == key.unit && key.name.size() > suffix.size() &&
                              key.name.substr(key.name.size() - suffix.size()) == suffix);
        EXPECT_TRUE(named) << key.name << " in " << key.unit;
    }
    for (auto const& child : section.sections) expect_units_in_names(child);
}

TEST(Schema, PutsUnitsIntoNames)
{
    for (FileKind kind : kKinds) expect_units_in_names(schema(kind));
}

}  // namespace
}  // namespace copperwall

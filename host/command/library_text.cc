#include "host/command/library_text.h"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace copperwall {
namespace {

//! Where the value of an inline table that begins at `at` begins: behind "value =", not in a string.
std::size_t value_in_table(std::string const& line, std::size_t at)
{
    static std::regex const before_value(R"(value\s*=\s*)");
    bool quoted = false;
    for (std::size_t i = at; i < line.size(); ++i) {
        if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
        if (quoted || std::string(" {,").find(line[i]) == std::string::npos) continue;
        std::smatch found;
        auto const from = line.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (std::regex_search(from, line.end(), found, before_value, std::regex_constants::match_continuous))
            return static_cast<std::size_t>(found[0].second - line.begin());
    }
    return line.size();
}

//! The number at `at`, or of a table that begins there.
void replace_number(std::string& line, std::size_t at, double value)
{
    static std::regex const number(R"([-+]?[0-9][0-9_]*(\.[0-9_]+)?([eE][-+]?[0-9]+)?)");
    if (at < line.size() && line[at] == '{') at = value_in_table(line, at);
    std::smatch found;
    auto const from = line.cbegin() + static_cast<std::ptrdiff_t>(std::min(at, line.size()));
    if (!std::regex_search(from, line.cend(), found, number, std::regex_constants::match_continuous))
        throw std::logic_error("no number to replace in: " + line);
    char text[40];
    std::snprintf(text, sizeof text, "%.5g", value);
    line.replace(from, found[0].second, text);
}

}  // namespace

std::string with_numbers(std::string const& text, std::vector<std::pair<Place, double>> const& changes)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    for (auto const& [place, value] : changes)
        replace_number(lines.at(place.line - 1), place.column - 1, value);
    std::string changed;
    for (auto const& line : lines) changed += line + "\n";
    return changed;
}

}  // namespace copperwall

#include "host/command/library_text.h"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace copperwall {
namespace {

//! The number from `at` on, or after "value =" in a table that begins there.
void replace_number(std::string& line, std::size_t at, double value)
{
    static std::regex const before_value(R"(\bvalue\s*=\s*)");
    static std::regex const number(R"([-+]?[0-9][0-9_]*(\.[0-9_]+)?([eE][-+]?[0-9]+)?)");
    auto from = line.begin() + static_cast<std::ptrdiff_t>(std::min(at, line.size()));
    std::match_results<std::string::iterator> found;
    if (from != line.end() && *from == '{' && std::regex_search(from, line.end(), found, before_value))
        from = found[0].second;
    if (!std::regex_search(from, line.end(), found, number, std::regex_constants::match_continuous))
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

#include "host/command/library_text.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace copperwall {
namespace {

//! Behind `word` and the "=" that follows at `at`; npos where it does not.
std::size_t behind_equals(std::string const& line, std::size_t at, std::string const& word)
{
    if (line.compare(at, word.size(), word) != 0) return std::string::npos;
    std::size_t const equals = line.find_first_not_of(' ', at + word.size());
    if (equals == std::string::npos || line[equals] != '=') return std::string::npos;
    return line.find_first_not_of(' ', equals + 1);
}

//! Where the value of an inline table that begins at `at` begins: behind "value =", not in a string.
std::size_t value_in_table(std::string const& line, std::size_t at)
{
    bool quoted = false;
    for (std::size_t i = at; i < line.size(); ++i) {
        if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
        if (quoted || std::string(" {,").find(line[i]) == std::string::npos) continue;
        std::size_t const value = behind_equals(line, i + 1, "value");
        if (value != std::string::npos) return value;
    }
    return line.size();
}

//! The number at `at`, or of a table that begins there.
void replace_number(std::string& line, std::size_t at, double value)
{
    if (at < line.size() && line[at] == '{') at = value_in_table(line, at);
    std::size_t const end = std::min(line.find_first_not_of("+-0123456789._eE", at), line.size());
    if (at >= line.size() || end == at || std::string("+-0123456789").find(line[at]) == std::string::npos)
        throw std::logic_error("no number to replace in: " + line);
    char text[40];
    std::snprintf(text, sizeof text, "%.5g", value);
    line.replace(at, end - at, text);
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

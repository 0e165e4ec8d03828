#include "host/input/size_text.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

#include "host/input/suggest.h"

namespace copperwall {

namespace {

struct Unit {
    char const* name;
    std::int64_t bytes;
};

constexpr std::array<Unit, 7> kUnits{{{"B", 1},
                                      {"kB", 1'000},
                                      {"KiB", 1 << 10},
                                      {"MB", 1'000'000},
                                      {"MiB", 1 << 20},
                                      {"GB", 1'000'000'000},
                                      {"GiB", 1 << 30}}};

std::vector<std::string> unit_names()
{
    std::vector<std::string> names;
    names.reserve(kUnits.size());
    for (auto const& unit : kUnits) names.emplace_back(unit.name);
    return names;
}

//! "K", "k", "KB" and "Kib" have one sensible reading each; a letter's case decides nothing here.
std::string likely_unit(std::string const& written)
{
    std::string const trimmed = written.substr(0, written.find('/'));
    if (trimmed.empty()) return {};
    for (char const* prefix : {"Kk", "Mm", "Gg"}) {
        if (trimmed[0] != prefix[0] && trimmed[0] != prefix[1]) continue;
        bool const decimal = trimmed.size() == 2 && (trimmed[1] == 'B' || trimmed[1] == 'b');
        if (decimal) return prefix[0] == 'K' ? "kB" : std::string(1, prefix[0]) + "B";
        return std::string(1, prefix[0]) + "iB";
    }
    return nearest(trimmed, unit_names());
}

SizeText wrong_unit(std::string const& text, std::string const& number, std::string const& unit)
{
    std::string const why = unit.find('/') != std::string::npos || unit.find("ps") != std::string::npos
                                ? "a size, not a rate, is wanted"
                                : "unknown unit '" + unit + "'";
    SizeText wrong{0, "'" + text + "' is not a size (" + why + "); use " + listed(unit_names()), ""};
    std::string const likely = likely_unit(unit);
    if (!likely.empty()) wrong.hint = "did you mean '" + number + likely + "'?";
    return wrong;
}

SizeText too_large(std::string const& text)
{
    return {0, "'" + text + "' is out of range (at most 1024GiB); give a smaller size", ""};
}

}  // namespace

SizeText parse_size(std::string const& text)
{
    std::size_t const digits = text.find_first_not_of("0123456789");
    std::string const number = text.substr(0, digits);
    if (number.empty())
        return {0, "'" + text + "' is not a size (it does not start with a digit); write it like 64MiB", ""};
    std::string unit = digits == std::string::npos ? "" : text.substr(digits);
    if (unit.rfind('.', 0) == 0)
        return {0, "'" + text + "' is not a size (a whole number is wanted); use the next smaller unit", ""};
    if (unit.rfind(' ', 0) == 0) unit.erase(0, 1);
    std::int64_t factor = unit.empty() ? 1 : 0;
    for (auto const& known : kUnits) {
        if (unit == known.name) factor = known.bytes;
    }
    if (factor == 0) return wrong_unit(text, number, unit);
    std::int64_t count = 0;
    auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    if (error != std::errc{} || count > kLargestSize / factor) return too_large(text);
    return {count * factor, "", ""};
}

std::string size_text(std::int64_t bytes)
{
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        bool const binary = unit->name[1] == 'i';
        if (binary && bytes != 0 && bytes % unit->bytes == 0)
            return std::to_string(bytes / unit->bytes) + unit->name;
    }
    return std::to_string(bytes) + "B";
}

std::string rounded_size(std::uint64_t bytes)
{
    constexpr char const* kBinary[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 != std::size(kBinary); ++unit) value /= 1024;
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.3g %s", value, kBinary[unit]);
    return text.data();
}

}  // namespace copperwall

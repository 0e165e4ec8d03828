#include "host/report/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace copperwall {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Sequence {
    std::size_t bytes = 1;
    bool valid = false;
};

std::size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

//! XML 1.0, production 2 (Char).
bool allowed_in_xml(std::uint32_t c)
{
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF;
}

Sequence read_character(std::string_view text)
{
    auto const lead = static_cast<unsigned char>(text[0]);
    std::size_t const length = sequence_length(lead);
    if (length == 0 || length > text.size()) return {1, false};
    std::uint32_t code = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) return {1, false};
        code = code << 6 | (byte & 0x3Fu);
    }
    constexpr std::array<std::uint32_t, 5> kShortest = {0, 0, 0x80, 0x800, 0x10000};
    return {length, code >= kShortest[length] && allowed_in_xml(code)};
}

std::string_view entity_of(char c)
{
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

std::string fixed(double value, int decimals)
{
    std::array<char, 400> text{};
    auto const end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return {text.data(), end.ptr};
}

std::string without_trailing_zeros(std::string text)
{
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

}  // namespace

std::string escape_xml(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        auto const character = read_character(text);
        auto const entity = entity_of(text[0]);
        if (!character.valid) {
            out += kReplacement;
        } else {
            out += entity.empty() ? text.substr(0, character.bytes) : entity;
        }
        text.remove_prefix(character.bytes);
    }
    return out;
}

std::string px(double value)
{
    return without_trailing_zeros(fixed(value, 2));
}

std::string short_number(double value)
{
    if (!std::isfinite(value)) return "-";
    if (value == 0) return "0";
    double const magnitude = std::fabs(value);
    if (magnitude >= 1e6 || magnitude < 1e-4) {
        std::array<char, 32> text{};
        auto const end =
            std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, 2);
        return {text.data(), end.ptr};
    }
    // Rounding may carry into one more digit: 9.996 is 10.0, not 10.00.
    int const exponent = static_cast<int>(std::floor(std::log10(magnitude) + 1e-12));
    int const carried = magnitude >= 9.995 * std::pow(10, exponent) ? exponent + 1 : exponent;
    return fixed(value, std::clamp(2 - carried, 0, 6));
}

std::string size_label(double bytes)
{
    constexpr std::array<std::string_view, 5> kUnits = {" B", " KiB", " MiB", " GiB", " TiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < kUnits.size()) {
        bytes /= 1024;
        ++unit;
    }
    return without_trailing_zeros(fixed(bytes, 2)) + std::string{kUnits[unit]};
}

std::string time_label(double us)
{
    if (!std::isfinite(us)) return "-";
    if (us < 1) return short_number(us * 1e3) + " ns";
    if (us < 1e3) return short_number(us) + " \xC2\xB5s";
    if (us < 1e6) return short_number(us / 1e3) + " ms";
    return short_number(us / 1e6) + " s";
}

Prefix prefix_for(double largest, std::string_view base_unit)
{
    struct Row {
        double factor;
        std::string_view prefix;
    };
    constexpr std::array<Row, 6> kRows = {
        {{1e-6, "M"}, {1e-3, "k"}, {1, ""}, {1e3, "m"}, {1e6, "\xC2\xB5"}, {1e9, "n"}}};
    for (auto const& row : kRows) {
        if (largest * row.factor >= 1) return {row.factor, std::string{row.prefix} + std::string{base_unit}};
    }
    return {1, std::string{base_unit}};
}

}  // namespace copperwall

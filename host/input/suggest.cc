#include "host/input/suggest.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace copperwall {

namespace {

std::string lowered(std::string text)
{
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

//! Optimal string alignment distance (a swap of neighbours is one edit).
std::size_t edits(std::string const& a, std::string const& b)
{
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
            bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

//! "optic" of "optical"
bool is_start_of(std::string const& written, std::string const& word)
{
    constexpr std::size_t telling = 3;
    return written.size() >= telling && lowered(word).rfind(written, 0) == 0;
}

}  // namespace

std::string nearest(std::string const& written, std::vector<std::string> const& words)
{
    constexpr std::size_t longest_worth_comparing = 64;
    if (written.size() > longest_worth_comparing) return {};
    std::string const wanted = lowered(written);
    std::size_t fewest = std::max<std::size_t>(1, written.size() / 3) + 1;
    std::string best;
    for (auto const& word : words) {
        std::size_t const distance = is_start_of(wanted, word) ? 1 : edits(wanted, lowered(word));
        if (distance >= fewest || distance >= wanted.size()) continue;
        fewest = distance;
        best = word;
    }
    return best;
}

std::string did_you_mean(std::string const& written, std::vector<std::string> const& words)
{
    std::string const word = nearest(written, words);
    return word.empty() ? "" : "did you mean '" + word + "'?";
}

std::string listed(std::vector<std::string> const& words)
{
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string shortest(double number)
{
    std::array<char, 32> text;
    bool const plain = std::abs(number) < 1e15 && (number == 0 || std::abs(number) >= 1e-4);
    auto const format = plain ? std::chars_format::fixed : std::chars_format::general;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
    return {text.data(), end};
}

}  // namespace copperwall

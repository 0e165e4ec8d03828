#include "host/input/error.h"

#include <algorithm>
#include <utility>

namespace copperwall {

namespace {

constexpr std::size_t kMostBlocks = 50;
constexpr std::size_t kWidestLine = 120;

bool starts_character(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u;
}

//! The columns [first, first + count) of a line, in characters; tabs become single spaces, as they count one
//! column.
std::string columns_of(std::string const& line, std::size_t first, std::size_t count)
{
    std::string text;
    std::size_t column = 0;
    for (char c : line) {
        if (starts_character(c)) ++column;
        if (column > first && column <= first + count) text += c == '\t' ? ' ' : c;
    }
    return text;
}

//! The source line and the caret under it; a long line is cut to the part around the caret.
std::string excerpt(Diagnostic const& d)
{
    std::size_t const column = std::max(1u, d.place.column) - 1;
    std::size_t const first = column > kWidestLine / 2 ? column - kWidestLine / 2 : 0;
    std::string const shown = first == 0 && d.line.size() <= kWidestLine
                                  ? columns_of(d.line, 0, d.line.size())
                                  : columns_of(d.line, first, kWidestLine);
    std::string const caret = std::string(column - first, ' ') + "^";
    return "\n  " + shown + "\n  " + caret + (d.hint.empty() ? "" : " " + d.hint);
}

std::string block(Diagnostic const& d)
{
    std::string text = d.place.file;
    if (d.place.line != 0) text += ":" + std::to_string(d.place.line) + ":" + std::to_string(d.place.column);
    text += (text.empty() ? "error: " : ": error: ") + d.message;
    if (!d.line.empty() && d.place.line != 0) return text + excerpt(d);
    return d.hint.empty() ? text : text + "; " + d.hint;
}

std::string all_blocks(std::vector<Diagnostic> const& diagnostics)
{
    std::string text;
    std::size_t const shown = std::min(diagnostics.size(), kMostBlocks);
    for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : "\n") + block(diagnostics[i]);
    if (shown < diagnostics.size())
        text += "\nand " + std::to_string(diagnostics.size() - shown) + " more errors like these";
    return text;
}

}  // namespace

InputError::InputError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(all_blocks(diagnostics)), diagnostics_(std::move(diagnostics))
{
}

InputError::InputError(std::string const& message)
    : InputError(std::vector<Diagnostic>{{Place{}, message, "", ""}})
{
}

}  // namespace copperwall

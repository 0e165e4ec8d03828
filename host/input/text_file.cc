#include "host/input/text_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! Bytes of the valid UTF-8 character at `at`, 0 where there is none (RFC 3629, table 3-7 of Unicode).
std::size_t character_bytes(std::string const& text, std::size_t at)
{
    auto const byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
    };
    auto const follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return byte(i) >= low && byte(i) <= high;
    };
    unsigned const lead = byte(0);
    if (lead != 0 && lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        bool const second = follows(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
        return second && follows(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        bool const second = follows(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
        return second && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

//! What keeps `file` from being read, or "".
std::string obstacle(fs::path const& file, std::size_t most)
{
    std::error_code error;
    auto const status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) return "no such file; check the name and the folder";
    if (error) return "the file cannot be read (" + error.message() + "); check its name and permissions";
    if (fs::is_directory(status)) return "this is a directory; name a file in it";
    if (!fs::is_regular_file(status)) return "this is not a regular file; name one";
    auto const bytes = fs::file_size(file, error);
    if (!error && bytes > most)
        return "the file has " + std::to_string(bytes) + " bytes (an input file has at most " +
               std::to_string(most) + "); is it an input file?";
    return {};
}

Place place_of_offset(std::string const& text, std::size_t offset, std::string const& shown)
{
    auto const at = text.begin() + static_cast<std::ptrdiff_t>(offset);
    auto const line = static_cast<unsigned>(std::count(text.begin(), at, '\n')) + 1;
    auto const start = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
    auto const first = start == std::string::npos ? 0 : start + 1;
    auto const column = static_cast<unsigned>(std::count_if(text.begin() + static_cast<std::ptrdiff_t>(first),
                                                            at, [](char c) { return (c & 0xc0) != 0x80; }));
    return {shown, line, column + 1};
}

}  // namespace

std::size_t first_bad_utf8(std::string const& text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t const bytes = character_bytes(text, at);
        if (bytes == 0) return at;
        at += bytes;
    }
    return text.size();
}

std::optional<std::string> read_text_file(fs::path const& file, std::string const& shown, ErrorList& errors,
                                          std::size_t most)
{
    auto const fail = [&](std::string const& message) {
        errors.add({shown, 0, 0}, message);
        return std::nullopt;
    };
    std::string const why_not = obstacle(file, most);
    if (!why_not.empty()) return fail(why_not);
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream.good() && !stream.eof())
        return fail("the file cannot be read (" + std::string(std::strerror(errno)) +
                    "); check its permissions");
    if (text.rfind("\xef\xbb\xbf", 0) == 0) text.erase(0, 3);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return fail("the file is empty; see 'copperwall check --help' for what each kind of file holds");
    std::size_t const bad = first_bad_utf8(text);
    if (bad == text.size()) return text;
    errors.add(place_of_offset(text, bad, shown),
               "not UTF-8 text (byte " + std::to_string(bad) + " of the file); save the file as UTF-8");
    return std::nullopt;
}

}  // namespace copperwall

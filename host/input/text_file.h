//! Reads a text file whole, and says what is wrong where it cannot be an input file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "host/input/error_list.h"

namespace copperwall {

inline constexpr std::size_t kLargestInputBytes = std::size_t{1} << 20;

//! The text, or nothing after adding an error under the name `shown`: missing, a directory, unreadable,
//! empty, larger than `most` bytes, or not UTF-8. A UTF-8 byte-order mark is dropped.
std::optional<std::string> read_text_file(std::filesystem::path const& file, std::string const& shown,
                                          ErrorList& errors, std::size_t most = kLargestInputBytes);

//! Offset of the first byte that is not part of valid UTF-8 text, or text.size().
std::size_t first_bad_utf8(std::string const& text);

}  // namespace copperwall

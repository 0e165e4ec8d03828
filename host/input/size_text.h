//! Sizes as people write them: "64MiB", "1GB", "4096".
#pragma once

#include <cstdint>
#include <string>

namespace copperwall {

inline constexpr std::int64_t kLargestSize = std::int64_t{1} << 40;  //!< bytes; keeps time in its range

struct SizeText {
    std::int64_t bytes = 0;
    std::string error;  //!< PROBLEM (WHY); WHAT TO DO; empty where the text is a size
    std::string hint;   //!< "did you mean '64MiB'?"
};

//! B, kB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of 1024), after a whole number.
SizeText parse_size(std::string const& text);

//! The shortest exact text: 4096 -> "4KiB", 1000 -> "1000B".
std::string size_text(std::int64_t bytes);

//! To three digits, for reading only: 123456789 -> "118 MiB".
std::string rounded_size(std::uint64_t bytes);

}  // namespace copperwall

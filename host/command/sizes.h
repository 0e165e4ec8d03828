//! Message sizes as nccl-tests' options say them: -b MIN -e MAX -f FACTOR, K M G = 1024.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace copperwall {

struct SizeRange {
    std::string smallest;  //!< -b; empty: no range given
    std::string largest;   //!< -e; empty: only the smallest
    double factor = 2;     //!< -f; > 1
};

//! "64K", "64k", "64KiB" = 65536 bytes; otherwise as in input files. `option` is named in the InputError.
std::int64_t option_size(std::string const& option, std::string const& text);

//! smallest, smallest x factor ... up to largest, each rounded down to a byte. Throws InputError.
std::vector<std::int64_t> expand(SizeRange const& range);

}  // namespace copperwall

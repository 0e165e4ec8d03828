//! Option texts that are more than a number or a name. All throw InputError.
#pragma once

#include <string>
#include <vector>

#include "host/command/commands.h"

namespace copperwall {

//! "key=value" each; the value is everything after the first '='.
Settings parse_settings(std::vector<std::string> const& texts);

//! "key=a,b,c" each; a comma inside quotes, brackets or braces separates nothing.
std::vector<Variation> parse_variations(std::vector<std::string> const& texts);

//! "i/n" with 1 <= i <= n.
Shard parse_shard(std::string const& text);

//! The command as a shell would take it back, for the results' record.
std::string quoted_line(int argc, char const* const* argv);

}  // namespace copperwall

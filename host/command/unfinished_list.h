//! Transfers that never completed, of all cells, as a file beside the results.
#pragma once

#include <filesystem>
#include <vector>

#include "host/account/cell.h"
#include "host/command/terminal.h"

namespace copperwall {

//! OUTPUT.h5 -> OUTPUT.unfinished.csv where there are some, and says so; without an output says how to get
//! it. Throws std::runtime_error where it cannot be written.
void list_unfinished(std::vector<Cell> const& cells, std::filesystem::path const& output,
                     Terminal const& terminal);

}  // namespace copperwall

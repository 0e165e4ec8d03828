//! What a cell of results is called, apart from its size.
#pragma once

#include <string>

#include "host/results/results.h"

namespace copperwall {

//! What was asked but for the size, in words: the same of the same cell in another file.
std::string cell_name(Results const& results, std::size_t cell);

}  // namespace copperwall

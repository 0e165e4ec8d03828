//! Puts other numbers into the text of an input file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/input/quantity.h"

namespace copperwall {

//! `text` with each number, or the `value` of an inline table, that stands at a place in it replaced; all
//! else stays as it is. Throws std::logic_error where no number stands there.
std::string with_numbers(std::string const& text, std::vector<std::pair<Place, double>> const& changes);

}  // namespace copperwall

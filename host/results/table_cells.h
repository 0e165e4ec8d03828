//! What tables print of a cell, whatever their format.
#pragma once

#include <string>
#include <vector>

#include "host/results/schema.h"

namespace copperwall {

//! Where a cell stands on one axis.
struct AxisValue {
    Axis const* axis = nullptr;
    std::string text;  //!< label, or number
    double number = 0;
};

//! One value an axis, for the cell at `position`.
std::vector<AxisValue> axis_values(Results const& results, std::size_t position);

//! "time(us)"; "ranks" where the unit is 1.
std::string column_name(std::string const& name, std::string const& units);

//! The shortest decimal that reads back to the same number.
std::string exact(double value);

void print_text(std::ostream& out, Results const& results);
void print_csv(std::ostream& out, Results const& results);
void print_json(std::ostream& out, Results const& results);

}  // namespace copperwall

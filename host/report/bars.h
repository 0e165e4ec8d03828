//! Pictures of stacked bars: what a total is made of, one bar an interconnect, grouped by message size.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/report/figure.h"

namespace copperwall {

struct Part {
    std::string name;
    std::string colour;
};

//! kComponents, then switch core and NIC: their names and colours in every picture.
std::vector<Part> power_parts();

struct BarSpec {
    std::string title;
    std::string x_title;  //!< with unit
    std::string dataset;
    std::vector<Part> parts;
    std::vector<double> target_sizes;  //!< bytes; the nearest that were run are drawn
    //! One value a part, >= 0, same unit in all; negative rest of rounding counts as 0.
    std::function<std::vector<double>(Cell const&)> values;
    //! What stands behind the bar: "12.3 us".
    std::function<std::string(Cell const&)> total_label;
};

//! Each group is scaled to its own longest bar, so lengths compare interconnects at one size.
std::string bars_svg(Results const& results, BarSpec const& spec);

//! Time of the critical path by cause.
std::string breakdown_svg(Results const& results);

//! Always-on energy of one collective by component.
std::string energy_svg(Results const& results);

}  // namespace copperwall

//! Real machines beside the model: what was measured, and the same simulated.
#pragma once

#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

//! Measured times of one software, by ascending size.
struct MeasuredSeries {
    std::string software;
    std::vector<MeasuredRow const*> rows;
};

//! One collective on one machine, simulated by one scenario. Points into the results.
struct MeasuredPanel {
    std::string title, subtitle;
    std::vector<MeasuredSeries> series;
    double least = 0, most = 0;  //!< simulated over measured time
};

//! Of the rows that are simulated, in their order.
std::vector<MeasuredPanel> measured_panels(Results const& results);

//! Bus bandwidth against message size, both ways; empty where no row is simulated.
std::string measured_svg(Results const& results);

}  // namespace copperwall

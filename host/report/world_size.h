//! A fixed job on scale-up domains of growing size: what each interconnect's best time becomes.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

inline constexpr std::uint32_t kReferenceWorldSize = 72;  //!< times are drawn relative to it

//! "copper + CPO 4:1" is of family "copper + CPO", oversubscribed 4 times; without a suffix, once.
struct InterconnectLabel {
    std::string family;
    unsigned oversubscription = 1;
};
InterconnectLabel interconnect_label(std::string const& label);

//! The best algorithm of one family at one world size. Ratios are times over the family's own at
//! kReferenceWorldSize.
struct WorldSizePoint {
    double world_size = 0;
    double ratio = 0;
    double low = 0, high = 0;  //!< from the least to the most oversubscribed; equal where there is one
    bool extrapolated = false;
    std::string hover;
};

struct WorldSizeSeries {
    std::string family;
    std::size_t index = 0;  //!< on the interconnect axis, of its first label: its colour
    double reference_us = std::numeric_limits<double>::quiet_NaN();  //!< its time at kReferenceWorldSize
    std::vector<WorldSizePoint> points;
    std::vector<double> infeasible;  //!< world sizes
};

struct MeasuredPoint {
    std::size_t row = 0;    //!< of Results::measured
    double world_size = 0;  //!< of the machine
    double ratio = 0;       //!< over the fastest family's time at kReferenceWorldSize
    std::string hover;
};

//! One collective of one size. Of world sizes, all that were asked for, ascending.
struct WorldSizePanel {
    std::string title, subtitle;
    std::string collective;
    double bytes = 0;
    std::vector<double> world_sizes;
    std::vector<WorldSizeSeries> series;
    std::vector<std::pair<double, double>> bound;  //!< world size, least ratio of a lower bound
    std::vector<MeasuredPoint> measured;
};

//! Questions that were asked at more than one world size and have a time at kReferenceWorldSize, in the order
//! of the axes.
std::vector<WorldSizePanel> world_size_panels(Results const& results);

//! Empty where there is no such panel.
std::string world_size_svg(Results const& results);

//! The same as a table for terminals: a row a family, a column a world size.
std::string world_size_text(Results const& results);

}  // namespace copperwall

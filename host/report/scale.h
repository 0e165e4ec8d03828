//! Scales of a picture's axes: value to pixel, and where the ticks stand.
#pragma once

#include <string>
#include <vector>

namespace copperwall {

struct Tick {
    double value = 0;
    std::string label;  //!< empty: a minor tick
};

//! How a value grows along an axis.
enum class Growth { linear, square_root, logarithmic };

struct Scale {
    Growth growth = Growth::linear;
    double low = 0, high = 1;       //!< values at the two ends
    double from_px = 0, to_px = 1;  //!< pixels of low and high
    std::vector<Tick> ticks;        //!< ascending, inside [low, high]

    double at(double value) const;
};

//! Message sizes, log2: a minor tick at every power of two, labels "256 B", "4 KiB" at every second, fourth
//! ... power, as many as fit. 0 < low <= high; a single size gets an octave on either side.
Scale size_scale(double low, double high, double from_px, double to_px);

//! Log10, ends rounded outwards to 1, 2 or 5 times a power of ten; labels at the powers, and at 2 and 5 too
//! where there are fewer than two powers.
Scale decade_scale(double low, double high, double from_px, double to_px);

//! Few chosen values, log2: a labelled tick at each, a sixth of the range free at either end. Ascending, > 0.
Scale marked_scale(std::vector<double> const& values, double from_px, double to_px);

//! As linear_scale, but by the square root: small values get more room. Ticks at 0, the end, and 1, 2, 3, 5
//! times a power of ten where there is room for a label.
Scale root_scale(double high, double from_px, double to_px);

//! From zero to a round number at or above `high`, four to eight equal steps.
Scale linear_scale(double high, double from_px, double to_px);

}  // namespace copperwall

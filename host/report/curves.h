//! Pictures of curves against message size: the same panels with another quantity on y.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/report/figure.h"

namespace copperwall {

struct CurvePoint {
    double bytes = 0;
    double value = 0;
    double low = 0, high = 0;  //!< band; both equal to `value`: none
    std::string hover;
};

struct CurveSpec {
    std::string title;
    std::string y_title;  //!< with unit
    std::string dataset;  //!< where the numbers lie in the HDF5 file
    std::string footnote;
    bool logarithmic = true;
    bool falling = false;  //!< curves fall to the right: short notes go to the upper right corner
    //! The points of one curve of a panel; only finite values.
    std::function<std::vector<CurvePoint>(Panel const&, Curve const&)> points;
    //! A grey curve all others lie under; may be empty.
    std::function<std::vector<CurvePoint>(Panel const&)> bound;
    std::string bound_label;
};

//! The whole picture. Where an interconnect cannot be or failed, its curve ends and a note says why.
std::string curves_svg(Results const& results, CurveSpec const& spec);

//! Time over the fastest interconnect's at the same size, per cent: what leaving copper costs.
std::string added_time_svg(Results const& results);

}  // namespace copperwall

//! Fits the numbers of a library to measured collectives, each within its own low and high.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/input/spec.h"

namespace copperwall {

//! A number of a library that may be fitted.
struct FreeNumber {
    std::string name;  //!< "Simple launch_us"
    std::function<Quantity&(LibrarySpec&)> in;
};

//! All with a range that are no published facts: launches, steps, rates and shares; not what a protocol's
//! lines look like (efficiency), nor the machine it was measured on (path_us).
std::vector<FreeNumber> free_numbers(LibrarySpec const& library);

//! The least of `cost` over a box, by steps along one number at a time, halved where none gets lower
//! (Hooke and Jeeves, J. ACM 8 (1961) 212, without pattern moves): `cost` may have kinks. `at` begins within
//! the box and ends at the least that was found, to a thousandth of each range.
void descend(std::vector<double>& at, std::vector<double> const& low, std::vector<double> const& high,
             std::function<double(std::vector<double> const&)> const& cost);

}  // namespace copperwall

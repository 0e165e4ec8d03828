//! Where each cell of a run or study lies in the cube of results.h: one dimension an axis, holes allowed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

//! What tells one cell from another.
struct Coordinates {
    std::string fabric, interconnect, collective, algorithm, library;
    std::vector<std::string> others;  //!< its value on every axis of the study, in the order of the study
    std::uint32_t world_size = 0;
    std::int64_t bytes = 0;
};

struct Cube {
    std::vector<Axis> axes;              //!< in the order of results.h
    std::vector<std::size_t> positions;  //!< of each cell, row-major
    std::size_t size = 0;                //!< product of the axes
};

//! The axes are the values that occur. An axis of the study that only repeats what fabric, interconnect ...
//! message_size say is left out; `other_names` are their names. Throws InputError where two cells would share
//! a place.
Cube lay_out(std::vector<Coordinates> const& cells, std::vector<std::string> const& other_names);

//! The cells of `cube` where nothing is asked for: copies of `blank` (figures NaN), named by their place.
std::vector<Cell> holes(Cube const& cube, Cell blank);

}  // namespace copperwall

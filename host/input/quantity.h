//! A number that describes hardware or software, with its range, its source and where it was read.
#pragma once

#include <cstdint>
#include <string>

namespace copperwall {

//! Where a value stands in a file; line 0: given on the command line or a default.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};

enum class Status : std::uint8_t { measured, published, assumed };

//! A number that describes hardware or software. The unit is in the key's name.
struct Quantity {
    double value = 0;
    double low = 0;  //!< low <= value <= high; equal to value where no range is known
    double high = 0;
    Status status = Status::assumed;
    std::string source;
    Place place;
};

}  // namespace copperwall

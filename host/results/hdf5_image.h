//! An HDF5 file made in memory: HDF5 does not survive a disk that fills up while it writes.
#pragma once

#include <functional>
#include <vector>

#include "host/results/hdf5_object.h"

namespace copperwall {

//! The bytes of a new file that `fill` wrote into.
std::vector<char> hdf5_image(std::function<void(hid_t file)> const& fill);

}  // namespace copperwall

//! Opens a file of ours for reading.
#pragma once

#include <filesystem>

#include "host/results/hdf5_object.h"

namespace copperwall {

//! Throws InputError for a file that is missing, no HDF5, not ours, or of another major schema.
Hdf5 open_results(std::filesystem::path const& file);

}  // namespace copperwall

//! Loads a study, and tries its scenario with every value of every axis.
#pragma once

#include "host/input/loader.h"

namespace copperwall {

//! The study; whether it is sound, loader.errors tells.
StudySpec read_study(Loader& loader, std::filesystem::path const& file);

}  // namespace copperwall

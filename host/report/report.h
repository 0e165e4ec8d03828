//! Pictures of results: one self-contained HTML file, and SVG files, no network, no script needed to see
//! them.
#pragma once

#include <filesystem>
#include <string>

#include "host/results/results.h"

namespace copperwall {

//! Bus bandwidth against message size, one curve an interconnect, one panel a fabric and collective, lower
//! bound in grey; every axis with unit, legend, source footer.
std::string busbw_svg(Results const& results);

//! The whole report. Written as FILE.part, then renamed.
void write_report(std::filesystem::path const& file, Results const& results);

}  // namespace copperwall

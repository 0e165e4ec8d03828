//! The parts of the HTML report that are text: tables, notes, inputs. Each returns well-formed XHTML.
#pragma once

#include <string>

#include "host/results/results.h"

namespace copperwall {

//! One row a cell that was asked for; beyond a limit the rest is counted and left to the HDF5 file.
std::string cells_table(Results const& results);

//! One row a link class of every fabric: length against reach, delay by cause, energy.
std::string link_table(Results const& results);

//! One row a measurement, with what was simulated beside it and its source; empty where there are none.
std::string measured_table(Results const& results);

std::string notes_list(Results const& results);

//! Exact text of every input file, folded away.
std::string inputs_section(Results const& results);

}  // namespace copperwall

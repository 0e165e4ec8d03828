//! The rules of a study: what [[where]] sets at some places of its axes.
#pragma once

#include <string>
#include <vector>

#include "host/input/error_list.h"
#include "host/input/schema_target.h"

namespace copperwall {

//! The axis' place in the file; their number where none has the name.
std::size_t axis_named(StudyFile const& study, std::string const& name);

//! The point's place on its axis; their number where none has the label.
std::size_t point_labelled(std::vector<AxisPoint> const& points, std::string const& label);

//! Whether every rule names axes and labels that are there, no two set one key of one cell, and none sets
//! what an axis is of; adds an error for each that does not.
bool check_rules(StudyFile const& study, ErrorList& errors);

}  // namespace copperwall

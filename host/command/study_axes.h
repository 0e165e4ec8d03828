//! The axes of a study with what the command line adds to them, and their product.
#pragma once

#include <string>
#include <vector>

#include "host/command/commands.h"
#include "host/input/settings.h"
#include "host/input/study_spec.h"

namespace copperwall {

//! --vary replaces the values of an axis that has this name or sets this key alone; otherwise it is a new
//! axis, the last. Throws InputError where --set gives a key that an axis varies or a rule sets, --vary one
//! that a rule sets, or a value stands twice.
StudySpec varied(StudySpec study, Settings const& settings, std::vector<Variation> const& variations);

//! One value of each axis.
struct StudyPoint {
    std::vector<std::string> labels;
    std::vector<Setting> settings;
};

//! What to say of each rule that holds for none of the study's cells, as --vary may leave it.
std::vector<std::string> rules_without_cells(StudySpec const& study);

//! Every combination, with what rules set there after what axes do; the last axis changes fastest. Throws
//! InputError past a million points.
std::vector<StudyPoint> product(StudySpec const& study);

}  // namespace copperwall

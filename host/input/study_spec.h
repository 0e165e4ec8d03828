//! A study as read: workloads/studies/NAME.toml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/input/spec.h"

namespace copperwall {

//! One axis of a study: a key of the scenario and its values, as TOML text ("\"cpo\"", "72").
struct StudyAxis {
    std::string name;                 //!< dimension name in results: "interconnect"
    std::vector<std::string> labels;  //!< one a value, for people and HDF5
    //! For each value, the assignments it makes: key=value, key=value ...
    std::vector<std::vector<std::pair<std::string, std::string>>> settings;
    Place place;
};

//! What is set where axes meet, whatever they set themselves: [[where]].
struct StudyRule {
    //! Axis and labels. It holds for the cells that have one of the labels on each of these axes.
    std::vector<std::pair<std::string, std::vector<std::string>>> at;
    std::vector<std::pair<std::string, std::string>> settings;  //!< key=value, as those of an axis
    Place place;
};

struct StudySpec {
    std::string name;
    std::string title;
    std::filesystem::path scenario;
    std::vector<StudyAxis> axes;
    std::vector<StudyRule> rules;
    std::vector<MeasuredSpec> measured;  //!< shown beside the study's own cells
    std::map<std::string, std::string> files;
    Place place;
};

}  // namespace copperwall

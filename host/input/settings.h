//! Puts values from the command line or a study into a parsed scenario, as if they stood in the file.
#pragma once

#include <string>
#include <vector>

#include "host/input/document.h"
#include "host/input/load.h"

namespace copperwall {

struct Setting {
    std::string key;    //!< dotted: "fabric.ends.rack"; [[collective]] means its first table
    std::string value;  //!< TOML, or a bare word taken as string
    Place place;        //!< where errors about it are shown
};

//! With the place "command line: --set key=value".
std::vector<Setting> command_line_settings(Settings const& settings);

void apply(Document& document, std::vector<Setting> const& settings, ErrorList& errors);

}  // namespace copperwall

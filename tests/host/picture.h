//! Reads drawn points and ticks back out of a picture.
#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "xml.h"

namespace copperwall::picture {

inline std::vector<xml::Element const*> of_class(xml::Element const& root, std::string const& name)
{
    return xml::all(root, [&](xml::Element const& e) { return e.has("class", name); });
}

inline std::vector<std::pair<double, double>> points(xml::Element const& polyline)
{
    std::vector<std::pair<double, double>> list;
    std::istringstream in{polyline.attributes.at("points")};
    double x = 0, y = 0;
    char comma = 0;
    while (in >> x >> comma >> y) list.emplace_back(x, y);
    return list;
}

inline double position(xml::Element const& panel, std::string const& label, std::string const& attribute)
{
    return xml::texts(panel, label).at(0)->number(attribute);
}

}  // namespace copperwall::picture

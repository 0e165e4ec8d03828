//! For which cells a rule of a study holds.
#pragma once

#include <algorithm>

#include "host/input/study_spec.h"

namespace copperwall {

//! label_on(name): where the cell lies on the axis of that name; "" where there is no such axis.
template <class LabelOn>
bool rule_holds(StudyRule const& rule, LabelOn const& label_on)
{
    return std::all_of(rule.at.begin(), rule.at.end(), [&](auto const& place) {
        return std::find(place.second.begin(), place.second.end(), label_on(place.first)) !=
               place.second.end();
    });
}

}  // namespace copperwall

//! How tests ask for the engine's network of a fabric.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

inline EngineView view_of(double rate_share, bool folded)
{
    EngineView view;
    view.rate_share = rate_share;
    view.folded[kInside] = folded;
    return view;
}

}  // namespace copperwall

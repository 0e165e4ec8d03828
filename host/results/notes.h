//! What a reader of results must know, from the study and from every fabric.
#pragma once

#include "host/results/results.h"

namespace copperwall {

//! The study's notes, then the fabrics', each once: bare where all fabrics share it, else led by those it
//! holds for ("nvl72, cpo: ...").
std::vector<std::string> all_notes(Results const& results);

}  // namespace copperwall

//! What a rate was measured on.
#pragma once

#include <string>

namespace copperwall {

//! "AMD EPYC ..." as the system names it; "unknown" where it does not.
std::string cpu_model();

//! "g++ 12.2.0"
std::string compiler();

}  // namespace copperwall

//! Names for contents: equal contents have equal names.
#pragma once

#include <string>

#include "host/fabric/fabric.h"

namespace copperwall {

//! Name of a fabric's group: 16 hexadecimal digits of a 64-bit hash of all that is written of it, every value
//! to its last bit. Takes some ns a link.
std::string topology_hash(Fabric const& fabric);

//! 64-bit FNV-1a in hexadecimal: tells contents apart, no protection against forgery.
std::string fingerprint(std::string const& text);

}  // namespace copperwall

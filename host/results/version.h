//! Which Copperwall this is.
#pragma once

namespace copperwall {

//! "0.1.0"
char const* version();

//! Version with the commit it was built from, where there was one: "0.1.0+6e6bc39".
char const* full_version();

}  // namespace copperwall

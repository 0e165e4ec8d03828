//! What --backend auto runs on.
#pragma once

#include <string>

#include "host/command/commands.h"

namespace copperwall {

struct BackendChoice {
    Backend backend = Backend::cpu;
    std::string why;  //!< one line; empty where the user has chosen
};

//! `no_device`: why there is no device, empty where there is one. A device is worth its start, and the way
//! there and back, where the cells' packets would keep the cores busy for longer than that.
BackendChoice choose_backend(ExecutionOptions const& options, double expected_hops, std::size_t cells,
                             unsigned threads, std::string const& no_device);

}  // namespace copperwall

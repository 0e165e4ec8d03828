//! What --backend auto runs on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "host/command/commands.h"

namespace copperwall {

//! Of cells, roughly.
struct ExpectedWork {
    double hops = 0;
    double visits = 0;       //!< of nodes in windows
    double most_visits = 0;  //!< of one cell

    void add(double cell_hops, double cell_visits)
    {
        hops += cell_hops;
        visits += cell_visits;
        most_visits = std::max(most_visits, cell_visits);
    }
};

struct BackendChoice {
    Backend backend = Backend::cpu;
    std::string why;  //!< one line; empty where the user has chosen
};

//! `no_device`: why there is no device, empty where there is one. Else the one that is expected to be done
//! first: a core goes from packet to packet, a device from window to window and asks every node whether it is
//! due.
BackendChoice choose_backend(ExecutionOptions const& options, ExpectedWork const& work, std::size_t cells,
                             unsigned threads, std::string const& no_device);

}  // namespace copperwall

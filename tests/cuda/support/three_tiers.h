//! Gpus below leaves, leaves below the spines of their pod, spines below cores.
#pragma once

#include "cuda/network.h"

namespace copperwall::testing {

struct ThreeTiers {
    std::uint32_t pods = 2;
    std::uint32_t leaves = 2;    //!< of a pod
    std::uint32_t per_leaf = 3;  //!< gpus
    std::uint32_t spines = 2;    //!< of a pod
    std::uint32_t cores = 3;
    std::uint32_t planes = 1;
    bool folded = false;
    std::int64_t rate_Bps = 50'000'000'000;
    Time latency_fs = 120 * kFsPerNs;        //!< gpu to leaf
    Time spine_latency_fs = 200 * kFsPerNs;  //!< leaf to spine
    Time core_latency_fs = 700 * kFsPerNs;   //!< spine to core
    Arrival into_switches = Arrival::head;
    bool spreads = false;  //!< over all that lead on, in place of switch d mod their number for gpu d

    std::uint32_t gpus() const { return pods * leaves * per_leaf; }
};

//! Every gpu has one link to its leaf in each plane, every leaf one to each spine of its pod, every spine one
//! to each core; cores choose among the spines of the receiver's pod. Link classes: 0 gpu to leaf, 1 leaf to
//! gpu, 2 leaf to spine, 3 spine to leaf, 4 spine to core, 5 core to spine.
Network three_tiers(ThreeTiers const& shape);

}  // namespace copperwall::testing

// Ports that are down at times, away from host_worker.cc: what the compiler spends on them it would not spend
// on the others.
#include "cuda/host_worker.h"

namespace copperwall {

template void serve_broken_port(HostWorker&, Model const&, State const&, LinkId, Window, std::uint64_t const*,
                                std::uint32_t);
template void hand_over(HostWorker&, Model const&, State const&, NodeId, Window);

}  // namespace copperwall

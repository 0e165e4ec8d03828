// Ports with channels, and gpus that send by turns, away from host_worker.cc: what the compiler spends on
// them it would not spend on the others.
#include "cuda/host_worker.h"

namespace copperwall {

template void serve_channels_of_port(HostWorker&, Model const&, State const&, LinkId, Window,
                                     std::uint64_t const*, std::uint32_t);
template void send_by_channels(HostWorker&, Model const&, State const&, std::uint32_t, LinkId, Window);
template void send_by_turns(HostWorker&, Model const&, State const&, std::uint32_t, LinkId, Window);

}  // namespace copperwall

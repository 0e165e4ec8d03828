#include "host/account/library.h"

#include <algorithm>

#include "host/fabric/wire_format.h"

namespace copperwall {

namespace {

constexpr double kNsPerUs = 1000;

bool costs_nothing(LibrarySpec const& library, ProtocolSpec const& protocol)
{
    return protocol.launch_us.value == 0 && protocol.step_us.value == 0 && protocol.efficiency.value == 1 &&
           library.link_fraction.value == 1 && library.per_peer_us.value == 0;
}

InNetworkSpec const* in_network_row(LibrarySpec const& library, std::uint32_t ranks)
{
    for (auto const& row : library.in_network)
        if (ranks <= row.up_to_ranks) return &row;
    return library.in_network.empty() ? nullptr : &library.in_network.back();
}

}  // namespace

CollectiveCall with_software(CollectiveCall call, LibrarySpec const& library, ProtocolSpec const& protocol,
                             Bound bound)
{
    call.launch_ns = pick(protocol.launch_us, bound) * kNsPerUs;
    call.step_ns = std::max(0.0, pick(protocol.step_us, bound) - library.path_us.value) * kNsPerUs;
    call.per_peer_ns = pick(library.per_peer_us, bound) * kNsPerUs;
    if (InNetworkSpec const* row = in_network_row(library, call.ranks)) {
        call.in_network_GBps = call.raw_GBps * row->rate_share.value;
        call.in_network_ns =
            std::max(0.0, pick(row->launch_us, bound) - 4 * library.path_us.value) * kNsPerUs;
    }
    return call;
}

double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire)
{
    double const on_wire = library.link_fraction.value / full_frame_efficiency(wire);
    return protocol.efficiency.value * std::min(1.0, on_wire);
}

bool by_in_network_row(LibrarySpec const& library, Algorithm const& algorithm)
{
    return algorithm.in_switches() && !library.in_network.empty();
}

double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire,
                  Algorithm const& algorithm, std::uint32_t ranks)
{
    if (!by_in_network_row(library, algorithm)) return rate_share(library, protocol, wire);
    return std::min(1.0, in_network_row(library, ranks)->rate_share.value / full_frame_efficiency(wire));
}

bool extrapolated(LibrarySpec const& library, ProtocolSpec const& protocol, std::uint32_t ranks,
                  std::uint32_t domain_gpus)
{
    if (domain_gpus > kLargestMeasuredDomain) return true;
    if (costs_nothing(library, protocol)) return false;
    bool const steps_cost = protocol.step_us.value > library.path_us.value;
    if (steps_cost && protocol.step_us.status != Status::measured) return true;
    return ranks > std::min(library.measured_ranks, domain_gpus);
}

bool extrapolated_in_network(LibrarySpec const& library, std::uint32_t ranks, std::uint32_t domain_gpus)
{
    return domain_gpus > kLargestMeasuredDomain || library.in_network.empty() ||
           ranks > library.in_network.back().up_to_ranks;
}

}  // namespace copperwall

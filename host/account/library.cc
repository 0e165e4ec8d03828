#include "host/account/library.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "host/fabric/wire_format.h"
#include "host/input/error.h"

namespace copperwall {

namespace {

constexpr double kNsPerUs = 1000;

bool costs_nothing(LibrarySpec const& library, ProtocolSpec const& protocol)
{
    return protocol.launch_us.value == 0 && protocol.step_us.value == 0 && protocol.efficiency.value == 1 &&
           (!protocol.nic_step_us || protocol.nic_step_us->value == 0) &&
           (!protocol.ring_nic_step_us || protocol.ring_nic_step_us->value == 0) &&
           library.link_fraction.value == 1 && library.per_peer_us.value == 0 &&
           protocol.share_GBps.value == 0 && !protocol.link_fraction;
}

//! What a rank keeps, or sends to one peer: S / N, where each has a share of S.
double share_bytes(CollectiveCall const& call, Algorithm const& algorithm)
{
    std::string const op = algorithm.op;
    bool const whole = op == "send_recv" || op == "broadcast";
    return static_cast<double>(call.bytes) / (whole ? 1 : call.ranks);
}

//! Until the threads of a rank have moved one share: a high rate is fast.
double share_ns(CollectiveCall const& call, Algorithm const& algorithm, ProtocolSpec const& protocol,
                Bound bound)
{
    Quantity const& rate = protocol.share_GBps;
    if (rate.value == 0) return 0;
    double const GBps = bound == Bound::low ? rate.high : bound == Bound::high ? rate.low : rate.value;
    return share_bytes(call, algorithm) / GBps;
}

std::uint32_t ranks_in_domain(CollectiveCall const& call)
{
    return call.domain_ranks == 0 ? call.ranks : call.domain_ranks;
}

//! "op" or "op/algorithm".
bool means(std::string const& named, Algorithm const& algorithm)
{
    return named == algorithm.op || named == std::string(algorithm.op) + "/" + algorithm.name;
}

void require_known(LibrarySpec const& library, std::string const& named)
{
    auto const all = algorithms();
    if (std::any_of(all.begin(), all.end(), [&](Algorithm const& a) { return means(named, a); })) return;
    throw InputError(
        {Diagnostic{library.place,
                    "library '" + library.name + "': 'runs' names '" + named +
                        "', which is neither an op nor op/algorithm; see copperwall list algorithms",
                    {},
                    {}}});
}

bool any_means(std::vector<std::string> const& runs, Algorithm const& algorithm)
{
    return std::any_of(runs.begin(), runs.end(), [&](auto const& r) { return means(r, algorithm); });
}

InNetworkSpec const* in_network_row(LibrarySpec const& library, std::uint32_t ranks)
{
    for (auto const& row : library.in_network)
        if (ranks <= row.up_to_ranks) return &row;
    return library.in_network.empty() ? nullptr : &library.in_network.back();
}

//! Those of rings where the library tells them apart.
std::optional<Quantity> const& of_rings(Algorithm const& algorithm, std::optional<Quantity> const& rings,
                                        std::optional<Quantity> const& others)
{
    return goes_around(algorithm) && rings ? rings : others;
}

//! Beside what any step costs.
double nic_us(LibrarySpec const& library, std::optional<Quantity> const& nic_step_us, double step_us,
              Bound bound)
{
    if (!nic_step_us) return 0;
    return std::max(0.0, pick(*nic_step_us, bound) - library.nic_path_us.value - step_us);
}

}  // namespace

CollectiveCall with_software(CollectiveCall call, LibrarySpec const& library, ProtocolSpec const& protocol,
                             Algorithm const& algorithm, Bound bound)
{
    call.launch_ns = pick(protocol.launch_us, bound) * kNsPerUs + share_ns(call, algorithm, protocol, bound);
    call.step_ns = std::max(0.0, pick(protocol.step_us, bound) - library.path_us.value) * kNsPerUs;
    auto const& nic_step_us = of_rings(algorithm, protocol.ring_nic_step_us, protocol.nic_step_us);
    call.nic_ns = nic_us(library, nic_step_us, call.step_ns / kNsPerUs, bound) * kNsPerUs;
    call.per_peer_ns = pick(library.per_peer_us, bound) * kNsPerUs;
    if (library.nics_per_domain) call.nics = static_cast<std::uint32_t>(library.nics_per_domain->value);
    std::uint32_t const in_domain = ranks_in_domain(call);
    if (InNetworkSpec const* row = in_network_row(library, in_domain)) {
        call.in_network_GBps = call.raw_GBps * row->rate_share.value;
        call.in_network_ns =
            std::max(0.0, pick(row->launch_us, bound) - 4 * library.path_us.value) * kNsPerUs;
        call.in_flight_bytes = std::llround(pick(row->in_flight_bytes, bound)) * in_domain;
        if (algorithm.in_switches())
            call.nic_ns = nic_us(library, row->nic_step_us, call.step_ns / kNsPerUs, bound) * kNsPerUs;
    }
    return call;
}

double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire)
{
    Quantity const& fraction = protocol.link_fraction ? *protocol.link_fraction : library.link_fraction;
    double const on_wire = fraction.value / full_frame_efficiency(wire);
    return protocol.efficiency.value * std::min(1.0, on_wire);
}

double rate_share_of_nics(ProtocolSpec const& protocol, Algorithm const& algorithm)
{
    auto const& fraction = of_rings(algorithm, protocol.ring_nic_fraction, protocol.nic_fraction);
    return fraction ? fraction->value : protocol.efficiency.value;
}

void check_protocols(LibrarySpec const& library)
{
    for (ProtocolSpec const& protocol : library.protocols)
        for (auto const& name : protocol.runs) require_known(library, name);
}

std::vector<ProtocolSpec const*> protocols_for(LibrarySpec const& library, Algorithm const& algorithm)
{
    check_protocols(library);
    bool const all = by_in_network_row(library, algorithm);
    std::vector<ProtocolSpec const*> named, others;
    for (ProtocolSpec const& protocol : library.protocols) {
        if (all || any_means(protocol.runs, algorithm)) named.push_back(&protocol);
        if (protocol.runs.empty()) others.push_back(&protocol);
    }
    if (named.empty() && others.empty())
        throw std::invalid_argument("library '" + library.name + "' has no protocol that runs " +
                                    algorithm.op + "/" + algorithm.name);
    return named.empty() ? others : named;
}

bool by_in_network_row(LibrarySpec const& library, Algorithm const& algorithm)
{
    return algorithm.in_switches() && !library.in_network.empty();
}

double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire,
                  Algorithm const& algorithm, CollectiveCall const& call)
{
    if (!by_in_network_row(library, algorithm)) return rate_share(library, protocol, wire);
    InNetworkSpec const& row = *in_network_row(library, ranks_in_domain(call));
    return std::min(1.0, row.rate_share.value / full_frame_efficiency(wire));
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
    return domain_gpus > kLargestMeasuredDomain || ranks > domain_gpus || library.in_network.empty() ||
           ranks > library.in_network.back().up_to_ranks;
}

}  // namespace copperwall

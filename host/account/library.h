//! What a library's software adds to a collective, and how much of the wire it leaves to it.
#pragma once

#include <vector>

#include "host/fabric/tier_link.h"
#include "host/schedule/registry.h"

namespace copperwall {

//! `call` with the costs of one protocol, each at `bound`:
//!
//!   t_step = max(0, t_measured - t_path)                                            (1)
//!
//! t_measured   ProtocolSpec::step_us, which holds the path of the machine it was measured on
//! t_path       LibrarySpec::path_us, that machine's; always typical, as it is no part of the answer
//! nic_ns = max(0, t_nic - t_nic_path - t_step), of ProtocolSpec::nic_step_us (rings: ring_nic_step_us, where
//! there is one) and LibrarySpec::nic_path_us: what a step over NICs takes beside t_step; of switches that
//! reduce that of their row. launch_ns = t_launch + S / (N c): c is ProtocolSpec::share_GBps, at which a
//! rank's threads move one share beside its links; of send_recv and broadcast the share is all of S.
//! nics is nics_per_domain.
//! in_network_GBps = s B, in_network_ns = max(0, t_nvls - 4 t_path) and in_flight_bytes = q F of the row that
//! holds the q ranks of a domain, s its rate_share, F its in_flight_bytes and B raw_GBps.
CollectiveCall with_software(CollectiveCall call, LibrarySpec const& library, ProtocolSpec const& protocol,
                             Algorithm const& algorithm, Bound bound = Bound::typical);

//! Share that the library's packets, headers included, get of the link rate that acknowledgements leave:
//!
//!   u = e min(1, f (p + h + a) / p)                                                 (2)
//!
//! f         link_fraction of the protocol, else of the library: payload over raw rate as measured, so
//!           headers and acknowledgements are in it already
//! p, h, a   payload, header and acknowledgement of a full frame [B]
//! e         ProtocolSpec::efficiency: payload over bytes moved
double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire);

//! The same of the rate of NICs, for an algorithm: rings may have a share of their own.
double rate_share_of_nics(ProtocolSpec const& protocol, Algorithm const& algorithm);

//! The same of an algorithm. In switches that reduce the row of the library, where there is one, takes the
//! place of f, and e = 1.
double rate_share(LibrarySpec const& library, ProtocolSpec const& protocol, WireSpec const& wire,
                  Algorithm const& algorithm, CollectiveCall const& call);

//! Throws InputError where a protocol is for an op or algorithm that is not there.
void check_protocols(LibrarySpec const& library);

//! Protocols that the library has for an algorithm: those that name it or its op, else those that name
//! nothing; for switches that reduce with rows of the library all: rows take their place. Throws
//! std::invalid_argument where there is none, and as check_protocols().
std::vector<ProtocolSpec const*> protocols_for(LibrarySpec const& library, Algorithm const& algorithm);

//! Whether the software of `algorithm` is that of the library's in_network rows.
bool by_in_network_row(LibrarySpec const& library, Algorithm const& algorithm);

//! The largest scale-up domain of which collectives were published as measured: workloads/measured/.
inline constexpr std::uint32_t kLargestMeasuredDomain = 72;

//! The rule for Cell::extrapolated. Everything on a domain of more than kLargestMeasuredDomain gpus is,
//! whatever the library: no such machine was measured. Below, a protocol is where its step costs something
//! that was not measured, and where `ranks` are more than LibrarySpec::measured_ranks or than a domain holds:
//! that software was measured within domains. Software without any cost rests on no measurement, so nothing
//! of it is.
bool extrapolated(LibrarySpec const& library, ProtocolSpec const& protocol, std::uint32_t ranks,
                  std::uint32_t domain_gpus);

//! The same of rows of InNetworkSpec: by the largest group that they were measured on, within a domain.
bool extrapolated_in_network(LibrarySpec const& library, std::uint32_t ranks, std::uint32_t domain_gpus);

}  // namespace copperwall

//! The collective algorithms: one row each. A row makes a schedule (data) and knows its closed form.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cuda/packet.h"
#include "cuda/schedule.h"

namespace copperwall {

//! What a collective is asked to do, after the library has had its say. Times in ns, bytes as nccl-tests.
struct CollectiveCall {
    std::uint32_t gpus = 0;   //!< of the fabric
    std::uint32_t ranks = 0;  //!< of one group; gpus 0..ranks-1
    std::int64_t bytes = 0;
    double launch_ns = 0;
    double step_ns = 0;      //!< software per dependent step
    double per_peer_ns = 0;  //!< software per further message of one go
};

//! What the closed forms need of a one-tier fabric.
struct PathModel {
    double port_rate_GBps = 0;  //!< usable rate per gpu and direction, all planes, header bytes included
    double path_ns = 0;         //!< gpu to gpu one way at zero load
    double hop_packet_ns = 0;  //!< one full packet at one plane's rate where switches store and forward, or 0
    std::uint32_t planes = 1;
    PacketFormat format;
};

struct Algorithm {
    char const* name;  //!< "ring"
    char const* op;    //!< "all_reduce"
    char const* description;
    //! Throws std::invalid_argument for fewer than two ranks.
    Schedule (*make)(CollectiveCall const&);
    //! What the algorithm takes on one tier without contention, ns: shown by explain, tested against.
    double (*closed_form_ns)(CollectiveCall const&, PathModel const&);
    std::uint32_t (*steps)(std::uint32_t ranks);  //!< dependent steps on the critical path
};

std::span<Algorithm const> algorithms();

//! nullptr where there is none.
Algorithm const* find_algorithm(std::string const& op, std::string const& name);

//! nccl-tests' bus-bandwidth factor: all_reduce 2(n-1)/n, all_to_all (n-1)/n. Throws std::invalid_argument
//! for another op. Source: NVIDIA/nccl-tests, doc/PERFORMANCE.md.
double busbw_factor(std::string const& op, std::uint32_t ranks);

//! No algorithm without in-network reduction can be faster, ns:
//!
//!   T = f S / B + t_path                                                            (1)
//!
//! f        bus-bandwidth factor: f S bytes leave the busiest gpu, whatever the algorithm
//! S, B     CollectiveCall::bytes [B], PathModel::port_rate_GBps [B/ns]; headers and software count nothing
//! t_path   PathModel::path_ns: the last byte still has to arrive
//! Source: NVIDIA/nccl-tests, doc/PERFORMANCE.md, for f.
double lower_bound_ns(std::string const& op, CollectiveCall const&, PathModel const&);

}  // namespace copperwall

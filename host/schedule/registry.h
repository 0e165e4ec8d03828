//! The collective algorithms: one row each. A row makes a schedule (data) and knows its closed form.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "cuda/packet.h"
#include "cuda/schedule.h"

namespace copperwall {

//! Tokens that a router sends to experts: rank r holds experts r E/N .. (r+1) E/N - 1 of a placement drawn
//! once.
struct ExpertTraffic {
    std::uint32_t experts = 0;  //!< a multiple of the ranks
    std::uint32_t top_k = 0;    //!< distinct experts of each token
    std::int64_t token_bytes = 0;
    double zipf = 0;  //!< weight of the i-th most popular expert is i^-zipf; 0: every expert alike
    std::uint64_t seed = 42;
};

//! What a collective is asked to do, after the library has had its say. Times in ns, bytes as nccl-tests.
struct CollectiveCall {
    std::uint32_t gpus = 0;    //!< of the fabric
    std::uint32_t ranks = 0;   //!< of one group
    std::uint32_t groups = 1;  //!< that run it at the same time; group g is gpus g ranks .. (g+1) ranks - 1
    std::uint32_t domain_ranks = 0;  //!< consecutive ranks of a group in one scale-up domain; 0: all of them
    std::uint32_t leaf_ranks = 0;    //!< consecutive ranks of a domain in one rack; 0: all of the domain's
    std::uint32_t nics = 0;          //!< of a domain that algorithms of uses_few_nics() use; 0: every rank's
    std::int64_t bytes = 0;
    std::uint32_t chunks = 0;  //!< that pipelined schedules cut S into; 0: one
    std::optional<ExpertTraffic>
        experts;  //!< of an all-to-all that is not uniform; bytes = tokens top_k token_bytes
    double launch_ns = 0;
    double step_ns = 0;  //!< software per dependent step
    double nic_ns = 0;   //!< software that a step over NICs takes beside step_ns, in PathModel::path_ns of
                         //!< Paths::outside
    double per_peer_ns = 0;      //!< software per further message of one go
    double raw_GBps = 0;         //!< of a gpu and direction, within domains, all planes
    double in_network_GBps = 0;  //!< what switches that reduce leave of it; 0: the library does not use them
    double in_network_ns = 0;    //!< software of such a collective, once
    std::int64_t in_flight_bytes = 0;  //!< of S that its software has under way at most; 0: no matter
    double path_ns = 0;                //!< one way within a domain, for what crosses it without bytes
};

//! What the closed forms need of one network: the links within a domain, or those between domains.
struct PathModel {
    double port_rate_GBps = 0;     //!< usable rate per gpu and direction, all planes: headers are sent at it,
                                   //!< acknowledgements are off it already
    double path_ns = 0;            //!< gpu to gpu one way at zero load, between the farthest two
    std::uint32_t leaf_ranks = 0;  //!< consecutive ranks below the same first switches; 0: all of them
    double leaf_path_ns = 0;       //!< one way between two of those, where leaf_ranks is not 0
    double up_share = 1;  //!< rate out of a first switch upwards over the rate into it from those of its gpus
                          //!< that take part
    double hop_packet_ns = 0;  //!< one full packet at one plane's rate where switches store and forward, or 0
    std::uint32_t far_switches = 3;   //!< on the way between the farthest two
    std::optional<double> reduce_ns;  //!< of units that reduce, beside a path; none: the first switches do
                                      //!< not reduce, or not for all domains
    std::uint32_t planes = 1;
    PacketFormat format;
};

struct Paths {
    Paths(PathModel within) : inside(within) {}  //!< implicit: a fabric of one domain
    Paths(PathModel within, PathModel between) : inside(within), outside(between), one_domain(false) {}

    PathModel inside;   //!< within a scale-up domain
    PathModel outside;  //!< between domains, over NICs
    bool one_domain = true;
};

//! The smallest message of a schedule in chunks, over links and over NICs; 0: there is none.
struct ChunkMessages {
    std::int64_t inside = 0;
    std::int64_t outside = 0;
};

//! What Schedule::table has rows for: little; over several domains every pair of ranks; over several domains
//! every gpu and place; both neighbours of every gpu and place.
enum class TableRows : std::uint8_t { few, pairs_over_domains, places_over_domains, chains };

struct Algorithm {
    char const* name;  //!< "ring"
    char const* op;    //!< "all_reduce"
    char const* description;
    //! Throws std::invalid_argument for fewer than two ranks, for domains of unequal ranks, and for experts
    //! that cannot be.
    Schedule (*make)(CollectiveCall const&);
    //! What the algorithm takes without contention, ns: shown by explain, tested against.
    double (*closed_form_ns)(CollectiveCall const&, Paths const&);
    bool once_per_domain = false;  //!< a token enters a domain once, however many experts it has there
    bool between_domains = false;  //!< another algorithm where there is one domain, or domains of one rank
    ChunkMessages (*messages)(CollectiveCall const&) = nullptr;  //!< of a pipelined schedule, else nullptr
    TableRows rows = TableRows::few;
    //! Switches reduce and copy: the closed form is all there is, nothing is simulated, and the schedule
    //! empty.
    bool law = false;
    //! Switches reduce and copy, packet by packet: gpus of the schedule from the number of all ranks on are
    //! their units.
    bool units = false;
    bool in_switches() const { return law || units; }
    bool between_racks = false;  //!< another algorithm where domains are of one rack, or racks of one rank
    bool best_in_one_domain =
        false;  //!< over several it is not taken as best: its closed form is far too low
};

std::span<Algorithm const> algorithms();

//! nullptr where there is none.
Algorithm const* find_algorithm(std::string const& op, std::string const& name);

//! Whether each rank sends to one other rank only, around a ring or along a chain of it: NCCL's tuning has
//! costs of their own for these.
bool goes_around(Algorithm const&);

//! Whether it uses CollectiveCall::nics of a domain, as NCCL's own do: multi_ring, chain_tree, in_network.
bool uses_few_nics(Algorithm const&);

//! nccl-tests' bus-bandwidth factor: all_reduce 2(n-1)/n; all_to_all, all_gather and reduce_scatter (n-1)/n;
//! broadcast and send_recv 1. Throws std::invalid_argument for another op. Source: NVIDIA/nccl-tests,
//! doc/PERFORMANCE.md.
double busbw_factor(std::string const& op, std::uint32_t ranks);

//! No algorithm can be faster whose switches do not reduce, ns; of one whose do, f = 1 / 2 per direction: a
//! gpu sends S and gets S.
//!
//!   T = max_n ( V_n / C_n ) + t_path                                                (1)
//!
//! V_n      bytes that must leave a part of n consecutive ranks: n f S of an all-to-all, f S of all others,
//!          with f the bus-bandwidth factor of N / n; of skewed experts the largest sum that leaves or enters
//! C_n      what leads out of a part [B/ns], B inside and B_x outside PathModel::port_rate_GBps:
//!          B + B_x a gpu (n = 1), q (u B + B_x) a leaf of q in a domain, L B_x a domain, q u_x B_x a leaf of
//!          several domains; B_x counts only where a group spans domains; u, u_x PathModel::up_share
//! t_path   the shorter PathModel::path_ns: the last byte still has to arrive
//! S is CollectiveCall::bytes; headers and software count nothing. With experts a token need not enter a
//! domain more than once, nor a gpu once for each of its experts there, and a leaf in a domain counts
//! nothing. Source: NVIDIA/nccl-tests, doc/PERFORMANCE.md, for f.
double lower_bound_ns(std::string const& op, CollectiveCall const&, Paths const&);

//! The same of one algorithm: unless it sends tokens once per domain, every pick of an expert counts.
double lower_bound_ns(Algorithm const&, CollectiveCall const&, Paths const&);

}  // namespace copperwall

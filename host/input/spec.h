//! What input files say, resolved and validated: plain structs, every number with range, source and place.
//! The keys, units and limits are in schema.h (one table); how they are read, in load.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cuda/channels.h"
#include "host/input/fabric_spec.h"

namespace copperwall {

// ---- workloads/libraries/NAME.toml -----------------------------------------------------------------

//! One protocol of a collective library: how fast and how late its steps are.
struct ProtocolSpec {
    std::string name;     //!< "LL", "LL128", "Simple"
    Quantity launch_us;   //!< base cost, once
    Quantity step_us;     //!< per dependent step; contains path_us of the machine it was measured on
    Quantity efficiency;  //!< payload over bytes moved
    std::vector<std::string> runs{};          //!< "op" or "op/algorithm"; empty: all that no protocol names
    std::optional<Quantity> link_fraction{};  //!< instead of the library's
    //! In place of step_us where a step goes over NICs; contains nic_path_us of the machine it was measured
    //! on.
    std::optional<Quantity> nic_step_us{};
    std::optional<Quantity> ring_nic_step_us{};   //!< the same of rings; none: as others
    std::optional<Quantity> nic_fraction{};       //!< usable share of NICs' rate, in place of efficiency
    std::optional<Quantity> ring_nic_fraction{};  //!< the same of rings; none: as others
    Quantity share_GBps{};  //!< at which a rank's threads move one share S/N beside its links; 0: at no cost
};

//! What switches that reduce leave of a gpu's raw rate, as measured on groups of up to so many ranks.
struct InNetworkSpec {
    std::uint32_t up_to_ranks = 0;
    Quantity rate_share;         //!< of the raw rate, payload
    Quantity launch_us;          //!< once; contains the ways of the machine it was measured on
    Quantity in_flight_bytes{};  //!< of each rank's share at most: channels times chunk; 0: no matter
    std::optional<Quantity> nic_step_us{};  //!< per step over NICs, as of a protocol
    Place place;
};

//! The software that runs a collective. `ideal` costs nothing.
struct LibrarySpec {
    std::string name;
    std::string title;
    Quantity link_fraction;  //!< usable share of the link's raw rate, headers and acknowledgements included
    Quantity per_peer_us;    //!< per message beyond the first that a gpu sends in one go
    Quantity path_us;        //!< gpu-switch-gpu time of the machine step_us was measured on; taken off once
    Quantity nic_path_us;    //!< gpu-NIC-switches-NIC-gpu time of the machine nic_step_us was measured on
    std::optional<Quantity>
        nics_per_domain{};  //!< that multi_ring, chain_tree and in_network use at most; none: every rank's
    std::uint32_t messages_at_once = 1;   //!< that a gpu sends by turns, packet by packet
    std::uint32_t measured_ranks = 0;     //!< largest group, within a domain, that the costs were fitted to
    std::vector<ProtocolSpec> protocols;  //!< the one with the least predicted time runs
    std::vector<InNetworkSpec>
        in_network;  //!< by ascending up_to_ranks; empty: it does not use such switches
    Place place;
};

// ---- workloads/NAME.toml: a scenario ---------------------------------------------------------------

struct EndsSpec {
    std::string a;  //!< technology at the gpu side (lower tier)
    std::string b;  //!< at the switch side
};

//! As an end's technology: the first of kCopperInOrder that reaches with all links of the tier, else the
//! scenario's fallback.
inline constexpr char const* kCopperWhenYouCan = "copper_when_you_can";
inline constexpr char const* kCopperInOrder[] = {"passive_copper", "acc", "aec", "co_packaged_copper"};

enum class Lengths : std::uint8_t {
    per_class,  //!< every link of a class has the class's longest length: never optimistic, planes stay equal
    exact
};

//! How a switch chooses among links that lead on equally well.
enum class Routing : std::uint8_t {
    destination,  //!< by the receiver's place below its leaf: no two flows to different gpus need to meet
    message,      //!< each message by a hash of it
    packet,       //!< packets of an input in turn
    adaptive      //!< each packet by the link with the shortest queue in the switch
};

enum class Buffers : std::uint8_t {
    infinite,
    domain,     //!< at every input within domains what its link carries in a round trip; infinite over NICs
    round_trip  //!< at every input
};

//! Whether inputs within domains, or between them, have finite ones. `bytes`: their size, whatever `buffers`
//! says; 0: as it says.
inline bool finite_buffers(Buffers buffers, std::int64_t bytes, bool between_domains)
{
    return bytes != 0 || buffers == Buffers::round_trip || (buffers == Buffers::domain && !between_domains);
}

enum class Direction : std::uint8_t { both, up, down };

//! Links of a gpu to its first switches, or of a switch chip. -1: not given, all.
struct LinkSelector {
    std::string tier;         //!< of the links; empty: of a gpu the one within domains, of a chip all
    std::int32_t gpu = -1;    //!< of the whole cluster
    std::int32_t chip = -1;   //!< as results number them; one of gpu and chip is given
    std::int32_t plane = -1;  //!< of the links, among those within domains, or between them
    std::int32_t planes = 1;  //!< from `plane` on
    std::int32_t port = -1;   //!< of the chip, in each of its planes: those to gpus, or to leaves, come first
    std::int32_t ports = 1;   //!< from `port` on: those of a module
    Direction direction = Direction::both;  //!< up: away from gpus
};

//! Links that run at a part of their rate, from the start.
struct SlowedSpec {
    LinkSelector links;
    double rate = 1;  //!< part of the rate that is left, (0, 1]
    Place place;
};

//! Links that are down for a while.
struct OutageSpec {
    LinkSelector links;
    double at_us = 0;   //!< from the collective's call on
    double for_us = 0;  //!< infinite: they stay down
    double rate = 0;    //!< part of their rate that they have afterwards, (0, 1]; 0: as before
    Place place;
};

//! Links that are dead from the start.
struct DeadSpec {
    LinkSelector links;
    Place place;
};

//! What is done about dead links.
enum class Reroute : std::uint8_t {
    plane,  //!< as spine; then a plane that still lacks a way between two gpus is left out for all
    spine,  //!< other links up from a leaf, of the same plane
    none
};

struct CollectiveSpec {
    std::string op;             //!< all_reduce, all_gather ...
    std::string algorithm;      //!< ring, two_shot ..., or best
    std::uint32_t chunks = 0;   //!< of pipelined algorithms; 0: those with the least closed form
    std::string label;          //!< what people call it: "EP256"; empty: op
    std::uint32_t group = 0;    //!< ranks; 0 = all gpus
    std::uint32_t groups = 1;   //!< that run it at once; 0: as many as fit
    std::uint32_t experts = 0;  //!< 0: every rank sends alike to every other
    std::uint32_t top_k = 0;
    std::int64_t token_bytes = 0;
    double zipf = 0;
    std::vector<std::int64_t> bytes;  //!< sizes to run, nccl-tests convention
    Place place;
};

//! How the job that runs the collectives takes failures.
struct JobSpec {
    std::uint32_t spare_trays = 0;  //!< of gpus in every domain: it goes on without so many
    bool lost_port_stops = false;   //!< a lost link that leaves others stops it, too
    double checkpoint_h = 0;        //!< 0: as reliability.toml says
    double restart_h = 0;           //!< same
};

struct SimulationSpec {
    std::uint32_t packet_bytes = 0;  //!< 0: the wire format's payload
    bool fold = true;
    std::uint64_t seed = 42;
};

struct ScenarioSpec {
    std::string name;
    std::string title;
    FabricSpec fabric;
    std::map<std::string, EndsSpec> ends;                //!< by tier name
    std::map<std::string, TechnologySpec> technologies;  //!< every one that `ends` names
    std::map<std::string, MediumSpec> media;
    ChannelSpec channel;
    ReliabilitySpec reliability;
    JobSpec job;
    std::string interconnect;  //!< what a study calls its technologies; empty: as the fabric does
    std::string fallback;  //!< technology of tiers that ask for copper_when_you_can where no copper reaches
    double lane_rate_Gbps = 0;      //!< of every tier instead of the fabric's own; 0: as the fabric says
    std::uint32_t dead_planes = 0;  //!< taken off FabricSpec already
    std::vector<SlowedSpec> slowed;
    std::vector<OutageSpec> outages;
    std::vector<DeadSpec> dead;
    Reroute reroute = Reroute::plane;
    double reroute_after_us = std::numeric_limits<double>::infinity();  //!< links go down or come back
    Lengths lengths = Lengths::per_class;
    Routing routing = Routing::destination;
    std::uint32_t routing_packets = 1;  //!< in a row by one link, where routing is by packets in turn
    Buffers buffers = Buffers::domain;
    std::int64_t buffer_bytes = 0;  //!< of every input, whatever `buffers`; 0: as it says
    Channels channels;              //!< of finite buffers, each as large as they
    bool ack_packets = false;       //!< acknowledgements are simulated, not reserved
    LibrarySpec library;
    std::vector<CollectiveSpec> collectives;
    SimulationSpec simulation;
    //! What was set over the files, key and TOML value, in order.
    std::vector<std::pair<std::string, std::string>> settings;
    //! Exact text of every file read, by path as given: stored in results.
    std::map<std::string, std::string> files;
    Place place;
};

// ---- workloads/measured/NAME.toml ------------------------------------------------------------------

//! A collective of one size on a real machine. Either figure; the other is 0.
struct MeasuredPointSpec {
    std::int64_t bytes = 0;  //!< nccl-tests convention
    double time_us = 0;
    double busbw_GBps = 0;
    Place place;
};

//! What one source measured of one collective on one machine.
struct MeasuredSeriesSpec {
    std::string machine;            //!< "GB200 NVL72, one rack"
    std::uint32_t domain_gpus = 0;  //!< of its scale-up domain
    std::string op;
    std::string label;  //!< as a study calls the collective: "EP64"; empty: op
    std::uint32_t ranks = 0;
    std::string software;            //!< library, version, algorithm as far as told
    std::string note;                //!< what else matters for a comparison
    std::string source;              //!< who, where, year
    std::filesystem::path scenario;  //!< simulates the same; empty: none does
    Place scenario_place;
    std::vector<MeasuredPointSpec> points;
    Place place;
};

struct MeasuredSpec {
    std::string name;
    std::string title;
    std::vector<MeasuredSeriesSpec> series;
};

}  // namespace copperwall

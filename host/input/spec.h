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

namespace copperwall {

//! Where a value stands in a file; line 0: given on the command line or a default.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};

enum class Status : std::uint8_t { measured, published, assumed };

//! A number that describes hardware or software. The unit is in the key's name.
struct Quantity {
    double value = 0;
    double low = 0;  //!< low <= value <= high; equal to value where no range is known
    double high = 0;
    Status status = Status::assumed;
    std::string source;
    Place place;
};

// ---- topologies/media.toml -------------------------------------------------------------------------

//! What lies between two ends: twinax, board, fibre.
struct MediumSpec {
    std::string name;
    Quantity delay_ns_per_m;
};

// ---- topologies/channel.toml ------------------------------------------------------------------------

//! What a lane of copper may lose, and where it loses it; see cuda/reach.h for the symbols.
struct ModulationSpec {
    std::string name;  //!< "PAM4"
    Quantity bits_per_symbol;
    Quantity penalty_dB;
};

//! Both ends' hosts together.
struct HostSpec {
    std::string name;  //!< "spine"
    std::string title;
    Quantity fixed_dB;
    Quantity slope_dB_per_GHz;
    Quantity ceiling_GHz;
};

struct ConductorSpec {
    std::string name;  //!< "AWG26", "board"
    Quantity skin_dB_per_m;
    Quantity dielectric_dB_per_m;
};

struct LossBudgetSpec {
    Quantity line_rate_factor;
    Quantity fixed_dB, slope_dB_per_GHz;  //!< up to knee_GHz
    Quantity knee_GHz;
    Quantity most_dB;                                      //!< beyond it
    Quantity bandwidth_knee_GHz, bandwidth_dB_per_decade;  //!< low: noise grows with bandwidth
    Quantity better_silicon_dB;                            //!< high, from 200 Gb/s lanes on
    Quantity excess_dB_per_10_percent;                     //!< past a host's ceiling
};

struct ChannelSpec {
    LossBudgetSpec budget;
    std::map<std::string, ModulationSpec> modulations;
    std::map<std::string, HostSpec> hosts;
    std::map<std::string, ConductorSpec> conductors;
};

// ---- topologies/reliability.toml --------------------------------------------------------------------

//! What fails and costs beside the ends of links, and what a failure does to a job.
struct ReliabilitySpec {
    Quantity switch_cost_usd_per_Gbps;  //!< of a chip's port, without optics
    Quantity switch_failures_fit;       //!< of a chip with its share of the box
    Quantity switch_repair_h;           //!< of its tray
    Quantity gpu_failures_fit;
    Quantity gpu_repair_h;  //!< of its tray
    Quantity checkpoint_h;  //!< between checkpoints
    Quantity restart_h;     //!< from a failure until the job goes on where the last checkpoint was taken
};

// ---- topologies/technologies/NAME.toml -------------------------------------------------------------

//! What is out of service while an end is repaired: its module's links, all of the tray, or the rack.
enum class RepairTakes : std::uint8_t { ports, tray, rack };

enum class Carrier : std::uint8_t { electrical, optical };

//! How one end of a link is built. A link is end A + medium + end B, and the ends may differ.
//! Energy: pJ/bit of port rate at one end, counting rule: module W / port rate is the whole link's two
//! directions at this end (physics: one end counted once for what it sends and receives).
struct TechnologySpec {
    std::string name;  //!< file name without .toml: "passive_copper"
    std::string title;
    Carrier carrier = Carrier::electrical;
    std::vector<std::string> media;  //!< it can drive: "twinax", "board", "fibre"
    Quantity added_latency_ns;       //!< per end, on top of the port generation's PHY
    //! Part of added_latency_ns that DSP or retimer takes; absent where there is neither.
    std::optional<Quantity> dsp_latency_ns;
    std::optional<Quantity>
        phy_latency_ns;     //!< replaces the port generation's PHY (no-SerDes links only); per link
    Quantity host_trace_m;  //!< board between chip and this end's module
    //! Components, pJ/bit per end, in the order of kComponents below.
    std::vector<Quantity> energy_pJ_per_bit;
    Quantity static_fraction;   //!< share of the power drawn whether or not bits flow
    Quantity module_rate_Gbps;  //!< per direction; a module carries module_rate / link rate links
    std::optional<Quantity>
        most_lane_rate_Gbps;   //!< faster lanes it does not carry (linear optics); absent: any
    std::string channel_host;  //!< electrical ends that change the host: "co_packaged_copper", "retimed_plug"
    std::optional<Quantity> channel_gain_dB;  //!< of a redriver in the plug
    Quantity reach_m;                         //!< longest medium; at lane_rate_Gbps
    Quantity cost_usd_per_Gbps;               //!< per link end
    Quantity failures_fit;                    //!< per module end
    Quantity repair_h;
    std::string repair_unit;  //!< what is swapped: "module", "switch chassis", "cable cartridge"
    RepairTakes repair_takes = RepairTakes::ports;
    bool field_swappable = false;
    Place place;
};

inline constexpr char const* kComponents[] = {"host_serdes",    "dsp",  "laser", "driver_modulator", "tia",
                                              "tuning_control", "other"};

// ---- topologies/wire/NAME.toml ---------------------------------------------------------------------

//! Packets as they are on a wire.
struct WireSpec {
    Quantity payload_bytes;  //!< largest payload that is sent
    Quantity header_bytes;   //!< of every packet: headers, checks, gap
    Quantity flit_bytes;     //!< payload is rounded up to it
    Quantity ack_bytes{};    //!< for every packet, in the other direction
    Quantity mtu_bytes{};    //!< largest payload that the format allows
    std::string name{};      //!< file name without .toml: "nvlink"
    std::string title{};
    Place place{};
};

// ---- topologies/NAME.toml --------------------------------------------------------------------------

struct SwitchSpec {
    std::uint32_t chips = 0;   //!< of a tier below: those of one leaf, over all planes; of a spine: computed
    Quantity core_latency_ns;  //!< without its ports' PHY
    Quantity
        core_energy_pJ_per_bit;  //!< of switched payload, without optics, switch-side host SerDes included
    bool cut_through = true;
    std::uint32_t ports = 0;                      //!< of one chip, links of this tier; spines only
    std::optional<Quantity> reduce_latency_ns{};  //!< of a unit that reduces, there and back; none: has none
};

//! Where racks stand: in rows, those of the spines in the middle of a domain's.
//! Link length = |dx| + |dy| + both ends' way up to the cable trays + slack_m.
struct FloorSpec {
    Quantity rack_pitch_m;
    Quantity row_pitch_m;
    Quantity tray_height_m;  //!< of the cable trays above the racks, over rack unit 0
    std::uint32_t racks_per_row = 0;
};

//! Where trays stand in a rack; link length = |dU| * unit_m + slack_m (+ the traces inside the trays).
struct PlacementSpec {
    std::vector<std::uint32_t> gpu_trays_u;  //!< rack unit of each gpu tray; gpus fill them in order
    std::uint32_t gpus_per_tray = 0;
    std::vector<std::uint32_t> switch_trays_u;
    std::uint32_t chips_per_tray = 0;
    Quantity unit_m;  //!< height of one rack unit
    Quantity slack_m;
    Quantity gpu_trace_m;     //!< board or flyover inside the tray, gpu side
    Quantity switch_trace_m;  //!< same, switch side
    FloorSpec floor;          //!< of spines
};

//! One set of links of one kind, between gpus and switches, [tier.NAME], or between these and the spines
//! above them, [spine.NAME].
struct TierSpec {
    std::string name;  //!< "rack"; the key of `ends` in a scenario
    std::string
        wiring;  //!< "single_tier"; of spines "spine" (every leaf to every spine) or "mesh" (leaf to leaf)
    std::string above;                 //!< of spines and cores: the tier whose switches they join
    bool outside = false;              //!< between domains: its gpu ends are NICs
    std::uint32_t leaf_gpus = 0;       //!< gpus below the same switches of this tier; 0: all of a domain
    double oversubscription = 1;       //!< of spines: links down of a leaf over links up
    std::uint32_t pod_gpus = 0;        //!< of spines below cores: gpus below the same spines
    bool rails = false;                //!< outside: gpus of the same place in their domains share a leaf
    bool rail_only = false;            //!< and there is no way from one such rail to another
    std::string technology;            //!< where `ends` names none
    std::optional<Quantity> length_m;  //!< of every link, where no placement says it
    Quantity endpoint_latency_ns;      //!< of a NIC, gpu to wire; 0: none
    Quantity nic_power_W;          //!< of a NIC at full load, one a link; its module and port SerDes aside
    Quantity nic_static_fraction;  //!< share of nic_power_W drawn whether or not bits flow
    std::string medium;  //!< used where the ends' technologies can drive it; optical ends take fibre
    std::uint32_t links_per_gpu = 0;  //!< = planes
    std::uint32_t gpus_per_link = 0;  //!< of a front end: those that share a NIC and its link
    std::uint32_t lanes = 0;          //!< per link and direction
    Quantity lane_rate_Gbps;
    Quantity link_rate_GBps;      //!< per link and direction, what the protocol sees
    std::string conductor;        //!< of electrical links, in channel.toml: "AWG30", "board"
    std::string host;             //!< same: "spine", "front_panel", "board"
    std::string modulation;       //!< same: "PAM4"
    double ships_at_Gbps = 0;     //!< lane rate at which the product is sold on copper; 0: on none
    std::string port_generation;  //!< "NVLink 5"
    Quantity phy_latency_ns;      //!< SerDes + FEC, both ends of one link together
    WireSpec wire;
    SwitchSpec switches;
    PlacementSpec placement;
};

//! A measured latency the fabric is shown beside (never fitted to silently).
struct LatencyCheckSpec {
    std::string what;  //!< "GPU-NVSwitch-GPU load round trip"
    bool round_trip = true;
    Quantity measured_ns;
};

//! The front end's name among tiers, which no other tier may have.
inline constexpr char const* kFrontEnd = "front_end";

struct FabricSpec {
    std::string name;  //!< file name without .toml
    std::string title;
    std::uint32_t gpus = 0;  //!< of one scale-up domain
    std::uint32_t domains = 1;
    std::string scale_out;              //!< name of the scale-out file, if any
    std::optional<TierSpec> front_end;  //!< NICs to storage, users and management, and their first switches
    std::vector<TierSpec> tiers;        //!< that carry collectives: not the front end
    std::vector<LatencyCheckSpec> latency_checks;
    Place place;
};

// ---- workloads/libraries/NAME.toml -----------------------------------------------------------------

//! One protocol of a collective library: how fast and how late its steps are.
struct ProtocolSpec {
    std::string name;     //!< "LL", "LL128", "Simple"
    Quantity launch_us;   //!< base cost, once
    Quantity step_us;     //!< per dependent step; contains path_us of the machine it was measured on
    Quantity efficiency;  //!< payload over bytes moved
};

//! What switches that reduce leave of a gpu's raw rate, as measured on groups of up to so many ranks.
struct InNetworkSpec {
    std::uint32_t up_to_ranks = 0;
    Quantity rate_share;  //!< of the raw rate, payload
    Quantity launch_us;   //!< once; contains the ways of the machine it was measured on
    Place place;
};

//! The software that runs a collective. `ideal` costs nothing.
struct LibrarySpec {
    std::string name;
    std::string title;
    Quantity link_fraction;  //!< usable share of the link's raw rate, headers and acknowledgements included
    Quantity per_peer_us;    //!< per message beyond the first that a gpu sends in one go
    Quantity path_us;        //!< gpu-switch-gpu time of the machine step_us was measured on; taken off once
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

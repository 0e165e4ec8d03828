//! A fabric built: nodes placed, links classed, lengths, delays, energies; and the engine's network from it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cuda/laws.h"
#include "cuda/network.h"
#include "cuda/risk_bands.h"
#include "host/input/spec.h"

namespace copperwall {

//! Power of one link end by component. W = pJ/bit * port rate.
struct EndPower {
    std::string technology;
    double component_pJ_per_bit[kPowerComponents] =
        {};  //!< kComponents; host_serdes is counted at the gpu end only
    double static_fraction = 1;
};

//! Frames on the wire of a link class.
struct WireFrames {
    std::string format;               //!< "nvlink"
    std::uint32_t payload_bytes = 0;  //!< of a full one
    std::uint32_t header_bytes = 0;
    std::uint32_t ack_bytes = 0;  //!< for each, the other way
};

//! What one directed link of a class draws, and what it leads into.
struct ClassPower {
    LinkPower power;
    double switch_core_pJ_per_bit = 0;  //!< of the switch it leads into, of payload switched; 0: into a gpu
    //! Half of the NIC at its gpu end, while it sends and while it is silent; 0: no NIC.
    double nic_full_W = 0, nic_idle_W = 0;
};

//! Links of one tier, direction and pair of technologies. The row of the timeline.
struct LinkClass : ClassPower {
    std::string name;  //!< "rack up" (gpu to switch), "rack down"
    std::string tier;
    std::string medium;
    EndPower a;  //!< lower end (gpu side), whatever the direction
    EndPower b;
    bool up = true;
    std::uint64_t count = 0;  //!< directed links in the whole fabric, folded planes counted
    std::uint32_t lanes = 0;
    double lane_rate_Gbps = 0;
    double link_rate_GBps = 0;
    WireFrames wire;
    double longest_m = 0;
    double shortest_m = 0;
    double reach_m = 0;  //!< the shorter of both ends' reach; of copper by the loss budget, typical
    double reach_low_m = 0, reach_high_m = 0;
    double margin_dB = 0;   //!< of copper, at longest_m; 0 for light
    bool marginal = false;  //!< within 0.25 m or 1 dB of the limit
    bool reaches = true;
    std::string why_not;  //!< where it does not reach for another cause than its length
    LinkDelay delay;      //!< at longest_m
    LinkDelay delay_low;  //!< the same with every latency at its low
    LinkDelay delay_high;
    ClassPower power_low;  //!< with every energy, NIC power and static share at its low
    ClassPower power_high;
};

//! Links of the front end are counted, powered and priced, but no message of a collective takes them.
inline bool carries_packets(LinkClass const& c)
{
    return c.tier != kFrontEnd;
}

struct PlacedNode {
    std::string name;  //!< "gpu 17", "switch 4 plane 4"
    NodeKind kind = NodeKind::gpu;
    std::uint32_t rack = 0;
    std::uint32_t tray_u = 0;
    std::uint32_t chip = 0;  //!< physical switch chip; several planes may share one
    double x_m = 0, y_m = 0, z_m = 0;
    double rack_x_m = 0, rack_y_m = 0;  //!< of the rack, within its domain
};

//! One way from gpu to gpu at zero load.
struct PathDelay {
    double typical_ns = 0;
    double low_ns = 0;   //!< with every latency at its low
    double high_ns = 0;  //!< at its high
};

//! All planes, unfolded; link l of `lengths_m` and of network.links are the same link.
struct Fabric {
    FabricSpec spec;
    std::uint32_t domain_gpus = 0;   //!< of one scale-up domain; network.gpus where there is only one
    std::string interconnect;        //!< label: "passive_copper", "cpo", "dsp_pluggable/cpo"
    std::vector<LinkClass> classes;  //!< by Link::link_class; behind them those that carry no packets
    std::vector<PlacedNode> nodes;
    std::vector<double> lengths_m;
    Network network;
    std::vector<std::uint32_t> switches_per_plane;  //!< engine nodes, within domains, then between them
    std::map<std::string, EndsSpec> ends;           //!< of each tier, policies settled
    double port_rate_GBps = 0;            //!< within the domain, per gpu and direction, all planes together
    double outside_rate_GBps = 0;         //!< the same of its NICs; 0: none
    double front_end_rate_GBps = 0;       //!< the same of its part of a front end's NIC; 0: none
    std::uint32_t leaf_gpus = 0;          //!< of a domain, below the same switches
    std::uint32_t outside_leaf_gpus = 0;  //!< below the same switches between domains
    double oversubscription = 1;          //!< of the spines within a domain
    PathDelay leaf_path;                  //!< between two gpus below the same switches
    PathDelay outside_leaf_path;          //!< between domains, below the same switches
    PathDelay outside_path;               //!< between domains, the farthest two gpus
    double switch_core_pJ_per_bit = 0;
    double path_ns = 0;      //!< within a domain, the farthest two gpus, one way at zero load
    double path_low_ns = 0;  //!< the same with every latency at its low
    double path_high_ns = 0;
    std::string
        unreachable;  //!< why nothing can run: pairs of gpus that dead links leave without a way; or empty
    RiskModel risk_model;  //!< risk.h
    RiskBands risk;
    std::vector<std::string> notes;  //!< what a reader must know: approximations, assumed values
};

//! Throws InputError: a technology that cannot drive its medium, ends that do not fit, an impossible count.
//! A link longer than its reach is no error here: its class has reaches = false.
Fabric build_fabric(ScenarioSpec const& scenario);

//! How the engine sees a fabric.
struct EngineView {
    //! Usable share, within domains (library), of the link rate that acknowledgements leave.
    double rate_share = 1;
    double outside_rate_share = 1;    //!< the same between domains
    bool folded[2] = {false, false};  //!< one plane stands for all: kInside, kOutside
    //! gpus that take part, first in the network, and how many of them a domain holds; empty: all.
    std::vector<std::uint32_t> gpus;
    std::uint32_t domain_gpus = 0;
    std::uint32_t packet_bytes = 0;     //!< payload of a packet; 0: that of each wire format
    bool ack_packets = false;           //!< acknowledgements are simulated: rates are whole
    std::uint32_t reduction_units = 0;  //!< of so many gpus, those that take part: reduction_units.h
    std::uint32_t units_per_gpu = 1;
};

//! With the rates that acknowledgements leave, unless they are simulated. Throws std::invalid_argument if
//! planes that are to be folded differ.
Network engine_network(Fabric const& fabric, EngineView const& view);

//! True where every plane of a group of ports has the same latencies and rates, so that folding is exact.
bool planes_equal(Fabric const& fabric, std::uint32_t group = kInside);

}  // namespace copperwall

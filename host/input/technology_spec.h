//! What links are made of: media, loss budgets, technologies of ends, wire formats; and what fails.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/input/quantity.h"

namespace copperwall {

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

}  // namespace copperwall

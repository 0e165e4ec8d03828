//! A fabric as its file says: tiers of links, their switches and where they stand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/input/technology_spec.h"

namespace copperwall {

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
    std::uint32_t swapped_gpus = 0;   //!< of one unit that is swapped when a part fails; 0: all of a tray
    std::uint32_t swapped_chips = 0;  //!< same, switch chips
    Quantity unit_m;                  //!< height of one rack unit
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

//! Units of gpus of a domain that are swapped as a whole, by the placement of its first tier.
inline std::uint32_t swapped_trays(FabricSpec const& fabric)
{
    PlacementSpec const& at = fabric.tiers.front().placement;
    std::uint32_t const each = std::max(1u, at.swapped_gpus != 0 ? at.swapped_gpus : at.gpus_per_tray);
    return (fabric.gpus + each - 1) / each;
}

}  // namespace copperwall

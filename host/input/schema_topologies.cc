// The schema of topologies/: media, technologies, fabrics.
#include "cuda/types.h"
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

// ---- topologies/media.toml --------------------------------------------------------------------------

Section media()
{
    Open const add = [](void* parent, std::string const& name, Place const&) -> void* {
        auto& medium = (*static_cast<MediaFile*>(parent))[name];
        medium.name = name;
        return &medium;
    };
    return file("topologies/media.toml: what lies between the two ends of a link", {},
                {sourced(named(table("medium", add, "a medium; links name it",
                                     {quantity("delay_ns_per_m", "ns/m", 1, 20, required, "propagation delay",
                                               into(&MediumSpec::delay_ns_per_m))})))});
}

// ---- topologies/channel.toml ------------------------------------------------------------------------

static Section loss_budget()
{
    using B = LossBudgetSpec;
    return sourced(table(
        "budget", part(&ChannelSpec::budget), "loss that a SerDes bears, bump to bump",
        {quantity("line_rate_factor", "", 1, 2, required, "line rate over payload class",
                  into(&B::line_rate_factor)),
         quantity("fixed_dB", "dB", 0, 100, required, "budget at 0 GHz", into(&B::fixed_dB)),
         quantity("slope_dB_per_GHz", "dB/GHz", 0, 10, required, "its growth up to the knee",
                  into(&B::slope_dB_per_GHz)),
         quantity("knee_GHz", "GHz", 1, 1000, required, "from here on it is most_dB", into(&B::knee_GHz)),
         quantity("most_dB", "dB", 0, 100, required, "budget past the knee", into(&B::most_dB)),
         quantity("bandwidth_knee_GHz", "GHz", 1, 1000, required,
                  "from here on bandwidth_dB_per_decade counts", into(&B::bandwidth_knee_GHz)),
         quantity("bandwidth_dB_per_decade", "dB/decade", -100, 0, required, "lost to noise with bandwidth",
                  into(&B::bandwidth_dB_per_decade)),
         quantity("better_silicon_dB", "dB", 0, 50, required,
                  "gained by newer silicon, from 200 Gb/s lanes on", into(&B::better_silicon_dB)),
         quantity("excess_dB_per_10_percent", "dB/10%", 0, 100, required,
                  "lost per 10 % past a host's ceiling", into(&B::excess_dB_per_10_percent))}));
}

//! [name.ANY] into a map of structs that have a name.
template <class M>
static Open into_map(std::map<std::string, M> ChannelSpec::*member)
{
    return [member](void* parent, std::string const& name, Place const&) -> void* {
        M& made = (static_cast<ChannelSpec*>(parent)->*member)[name];
        made.name = name;
        return &made;
    };
}

Section channel()
{
    using M = ModulationSpec;
    using H = HostSpec;
    using C = ConductorSpec;
    return file(
        "topologies/channel.toml: what a lane of copper may lose, and where", {},
        {loss_budget(),
         sourced(named(
             table("modulation", into_map(&ChannelSpec::modulations), "how bits become levels",
                   {quantity("bits_per_symbol", "", 1, 8, required, "2 for PAM4", into(&M::bits_per_symbol)),
                    quantity("penalty_dB", "dB", 0, 50, required, "against PAM4", into(&M::penalty_dB))}))),
         sourced(named(
             table("host", into_map(&ChannelSpec::hosts), "packages, boards and connectors of both ends",
                   {text("title", required, "name for people", into(&H::title)),
                    quantity("fixed_dB", "dB", 0, 100, required, "loss at 0 GHz", into(&H::fixed_dB)),
                    quantity("slope_dB_per_GHz", "dB/GHz", 0, 10, required, "its growth",
                             into(&H::slope_dB_per_GHz)),
                    quantity("ceiling_GHz", "GHz", 1, 1000, required, "of its connectors",
                             into(&H::ceiling_GHz))}))),
         sourced(named(table("conductor", into_map(&ChannelSpec::conductors), "a cable's gauge, or a board",
                             {quantity("skin_dB_per_m", "dB/m", 0, 1000, required,
                                       "skin effect, times sqrt(f/GHz)", into(&C::skin_dB_per_m)),
                              quantity("dielectric_dB_per_m", "dB/m", 0, 1000, required,
                                       "dielectric loss, times f/GHz", into(&C::dielectric_dB_per_m))})))});
}

// ---- topologies/technologies/NAME.toml --------------------------------------------------------------

static Section energy_components()
{
    constexpr char const* meanings[] = {"SerDes of the gpu that faces the module; a switch's is in its core",
                                        "digital signal processor or retimer",
                                        "laser, at the wall",
                                        "driver and modulator",
                                        "photodiode and transimpedance amplifier",
                                        "ring tuning, bias control, microcontroller",
                                        "whatever the source does not split"};
    static_assert(std::size(meanings) == std::size(kComponents));
    std::vector<Key> keys;
    for (std::size_t i = 0; i < std::size(kComponents); ++i) {
        Store const store = [i](void* target, Found const& found) {
            auto& energy = static_cast<TechnologySpec*>(target)->energy_pJ_per_bit;
            energy.resize(std::size(kComponents));
            assign(energy[i], found);
        };
        keys.push_back(quantity(kComponents[i], "pJ/bit", 0, 1000, required, meanings[i], store));
    }
    return sourced(table("energy_pJ_per_bit", same(), "energy at one end, by component", std::move(keys)));
}

Section technology()
{
    using T = TechnologySpec;
    return file(
        "topologies/technologies/NAME.toml: how one end of a link is built", {},
        {sourced(table(
            "technology", same_at(&T::place), "one end of a link; the two ends may differ",
            {text("title", required, "name for people", into(&T::title)),
             choice("carrier", {"electrical", "optical"}, required, "what travels in the medium",
                    into(&T::carrier)),
             names("media", required, "media of topologies/media.toml it can drive", into(&T::media)),
             quantity("added_latency_ns", "ns", 0, 10'000, required, "per end, beyond the port's PHY",
                      into(&T::added_latency_ns)),
             quantity("dsp_latency_ns", "ns", 0, 10'000, optional,
                      "part of added_latency_ns that DSP or retimer takes", into(&T::dsp_latency_ns)),
             quantity("phy_latency_ns", "ns", 0, 10'000, optional,
                      "replaces the port's PHY, per link; only for links without SerDes",
                      into(&T::phy_latency_ns)),
             quantity("host_trace_m", "m", 0, 2, required, "board between the chip and this end",
                      into(&T::host_trace_m)),
             quantity("static_fraction", "", 0, 1, required, "share of the power drawn with no bits flowing",
                      into(&T::static_fraction)),
             quantity("module_rate_Gbps", "Gb/s", 1, 1e6, required,
                      "of one module and direction; it carries module rate / link rate links",
                      into(&T::module_rate_Gbps)),
             quantity("most_lane_rate_Gbps", "Gb/s", 1, 10'000, optional, "faster lanes it does not carry",
                      into(&T::most_lane_rate_Gbps)),
             text("channel_host", optional,
                  "electrical ends: host of topologies/channel.toml in place of the tier's",
                  into(&T::channel_host)),
             quantity("channel_gain_dB", "dB", 0, 50, optional, "of a redriver in the plug",
                      into(&T::channel_gain_dB)),
             quantity("reach_m", "m", 0, 100'000, required,
                      "longest medium; of copper as published, the loss budget decides", into(&T::reach_m)),
             quantity("cost_usd_per_Gbps", "usd/Gb/s", 0, 1000, required, "of one link end",
                      into(&T::cost_usd_per_Gbps)),
             quantity("failures_fit", "fit", 0, 1e7, required, "of one module end, per 1e9 h",
                      into(&T::failures_fit)),
             quantity("repair_h", "h", 0, 10'000, required, "time to repair", into(&T::repair_h)),
             text("repair_unit", required, "what is swapped: module, switch chassis", into(&T::repair_unit)),
             choice("repair_takes", {"ports", "tray", "rack"}, required,
                    "what is out of service meanwhile: the module's links, the tray they end in, the rack",
                    into(&T::repair_takes)),
             boolean("field_swappable", required, "whether a technician swaps it in the rack",
                     into(&T::field_swappable))},
            {energy_components()}))});
}

// ---- topologies/NAME.toml ---------------------------------------------------------------------------

//! The name only: its file is read later.
static Key wire_name()
{
    Store const store = [](void* target, Found const& found) {
        WireSpec& named = static_cast<TierSpec*>(target)->wire;
        named.name = std::get<std::string>(found.value);
        named.place = found.place;
    };
    return text("wire", required, "a file of topologies/wire/, without .toml: what packets are", store);
}

static Section switches(bool spine)
{
    using S = SwitchSpec;
    Key const count_of_chips =
        spine ? whole("ports", "", 1, 65536, required, "links of this kind that one chip takes",
                      into(&S::ports))
              : whole("chips", "", 1, 4096, required, "chips that one leaf's gpus lead into, over all planes",
                      into(&S::chips));
    return sourced(
        table("switch", part(&TierSpec::switches), "the switch chips of the tier",
              {count_of_chips,
               quantity("core_latency_ns", "ns", 1, 100'000, required, "port to port, without the ports' PHY",
                        into(&S::core_latency_ns)),
               quantity("core_energy_pJ_per_bit", "pJ/bit", 0, 1000, required,
                        "of switched payload, switch-side SerDes included, optics not",
                        into(&S::core_energy_pJ_per_bit)),
               quantity("reduce_latency_ns", "ns", 0, 100'000, optional,
                        "of units that reduce, beside a way through the switch; none: it does not reduce",
                        into(&S::reduce_latency_ns)),
               choice("forwarding", {"store_and_forward", "cut_through"}, by_default("\"cut_through\""),
                      "when a packet may leave: after its tail or its head", into(&S::cut_through))}));
}

static Section placement()
{
    using P = PlacementSpec;
    return sourced(table(
        "placement", part(&TierSpec::placement),
        "where trays stand in the rack; link length = |dU| unit + slack",
        {wholes("gpu_trays_u", 0, 200, "rack unit of each gpu tray; gpus fill them in order",
                into(&P::gpu_trays_u)),
         whole("gpus_per_tray", "", 1, 1024, required, "gpus in one tray", into(&P::gpus_per_tray)),
         wholes("switch_trays_u", 0, 200, "rack unit of each switch tray", into(&P::switch_trays_u)),
         whole("chips_per_tray", "", 1, 1024, required, "switch chips in one tray", into(&P::chips_per_tray)),
         quantity("unit_m", "m", 0, 1, required, "height of a rack unit", into(&P::unit_m)),
         quantity("slack_m", "m", 0, 100, required, "cable beyond the vertical run", into(&P::slack_m)),
         quantity("gpu_trace_m", "m", 0, 2, required, "board or flyover inside the gpu tray",
                  into(&P::gpu_trace_m)),
         quantity("switch_trace_m", "m", 0, 2, required, "the same inside the switch tray",
                  into(&P::switch_trace_m))}));
}

//! Racks on the floor, and the trays of spines in racks of their own.
static Section spine_placement()
{
    using P = PlacementSpec;
    using F = FloorSpec;
    return maybe(sourced(table(
        "placement", part(&TierSpec::placement),
        "racks in rows, spines in the middle; |dx| + |dy| + ways up + slack",
        {wholes("switch_trays_u", 0, 200, "rack unit of each tray of spines", into(&P::switch_trays_u)),
         whole("chips_per_tray", "", 1, 1024, required, "spine chips in one tray", into(&P::chips_per_tray)),
         quantity("unit_m", "m", 0, 1, required, "height of a rack unit", into(&P::unit_m)),
         quantity("slack_m", "m", 0, 100, required, "cable beyond the way", into(&P::slack_m)),
         quantity("switch_trace_m", "m", 0, 2, required, "board or flyover inside the spine's tray",
                  into(&P::switch_trace_m)),
         quantity("rack_pitch_m", "m", 0.1, 10, required, "from rack to rack in a row",
                  into(&P::floor, &F::rack_pitch_m)),
         quantity("row_pitch_m", "m", 0.1, 20, required, "from row to row", into(&P::floor, &F::row_pitch_m)),
         quantity("tray_height_m", "m", 0, 10, required, "cable trays above rack unit 0",
                  into(&P::floor, &F::tray_height_m)),
         whole("racks_per_row", "", 1, 1000, required, "racks in one row",
               into(&P::floor, &F::racks_per_row))})));
}

//! A NIC beside what a link of it has.
static std::vector<Key> nic_keys()
{
    using T = TierSpec;
    return {
        quantity("nic_power_W", "W", 0, 1000, required,
                 "of a NIC at full load, one a link, without module and port SerDes", into(&T::nic_power_W)),
        quantity("nic_static_fraction", "", 0, 1, required, "share of that drawn with no bits flowing",
                 into(&T::nic_static_fraction))};
}

//! What every kind of links has.
static std::vector<Key> link_keys()
{
    using T = TierSpec;
    return {
        text("medium", required, "medium of topologies/media.toml; optical ends take fibre",
             into(&T::medium)),
        text("technology", optional, "of both ends, where a scenario's ends name none", into(&T::technology)),
        quantity("length_m", "m", 0, 100'000, optional, "of every link, instead of a placement",
                 into(&T::length_m)),
        whole("lanes", "", 1, 64, required, "per link and direction", into(&T::lanes)),
        quantity("lane_rate_Gbps", "Gb/s", 1, 10'000, required, "nominal payload class: 50, 100, 200, 400",
                 into(&T::lane_rate_Gbps)),
        quantity("link_rate_GBps", "GB/s", 0.1, 10'000, required, "per link and direction",
                 into(&T::link_rate_GBps)),
        text("conductor", by_default("\"AWG30\""), "of copper links, in topologies/channel.toml",
             into(&T::conductor)),
        text("host", by_default("\"spine\""), "of copper links, in topologies/channel.toml", into(&T::host)),
        text("modulation", by_default("\"PAM4\""), "of copper links, in topologies/channel.toml",
             into(&T::modulation)),
        number("ships_at_Gbps", by_default("0.0"),
               "lane rate at which the product is sold on copper; 0: none", into(&T::ships_at_Gbps)),
        text("port_generation", required, "the ports' kind: NVLink 5", into(&T::port_generation)),
        quantity("phy_latency_ns", "ns", 0, 10'000, required, "SerDes and FEC, both ends of a link together",
                 into(&T::phy_latency_ns))};
}

static std::vector<Key> with(std::vector<Key> keys, std::vector<Key> const& more)
{
    keys.insert(keys.end(), more.begin(), more.end());
    return keys;
}

static Section tier(bool outside)
{
    using T = TierSpec;
    std::vector<Key> keys =
        with({text("wiring", required, "pattern of the wiring: single_tier", into(&T::wiring)),
              whole("links_per_gpu", "", 1, 1024, required, "links of one gpu into this tier = planes",
                    into(&T::links_per_gpu)),
              whole("leaf_gpus", "", 0, kMaxGpus, by_default("0"),
                    "gpus below the same switches; 0: all of a domain", into(&T::leaf_gpus)),
              wire_name()},
             link_keys());
    if (outside)
        keys =
            with(std::move(keys),
                 {boolean("rails", by_default("false"),
                          "gpus of the same place in their domains share a leaf", into(&T::rails)),
                  boolean("rail_only", by_default("false"),
                          "the same, and switches of different places are not joined", into(&T::rail_only)),
                  quantity("endpoint_latency_ns", "ns", 0, 100'000, required,
                           "of a NIC and its way to the gpu, each end", into(&T::endpoint_latency_ns))});
    if (outside) keys = with(std::move(keys), nic_keys());
    auto place = placement();
    if (outside) place = maybe(std::move(place));
    return sourced(
        named(table("tier", appended(&FabricSpec::tiers), "links of one kind between gpus and switches",
                    std::move(keys), {switches(false), std::move(place)})));
}

static Section spine()
{
    using T = TierSpec;
    return maybe(sourced(named(table(
        "spine", appended(&FabricSpec::tiers), "links between the switches of a tier and those above them",
        with({text("above", required, "the tier whose switches it joins; a spine's: it holds cores",
                   into(&T::above)),
              text("wiring", required, "spine: every leaf to every spine; mesh: leaf to leaf",
                   into(&T::wiring)),
              number("oversubscription", by_default("1.0"), "links down of a switch below over its links up",
                     into(&T::oversubscription)),
              whole("pod_gpus", "", 0, kMaxGpus, by_default("0"),
                    "below cores: gpus whose leaves share spines; others are reached over cores",
                    into(&T::pod_gpus))},
             link_keys()),
        {switches(true), spine_placement()}))));
}

static Section front_end()
{
    using T = TierSpec;
    Open const make = [](void* parent, std::string const&, Place const&) -> void* {
        TierSpec& made = static_cast<FabricSpec*>(parent)->front_end.emplace();
        made.name = kFrontEnd;
        return &made;
    };
    return maybe(sourced(table(
        "front_end", make, "NICs to storage and users: counted and powered, no collective goes over them",
        with(with({whole("gpus_per_link", "", 1, 1024, required,
                         "gpus of a tray that share a NIC, one a link", into(&T::gpus_per_link))},
                  link_keys()),
             nic_keys()),
        {switches(true)})));
}

static Section latency_check()
{
    using C = LatencyCheckSpec;
    return sourced(maybe(list(table(
        "latency_check", appended(&FabricSpec::latency_checks), "a measured latency shown beside the model's",
        {text("what", required, "the path: GPU-NVSwitch-GPU load round trip", into(&C::what)),
         boolean("round_trip", by_default("true"), "there and back, or one way", into(&C::round_trip)),
         quantity("measured_ns", "ns", 1, 1e6, required, "what was measured", into(&C::measured_ns))}))));
}

Section fabric()
{
    using F = FabricSpec;
    return file("topologies/NAME.toml: gpus, switches and the links between them", {},
                {sourced(table("fabric", same_at(&F::place), "the fabric as a whole",
                               {text("title", required, "name for people", into(&F::title)),
                                whole("gpus", "", 2, kMaxGpus, required, "number of gpus", into(&F::gpus))})),
                 tier(false), spine(), latency_check()});
}

Section scale_out()
{
    using F = FabricSpec;
    return file("topologies/scale_out/NAME.toml: the network of NICs between scale-up domains", {},
                {sourced(table("scale_out", same_at(&F::place), "the network as a whole",
                               {text("title", required, "name for people", into(&F::title))})),
                 tier(true), spine(), front_end()});
}

}  // namespace copperwall::schema_rows

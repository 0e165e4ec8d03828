// The schema of fabrics and of the NICs between them.
#include "cuda/types.h"
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

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
         whole("swapped_gpus", "", 0, 1024, by_default("0"),
               "gpus of one unit that is swapped when a part of it fails; 0: all of a tray",
               into(&P::swapped_gpus)),
         whole("swapped_chips", "", 0, 1024, by_default("0"), "the same, switch chips",
               into(&P::swapped_chips)),
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

// The schema of what links are made of: media, copper channels, technologies.
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

}  // namespace copperwall::schema_rows

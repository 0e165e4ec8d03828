//! A small made-up scenario, whole in memory, for tests of fabrics: four gpus in two trays, three planes on
//! two switch chips, figures that are easy to add up by hand.
#pragma once

#include "engine_view.h"
#include "host/input/spec.h"

namespace copperwall {

inline Quantity quantity(double value, double low, double high)
{
    return {value, low, high, Status::assumed, "made up", {}};
}

inline Quantity quantity(double value)
{
    return quantity(value, value, value);
}

inline TechnologySpec made_up_technology(std::string const& name, Carrier carrier,
                                         std::vector<std::string> media)
{
    TechnologySpec t;
    t.name = t.title = name;
    t.carrier = carrier;
    t.media = std::move(media);
    t.added_latency_ns = quantity(0);
    t.host_trace_m = quantity(0);
    t.energy_pJ_per_bit = {quantity(4), quantity(0), quantity(0), quantity(0),
                           quantity(0), quantity(0), quantity(1)};
    t.static_fraction = quantity(0.5);
    t.module_rate_Gbps = quantity(800);
    t.reach_m = quantity(2);
    return t;
}

//! 10 ns a module (5 to 30) behind 0.1 m of board.
inline TechnologySpec made_up_optics(std::string const& name = "optics")
{
    TechnologySpec t = made_up_technology(name, Carrier::optical, {"fibre"});
    t.added_latency_ns = quantity(10, 5, 30);
    t.host_trace_m = quantity(0.1);
    t.reach_m = quantity(100);
    return t;
}

inline TierSpec made_up_tier()
{
    TierSpec tier;
    tier.name = "rack";
    tier.wiring = "single_tier";
    tier.medium = "twinax";
    tier.links_per_gpu = 3;
    tier.lanes = 2;
    tier.lane_rate_Gbps = quantity(200);
    tier.link_rate_GBps = quantity(50);
    tier.port_generation = "port";
    tier.phy_latency_ns = quantity(40, 20, 80);
    tier.wire = {quantity(256), quantity(16), quantity(16)};
    tier.switches = {2, quantity(100, 60, 200), quantity(13.5), true};
    tier.placement.gpu_trays_u = {0, 6};
    tier.placement.gpus_per_tray = 2;
    tier.placement.switch_trays_u = {2};
    tier.placement.chips_per_tray = 2;
    tier.placement.unit_m = quantity(0.05);
    tier.placement.slack_m = quantity(0.2);
    tier.placement.gpu_trace_m = quantity(0.15);
    tier.placement.switch_trace_m = quantity(0.3);
    return tier;
}

inline ScenarioSpec made_up_scenario()
{
    ScenarioSpec s;
    s.fabric.name = "made_up";
    s.fabric.gpus = 4;
    s.fabric.tiers = {made_up_tier()};
    s.fabric.place = {"made_up.toml", 1, 1};
    s.place = {"scenario.toml", 2, 1};
    s.ends["rack"] = {"copper", "copper"};
    s.technologies["copper"] = made_up_technology("copper", Carrier::electrical, {"twinax", "board"});
    s.technologies["optics"] = made_up_optics();
    s.media["twinax"] = {"twinax", quantity(5, 4, 6)};
    s.media["fibre"] = {"fibre", quantity(4.9)};
    s.media["board"] = {"board", quantity(6, 5, 7)};
    return s;
}

}  // namespace copperwall

//! A machine small enough to account for by hand: 4 gpus, 2 planes of 10 GB/s, one switch chip a plane.
//!
//! One link: PHY 50 ns, each end adds 2 ns, 1 m of wire at 5 ns/m, half of a core of 100 ns: 109 ns; gpu to
//! gpu 218 ns. With every latency at its low 25 + 1 + 1 + 5 + 30 = 62 ns a link, at its high 100 + 4 + 4 + 5
//! + 100 = 213 ns. A full packet is 256 B + 16 B: 27.2 ns on one plane.
#pragma once

#include "host/account/run_cell.h"

namespace copperwall::account_test {

inline Quantity exactly(double value)
{
    return {value, value, value, Status::assumed, "test", {}};
}

inline Quantity between(double low, double value, double high)
{
    return {value, low, high, Status::assumed, "test", {}};
}

inline TechnologySpec wire_technology()
{
    TechnologySpec t;
    t.name = "wire";
    t.media = {"twinax"};
    t.added_latency_ns = between(1, 2, 4);
    t.energy_pJ_per_bit.assign(kPowerComponents, exactly(0));
    t.energy_pJ_per_bit[0] = exactly(4);    // host SerDes: at the gpu only
    t.energy_pJ_per_bit[2] = exactly(1);    // laser
    t.energy_pJ_per_bit[6] = exactly(0.5);  // other
    t.static_fraction = exactly(0.9);
    t.module_rate_Gbps = exactly(80);
    t.reach_m = exactly(5);
    return t;
}

inline TierSpec rack_tier()
{
    TierSpec t;
    t.name = "rack";
    t.wiring = "single_tier";
    t.medium = "twinax";
    t.links_per_gpu = 2;
    t.lanes = 1;
    t.lane_rate_Gbps = exactly(80);
    t.link_rate_GBps = exactly(10);
    t.phy_latency_ns = between(25, 50, 100);
    t.wire = {exactly(256), exactly(16), exactly(16)};
    t.switches.chips = 2;
    t.switches.core_latency_ns = between(60, 100, 200);
    t.switches.core_energy_pJ_per_bit = exactly(13.5);
    t.placement.gpu_trays_u = {0};
    t.placement.gpus_per_tray = 4;
    t.placement.switch_trays_u = {1};
    t.placement.chips_per_tray = 2;
    t.placement.unit_m = exactly(1);
    return t;
}

inline LibrarySpec free_library()
{
    LibrarySpec library;
    library.name = "free";
    library.link_fraction = exactly(1);
    ProtocolSpec protocol;
    protocol.name = "direct";
    protocol.efficiency = exactly(1);
    library.protocols = {protocol};
    return library;
}

inline ScenarioSpec small_scenario()
{
    ScenarioSpec s;
    s.name = "small";
    s.fabric.name = "four";
    s.fabric.gpus = 4;
    s.fabric.tiers = {rack_tier()};
    s.ends["rack"] = {"wire", "wire"};
    s.technologies["wire"] = wire_technology();
    s.media["twinax"] = {"twinax", exactly(5)};
    s.media["board"] = {"board", exactly(6)};
    s.library = free_library();
    return s;
}

inline CollectiveSpec collective(std::string op, std::string algorithm)
{
    CollectiveSpec c;
    c.op = std::move(op);
    c.algorithm = std::move(algorithm);
    return c;
}

inline Cell run_small(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes)
{
    return run_cell(scenario, build_fabric(scenario), what, bytes);
}

}  // namespace copperwall::account_test

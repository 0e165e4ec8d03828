#include "cuda/link_energy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace copperwall {
namespace {

double sum(double const (&parts)[kPowerComponents])
{
    return std::accumulate(std::begin(parts), std::end(parts), 0.0);
}

//! A 24 W module of 1.6 Tb/s at both ends: 15 pJ/bit, 60 % of it the DSP.
LinkPowerInput pluggable()
{
    LinkPowerInput in;
    double const module[kPowerComponents] = {0, 9, 2.25, 2, 0.9, 0.85, 0};
    std::copy(std::begin(module), std::end(module), in.a_pJ_per_bit);
    std::copy(std::begin(module), std::end(module), in.b_pJ_per_bit);
    in.rate_Gbps = 1600;
    return in;
}

TEST(LinkPower, TwoModulesCostTheirWattsOverPortRateForEachBit)
{
    LinkPower const p = link_power(pluggable());
    EXPECT_NEAR(sum(p.traffic_pJ_per_bit), 15, 1e-12);
    // Two modules of 24 W serve two directions: 24 W a directed link.
    EXPECT_NEAR(sum(p.full_W), 24, 1e-12);
    EXPECT_NEAR(p.full_W[1] / sum(p.full_W), 0.6, 1e-12);
}

// Meta, ECOC 2025: 64 ports of 800G save 632 W going from 15.3 W to 5.43 W modules.
TEST(LinkPower, SavesWhatMetaPublishedForSixtyFourPorts)
{
    auto const one_module_W = [](double watts) {
        LinkPowerInput in;
        in.a_pJ_per_bit[6] = watts / 0.8;  // W per Tb/s
        in.rate_Gbps = 800;
        return 2 * sum(link_power(in).full_W);  // one end, both directions
    };
    EXPECT_NEAR(64 * (one_module_W(15.3) - one_module_W(5.43)), 631.7, 0.1);
}

TEST(LinkPower, EndsMayDiffer)
{
    LinkPowerInput in;
    in.a_pJ_per_bit[0] = 4;  // GPU-side SerDes; the switch's is in its core
    in.b_pJ_per_bit[2] = 1.25;
    in.static_fraction_a = 0.9;
    in.static_fraction_b = 0.5;
    in.rate_Gbps = 400;
    LinkPower const p = link_power(in);
    EXPECT_DOUBLE_EQ(p.traffic_pJ_per_bit[0], 2);
    EXPECT_DOUBLE_EQ(p.full_W[0], 0.8);    // 4 pJ/bit x 400 Gb/s / 2
    EXPECT_DOUBLE_EQ(p.idle_W[0], 0.72);   // x 0.9
    EXPECT_DOUBLE_EQ(p.full_W[2], 0.25);   // 1.25 x 0.4 / 2
    EXPECT_DOUBLE_EQ(p.idle_W[2], 0.125);  // x 0.5
}

// At 10 % utilisation a module of 15 pJ/bit that never idles costs 150 pJ/bit.
TEST(AlwaysOnEnergy, IdleModulesCostTenTimesMoreForEachBitAtTenPercentLoad)
{
    LinkPower const p = link_power(pluggable());
    double const up_s = 1e-3;
    double const bits = 0.1 * 1.6e12 * up_s;
    double const joules = always_on_energy_J(sum(p.idle_W), sum(p.full_W), up_s, 0.1 * up_s);
    EXPECT_NEAR(joules / bits, 150e-12, 1e-18);
    EXPECT_NEAR(traffic_energy_J(sum(p.traffic_pJ_per_bit), bits), 15e-12 * bits, 1e-15);
}

TEST(AlwaysOnEnergy, EqualsTrafficEnergyWhereNothingIsStaticAndEveryBitIsSentAtPortRate)
{
    LinkPowerInput in = pluggable();
    in.static_fraction_a = in.static_fraction_b = 0;
    LinkPower const p = link_power(in);
    double const busy_s = 2.5e-6;
    double const bits = busy_s * in.rate_Gbps * 1e9;
    EXPECT_NEAR(always_on_energy_J(sum(p.idle_W), sum(p.full_W), 1.0, busy_s),
                traffic_energy_J(sum(p.traffic_pJ_per_bit), bits), 1e-15);
}

TEST(AlwaysOnEnergy, GrowsWithBusyTimeByTheDynamicPartOnly)
{
    EXPECT_DOUBLE_EQ(always_on_energy_J(9, 10, 2, 0), 18);
    EXPECT_DOUBLE_EQ(always_on_energy_J(9, 10, 2, 2), 20);
}

}  // namespace
}  // namespace copperwall

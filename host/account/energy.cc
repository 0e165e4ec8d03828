#include "host/account/energy.h"

#include <numeric>

namespace copperwall {

namespace {

constexpr double kBitsPerByte = 8;
constexpr double kJPerPJ = 1e-12;

double bits(std::int64_t bytes)
{
    return kBitsPerByte * static_cast<double>(bytes);
}

//! With those that acknowledge: classes come in pairs, one of each direction.
double wire_bits(Fabric const& fabric, Traffic const& traffic, std::size_t c)
{
    if (!carries_packets(fabric.classes[c])) return 0;
    std::uint32_t const each = fabric.classes[c].wire.ack_bytes;
    return bits(traffic.wire_bytes[c]) + (each == 0 ? 0 : bits(traffic.frames[c ^ 1] * each));
}

ClassPower const& power_at(LinkClass const& c, Bound bound)
{
    if (bound == Bound::typical) return c;
    return bound == Bound::low ? c.power_low : c.power_high;
}

void add_links(LinkClass const& c, ClassPower const& p, double sent_bits, double time_s, Energy& energy)
{
    double const rate_bps = c.lanes * c.lane_rate_Gbps * 1e9;
    double const up_s = static_cast<double>(c.count) * time_s;
    for (int i = 0; i < kPowerComponents; ++i) {
        energy.always_on_J[i] +=
            always_on_energy_J(p.power.idle_W[i], p.power.full_W[i], up_s, sent_bits / rate_bps);
        energy.traffic_J[i] += traffic_energy_J(p.power.traffic_pJ_per_bit[i], sent_bits);
    }
    energy.nic_J += always_on_energy_J(p.nic_idle_W, p.nic_full_W, up_s, sent_bits / rate_bps);
    energy.nic_traffic_J += p.nic_full_W * sent_bits / rate_bps;
}

}  // namespace

double Energy::always_on_total_J() const
{
    return std::accumulate(std::begin(always_on_J), std::end(always_on_J), switch_core_J + nic_J);
}

double Energy::traffic_total_J() const
{
    return std::accumulate(std::begin(traffic_J), std::end(traffic_J), switch_core_traffic_J + nic_traffic_J);
}

Energy energy_of(Fabric const& fabric, Traffic const& traffic, double time_s, Bound bound)
{
    Energy energy;
    for (std::size_t c = 0; c < fabric.classes.size(); ++c)
        add_links(fabric.classes[c], power_at(fabric.classes[c], bound), wire_bits(fabric, traffic, c),
                  time_s, energy);
    for (std::size_t c = 0; c < fabric.classes.size(); ++c) {
        LinkClass const& into = fabric.classes[c];
        double const core_J_per_bit = power_at(into, bound).switch_core_pJ_per_bit * kJPerPJ;
        double const capacity_bps =
            kBitsPerByte * into.link_rate_GBps * 1e9 * static_cast<double>(into.count);
        energy.switch_core_J += core_J_per_bit * capacity_bps * time_s;
        if (carries_packets(into))
            energy.switch_core_traffic_J += core_J_per_bit * bits(traffic.switched_payload_bytes[c]);
    }
    return energy;
}

double traffic_pJ_per_bit(LinkClass const& link_class)
{
    auto const& parts = link_class.power.traffic_pJ_per_bit;
    return std::accumulate(std::begin(parts), std::end(parts), 0.0);
}

}  // namespace copperwall

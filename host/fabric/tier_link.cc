#include "host/fabric/tier_link.h"

#include <algorithm>

namespace copperwall {

static_assert(std::size(kComponents) == kPowerComponents);

namespace {

struct TrayRun {
    double board_m = 0;
    double medium_m = 0;
};

TrayRun tray_run(TechnologySpec const& technology, double run_m, bool own_run_is_board)
{
    double const host_m = technology.host_trace_m.value;
    if (host_m > 0) return {host_m, std::max(0.0, run_m - host_m)};
    return own_run_is_board ? TrayRun{run_m, 0} : TrayRun{0, run_m};
}

//! PHY of the port generation, or what technologies without SerDes put in its place.
double phy_ns(TierLink const& link, Bound bound)
{
    if (!replaces_phy(link)) return pick(link.tier->phy_latency_ns, bound);
    return std::max(pick(*link.a->phy_latency_ns, bound), pick(*link.b->phy_latency_ns, bound));
}

LinkDelayInput delay_input(TierLink const& link, double length_m, Bound bound)
{
    PlacementSpec const& placement = link.tier->placement;
    TrayRun const a = link.below == nullptr
                          ? tray_run(*link.a, placement.gpu_trace_m.value, true)
                          : tray_run(*link.a, link.below->placement.switch_trace_m.value, false);
    TrayRun const b = tray_run(*link.b, placement.switch_trace_m.value, false);
    LinkDelayInput in;
    in.phy_ns = phy_ns(link, bound);
    in.added_a_ns = pick(link.a->added_latency_ns, bound) + pick(link.tier->endpoint_latency_ns, bound);
    in.added_b_ns = pick(link.b->added_latency_ns, bound);
    in.board_m = a.board_m + b.board_m;
    in.board_ns_per_m = pick(link.board->delay_ns_per_m, bound);
    in.tray_m = a.medium_m + b.medium_m;
    in.medium_m = length_m;
    in.medium_ns_per_m = pick(link.medium->delay_ns_per_m, bound);
    in.switch_core_ns = pick(link.tier->switches.core_latency_ns, bound);
    in.switch_ends = 1;
    if (link.below != nullptr) {
        in.switch_ends = 2;
        in.switch_core_ns = (in.switch_core_ns + pick(link.below->switches.core_latency_ns, bound)) / 2;
    }
    return in;
}

//! The switch side's host SerDes is inside the switch core's energy.
EndPower end_power(TechnologySpec const& technology, bool gpu_side, Bound bound)
{
    EndPower end;
    end.technology = technology.name;
    end.static_fraction = pick(technology.static_fraction, bound);
    for (std::size_t c = gpu_side ? 0 : 1; c < kPowerComponents; ++c)
        end.component_pJ_per_bit[c] = pick(technology.energy_pJ_per_bit.at(c), bound);
    return end;
}

LinkPowerInput power_input(TierLink const& link, Bound bound)
{
    EndPower const a = end_power(*link.a, link.below == nullptr, bound);
    EndPower const b = end_power(*link.b, false, bound);
    LinkPowerInput in;
    std::copy(std::begin(a.component_pJ_per_bit), std::end(a.component_pJ_per_bit), in.a_pJ_per_bit);
    std::copy(std::begin(b.component_pJ_per_bit), std::end(b.component_pJ_per_bit), in.b_pJ_per_bit);
    in.static_fraction_a = a.static_fraction;
    in.static_fraction_b = b.static_fraction;
    in.rate_Gbps = link.tier->lanes * link.tier->lane_rate_Gbps.value;
    return in;
}

WireFrames frames_of(WireSpec const& wire)
{
    WireFrames frames;
    frames.format = wire.name;
    frames.payload_bytes = static_cast<std::uint32_t>(wire.payload_bytes.value);
    frames.header_bytes = static_cast<std::uint32_t>(wire.header_bytes.value);
    frames.ack_bytes = static_cast<std::uint32_t>(wire.ack_bytes.value);
    return frames;
}

}  // namespace

double pick(Quantity const& quantity, Bound bound)
{
    if (bound == Bound::typical) return quantity.value;
    return bound == Bound::low ? quantity.low : quantity.high;
}

std::string shared_medium(TierSpec const& tier, TechnologySpec const& a, TechnologySpec const& b)
{
    auto const drives = [](TechnologySpec const& t, std::string const& medium) {
        return std::find(t.media.begin(), t.media.end(), medium) != t.media.end();
    };
    if (drives(a, tier.medium) && drives(b, tier.medium)) return tier.medium;
    for (auto const& medium : a.media)
        if (drives(b, medium)) return medium;
    return {};
}

bool replaces_phy(TierLink const& link)
{
    return link.a->phy_latency_ns.has_value() && link.b->phy_latency_ns.has_value();
}

TierLink tier_link(ScenarioSpec const& scenario, FabricSpec const& fabric, TierSpec const& tier,
                   EndsSpec const& ends)
{
    TechnologySpec const& a = scenario.technologies.at(ends.a);
    TechnologySpec const& b = scenario.technologies.at(ends.b);
    TierLink link{&tier, &a, &b, &scenario.media.at(shared_medium(tier, a, b)), &scenario.media.at("board")};
    for (TierSpec const& each : fabric.tiers)
        if (!tier.above.empty() && each.name == tier.above) link.below = &each;
    return link;
}

LinkInput link_input(TierLink const& link, double length_m, Bound bound)
{
    return {delay_input(link, length_m, bound), power_input(link, bound)};
}

namespace {

//! Of the switch a class leads into; 0: into a gpu.
double core_pJ_per_bit(TierLink const& link, bool up, Bound bound)
{
    TierSpec const* into = up ? link.tier : link.below;
    return into == nullptr ? 0 : pick(into->switches.core_energy_pJ_per_bit, bound);
}

ClassPower class_power(TierLink const& link, bool up, Bound bound)
{
    double const nic_W = link.below == nullptr ? pick(link.tier->nic_power_W, bound) / 2 : 0;
    return {link_power(power_input(link, bound)), core_pJ_per_bit(link, up, bound), nic_W,
            pick(link.tier->nic_static_fraction, bound) * nic_W};
}

}  // namespace

LinkClass link_class(TierLink const& link, bool up, double shortest_m, double longest_m, std::uint64_t count)
{
    LinkClass c;
    c.name = link.tier->name + (up ? " up" : " down");
    c.tier = link.tier->name;
    c.medium = link.medium->name;
    c.a = end_power(*link.a, link.below == nullptr, Bound::typical);
    c.b = end_power(*link.b, false, Bound::typical);
    c.up = up;
    c.count = count;
    c.lanes = link.tier->lanes;
    c.lane_rate_Gbps = link.tier->lane_rate_Gbps.value;
    c.link_rate_GBps = link.tier->link_rate_GBps.value;
    c.wire = frames_of(link.tier->wire);
    c.longest_m = longest_m;
    c.shortest_m = shortest_m;
    c.reach_m = std::min(link.a->reach_m.value, link.b->reach_m.value);
    c.reaches = longest_m <= c.reach_m;
    LinkLaws const typical = evaluate_link(link_input(link, longest_m));
    c.delay = typical.delay;
    static_cast<ClassPower&>(c) = class_power(link, up, Bound::typical);
    c.power_low = class_power(link, up, Bound::low);
    c.power_high = class_power(link, up, Bound::high);
    c.delay_low = link_delay(delay_input(link, longest_m, Bound::low));
    c.delay_high = link_delay(delay_input(link, longest_m, Bound::high));
    return c;
}

}  // namespace copperwall

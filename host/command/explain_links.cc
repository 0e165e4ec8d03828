#include <string_view>

#include "host/command/explain_parts.h"

namespace copperwall {

namespace {

std::string delay_row(char const* name, double typical, double low, double high)
{
    return format("    %-32s %8.2f  (%.2f .. %.2f)\n", name, typical, low, high);
}

//! What stands at the ends of a tier's links.
struct EndNames {
    char const* a = "gpu";
    char const* b = "switch";

    bool switches() const { return std::string_view(a) != "gpu"; }
};

std::string delay_rows(LinkClass const& c, EndNames const& ends)
{
    std::string const spine_a = std::string("added at the ") + ends.a;
    std::string const spine_b = std::string("added at the ") + ends.b;
    bool const spine = ends.switches();
    auto const part = [&](char const* name, double LinkDelay::*p) {
        return delay_row(name, c.delay.*p, c.delay_low.*p, c.delay_high.*p);
    };
    return "    one way, ns                       typical  (low .. high)\n" +
           part("SerDes + FEC, both ends", &LinkDelay::phy_ns) +
           part(spine ? spine_a.c_str() : "added at the gpu end", &LinkDelay::added_a_ns) +
           part(spine ? spine_b.c_str() : "added at the switch end", &LinkDelay::added_b_ns) +
           part("inside the trays", &LinkDelay::trace_ns) +
           part("between trays, longest", &LinkDelay::medium_ns) +
           part(spine ? "half of both switch cores" : "half a switch core", &LinkDelay::switch_core_ns) +
           delay_row("one link", c.delay.total_ns(), c.delay_low.total_ns(), c.delay_high.total_ns());
}

std::string energy_rows(LinkClass const& c, EndNames const& ends)
{
    std::string text = ends.switches()
                           ? format("    %-32s %7s  %10s\n", "pJ/bit of port rate", ends.a, ends.b)
                           : "    pJ/bit of port rate              gpu end  switch end\n";
    double a = 0;
    double b = 0;
    for (int i = 0; i != kPowerComponents; ++i) {
        a += c.a.component_pJ_per_bit[i];
        b += c.b.component_pJ_per_bit[i];
        if (c.a.component_pJ_per_bit[i] != 0 || c.b.component_pJ_per_bit[i] != 0)
            text += format("    %-32s %7.2f  %10.2f\n", kComponents[i], c.a.component_pJ_per_bit[i],
                           c.b.component_pJ_per_bit[i]);
    }
    return text + format("    %-32s %7.2f  %10.2f\n", "sum", a, b);
}

std::string buffer_row(LinkClass const& c, std::uint32_t channels)
{
    auto const row = [&](char const* pattern, double times) {
        return format(pattern, times * round_trip_kB(c, c.delay), times * round_trip_kB(c, c.delay_low),
                      times * round_trip_kB(c, c.delay_high));
    };
    std::string const one = row("    input buffer for a round trip, kB %6.2f  (%.2f .. %.2f)\n", 1);
    if (channels == 1) return one;
    return one + row("    and for that of every channel, kB %6.2f  (%.2f .. %.2f)\n", channels);
}

//! Both directions of a tier have the same ends, lengths and delays; they are told once.
std::string class_text(LinkClass const& c, EndNames const& ends, std::uint32_t channels)
{
    return format("links of tier '%s', either way: %s at the %s, %s at the %s, over %s\n", c.tier.c_str(),
                  c.a.technology.c_str(), ends.a, c.b.technology.c_str(), ends.b, c.medium.c_str()) +
           delay_rows(c, ends) + buffer_row(c, channels) + energy_rows(c, ends) +
           format("    reach %.2f m (%.2f .. %.2f), longest link %.3f m: %s\n", c.reach_m, c.reach_low_m,
                  c.reach_high_m, c.longest_m, c.reaches ? "reaches" : "DOES NOT REACH");
}

EndNames ends_of(Fabric const& fabric, LinkClass const& c)
{
    auto const above = [&](std::string const& name) {
        for (TierSpec const& tier : fabric.spec.tiers)
            if (tier.name == name) return tier.above;
        return std::string();
    };
    std::string const below = above(c.tier);
    if (below.empty()) return {};
    return above(below).empty() ? EndNames{"leaf", "spine"} : EndNames{"spine", "core"};
}

//! A fabric is measured as it was built: on other technologies the comparison tells nothing.
std::string as_built(Fabric const& fabric)
{
    std::string const& built = fabric.spec.tiers.front().medium;
    std::string const& here = fabric.classes.front().medium;
    return built == here ? "" : "    measured over " + built + ", explained here over " + here + "\n";
}

std::string check_text(Fabric const& fabric, LatencyCheckSpec const& check)
{
    double const rest = gpus_own_ns(fabric, check);
    return format("  %s %g ns: ", word(check.measured_ns.status), check.measured_ns.value) + check.what +
           "\n" +
           format("    network, %s %.2f ns; left for the gpus %.2f ns%s\n",
                  check.round_trip ? "round trip" : "one way", check.measured_ns.value - rest, rest,
                  rest > 0 ? "" : " (NOT POSITIVE: the network alone is too slow)") +
           as_built(fabric) + "    source: " + check.measured_ns.source + "\n";
}

}  // namespace

double gpus_own_ns(Fabric const& fabric, LatencyCheckSpec const& check)
{
    return check.measured_ns.value - (check.round_trip ? 2 : 1) * fabric.path_ns;
}

double round_trip_kB(LinkClass const& c, LinkDelay const& delay)
{
    return c.link_rate_GBps * 2 * delay.total_ns() * 1e-3;  // GB/s x ns = B
}

std::string links_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text;
    for (auto const& c : fabric.classes)
        if (c.up) text += class_text(c, ends_of(fabric, c), scenario.channels.count);
    return text;
}

std::string path_part(Fabric const& fabric)
{
    std::string text = format("gpu to switch to gpu without load: %.2f ns one way (%.2f .. %.2f)",
                              fabric.path_ns, fabric.path_low_ns, fabric.path_high_ns) +
                       format(", %.2f ns round trip\n", 2 * fabric.path_ns);
    for (auto const& check : fabric.spec.latency_checks) text += check_text(fabric, check);
    return text;
}

}  // namespace copperwall

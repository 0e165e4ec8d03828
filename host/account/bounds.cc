#include "host/account/bounds.h"

#include <algorithm>

#include "host/account/library.h"
#include "host/account/path.h"
#include "host/schedule/switch_reduce.h"

namespace copperwall {

namespace {

constexpr double kUsPerNs = 1e-3;

double closed_form_us(Plan const& plan, LibrarySpec const& library, Fabric const& fabric, Bound bound)
{
    CollectiveCall const call = with_software(plan.call, library, plan.protocol, *plan.algorithm, bound);
    Paths const paths =
        with_nics(paths_of(fabric, plan.placement, plan.format.payload_bytes, plan.shares, bound), call);
    return plan.algorithm->closed_form_ns(call, paths) * kUsPerNs;
}

double lower_us(Plan const& plan, Fabric const& fabric, Bound bound)
{
    Paths const paths = fastest_paths(fabric, plan.placement, plan.format.payload_bytes, bound);
    return lower_bound_ns(*plan.algorithm, plan.call, paths) * kUsPerNs;
}

}  // namespace

Bounds bounds_of(Plan const& plan, LibrarySpec const& library, Fabric const& fabric)
{
    Bounds b;
    b.lower_us = lower_us(plan, fabric, Bound::typical);
    b.lower_low_us = lower_us(plan, fabric, Bound::low);
    b.closed_form_us = closed_form_us(plan, library, fabric, Bound::typical);
    b.faster_us = closed_form_us(plan, library, fabric, Bound::low) - b.closed_form_us;
    b.slower_us = closed_form_us(plan, library, fabric, Bound::high) - b.closed_form_us;
    return b;
}

void put_bounds(Bounds const& bounds, Cell& cell)
{
    cell.lower_bound_us = bounds.lower_us;
    cell.closed_form_us = bounds.closed_form_us;
    cell.low_us = std::max(bounds.lower_low_us, cell.time_us + bounds.faster_us);
    cell.high_us = cell.time_us + bounds.slower_us;
}

namespace {

Paths without_latency(Paths paths)
{
    for (PathModel* path : {&paths.inside, &paths.outside}) path->path_ns = path->leaf_path_ns = 0;
    if (paths.inside.reduce_ns) paths.inside.reduce_ns = 0;
    return paths;
}

//! Shares of a way by cause; they add up to `us`.
void split_latency(Fabric const& fabric, bool one_domain, double us, Breakdown& b)
{
    double sum = 0;
    auto const used = [&](LinkClass const& c) {
        for (TierSpec const& tier : fabric.spec.tiers)
            if (tier.name == c.tier) return !tier.outside || !one_domain;
        return carries_packets(c);
    };
    for (auto const& c : fabric.classes)
        if (used(c)) sum += c.delay.total_ns();
    for (auto const& c : fabric.classes) {
        if (!used(c)) continue;
        b.phy_us += us * c.delay.phy_ns / sum;
        b.added_us += us * (c.delay.added_a_ns + c.delay.added_b_ns + c.delay.trace_ns) / sum;
        b.propagation_us += us * c.delay.medium_ns / sum;
        b.switch_us += us * c.delay.switch_core_ns / sum;
    }
}

}  // namespace

void take_ways_off_software(Plan const& plan, Fabric const& fabric, Breakdown& breakdown)
{
    double const us = ways_without_bytes(*plan.algorithm) * plan.call.path_ns * kUsPerNs;
    if (us == 0) return;
    breakdown.software_us -= us;
    split_latency(fabric, true, us, breakdown);
}

Breakdown closed_form_parts(Plan const& plan, Fabric const& fabric)
{
    CollectiveCall silent = plan.call;
    silent.launch_ns = silent.step_ns = silent.nic_ns = silent.per_peer_ns = silent.in_network_ns = 0;
    double const total = plan.algorithm->closed_form_ns(plan.call, plan.paths);
    Paths quiet = plan.paths;
    quiet.outside.path_ns -= plan.call.nic_ns;
    double const hardware = plan.algorithm->closed_form_ns(silent, quiet);
    Paths full_rate = without_latency(plan.paths);
    double const bytes = plan.algorithm->closed_form_ns(silent, full_rate);
    full_rate.inside.hop_packet_ns = full_rate.outside.hop_packet_ns = 0;
    double const without_storing = plan.algorithm->closed_form_ns(silent, full_rate);
    Breakdown b;
    b.software_us = (total - hardware) * kUsPerNs;
    split_latency(fabric, plan.paths.one_domain, (hardware - bytes) * kUsPerNs, b);
    b.queueing_us = (bytes - without_storing) * kUsPerNs;
    b.serialisation_us = without_storing * kUsPerNs;
    return b;
}

}  // namespace copperwall

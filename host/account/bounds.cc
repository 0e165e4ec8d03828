#include "host/account/bounds.h"

#include <algorithm>

#include "host/account/library.h"
#include "host/account/path.h"

namespace copperwall {

namespace {

constexpr double kUsPerNs = 1e-3;

double closed_form_us(Plan const& plan, LibrarySpec const& library, Fabric const& fabric, Bound bound)
{
    CollectiveCall const call = with_software(plan.call, library, plan.protocol, bound);
    PathModel const path = path_model(fabric, plan.format, plan.rate_share, bound);
    return plan.algorithm->closed_form_ns(call, path) * kUsPerNs;
}

double lower_us(Plan const& plan, Fabric const& fabric, Bound bound)
{
    PathModel const path = fastest_path(fabric, plan.format, bound);
    return lower_bound_ns(plan.algorithm->op, plan.call, path) * kUsPerNs;
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

Breakdown closed_form_parts(Plan const& plan, Fabric const& fabric)
{
    CollectiveCall silent = plan.call;
    silent.launch_ns = silent.step_ns = silent.per_peer_ns = 0;
    double const steps = plan.algorithm->steps(plan.call.ranks);
    double const total = plan.algorithm->closed_form_ns(plan.call, plan.path);
    double const hardware = plan.algorithm->closed_form_ns(silent, plan.path);
    Breakdown b;
    b.software_us = (total - hardware) * kUsPerNs;
    for (auto const& c : fabric.classes) {
        b.phy_us += steps * c.delay.phy_ns * kUsPerNs;
        b.added_us += steps * (c.delay.added_a_ns + c.delay.added_b_ns + c.delay.trace_ns) * kUsPerNs;
        b.propagation_us += steps * c.delay.medium_ns * kUsPerNs;
        b.switch_us += steps * c.delay.switch_core_ns * kUsPerNs;
    }
    b.queueing_us = steps * plan.path.hop_packet_ns * kUsPerNs;
    b.serialisation_us = (hardware - steps * (plan.path.path_ns + plan.path.hop_packet_ns)) * kUsPerNs;
    return b;
}

}  // namespace copperwall

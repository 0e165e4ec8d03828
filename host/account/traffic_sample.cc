#include "host/account/traffic_sample.h"

#include <algorithm>

namespace copperwall {

namespace {

//! A unit in a switch is where its rank is.
std::uint32_t place_of(Plan const& plan, std::uint32_t gpu)
{
    return plan.algorithm->units ? gpu % (plan.call.ranks * plan.call.groups) : gpu;
}

std::uint32_t domain_of(Plan const& plan, std::uint32_t gpu)
{
    std::uint32_t const domain = plan.call.domain_ranks;
    return domain == 0 ? 0 : place_of(plan, gpu) / domain;
}

//! The first switch of a rank's NIC, on its first plane.
NodeId nic_leaf(Plan const& plan, Fabric const& fabric, std::uint32_t gpu)
{
    Network const& network = fabric.network;
    NodeId const node = plan.placement.gpus[place_of(plan, gpu)];
    return network.links[network.nodes[node].first_egress + network.first_port(kOutside)].to;
}

bool same_leaf(Plan const& plan, Fabric const& fabric, std::uint32_t group, std::uint32_t a, std::uint32_t b)
{
    if (group == kOutside) return nic_leaf(plan, fabric, a) == nic_leaf(plan, fabric, b);
    std::uint32_t const leaf = plan.paths.inside.leaf_ranks;
    return leaf == 0 || place_of(plan, a) / leaf == place_of(plan, b) / leaf;
}

void add_family(Plan const& plan, Fabric const& fabric, Family const& f, TrafficSample& sample)
{
    visit_sampled(plan, f, [&](std::uint32_t gpu, Transfer const& t, double weight) {
        std::uint32_t const group = domain_of(plan, gpu) == domain_of(plan, t.receiver) ? kInside : kOutside;
        GroupTraffic& g = sample.groups[group];
        g.transfers += weight;
        g.bytes += weight * static_cast<double>(t.bytes);
        g.into.resize(plan.schedule.gpus);
        g.into[t.receiver] += weight * static_cast<double>(t.bytes);
        if (!same_leaf(plan, fabric, group, gpu, t.receiver)) g.crossing += weight;
    });
}

//! By the first transfer of each gpu that leaves its domain.
double most_that_meet(Plan const& plan, Family const& f)
{
    Schedule const& s = plan.schedule;
    std::uint32_t const domain = plan.call.domain_ranks;
    std::vector<double> first_at(s.gpus);
    for (std::uint32_t gpu = f.first; domain != 0 && gpu != f.first + f.width(s.gpus); ++gpu) {
        for (std::uint32_t k = 0; k != f.count; ++k) {
            Transfer const t = transfer_of(f, s.table.data(), s.gpus, gpu, k);
            if (t.receiver == kNone || domain_of(plan, gpu) == domain_of(plan, t.receiver)) continue;
            ++first_at[t.receiver];
            break;
        }
    }
    return first_at.empty() ? 0 : *std::max_element(first_at.begin(), first_at.end());
}

}  // namespace

TrafficSample sample_traffic(Plan const& plan, Fabric const& fabric)
{
    TrafficSample sample;
    sample.ordered = plan.algorithm->units;
    for (Family const& f : plan.schedule.families) {
        add_family(plan, fabric, f, sample);
        sample.fan_in = sample.fan_in || (f.count > 1 && f.need_k == 0);
        sample.random = sample.random || plan.call.experts.has_value();
        sample.meet = std::max(sample.meet, most_that_meet(plan, f));
    }
    return sample;
}

}  // namespace copperwall

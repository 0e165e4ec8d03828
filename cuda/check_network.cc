#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/check.h"

namespace copperwall {
namespace {

[[noreturn]] void fail(std::string const& problem)
{
    throw std::invalid_argument(problem);
}

std::string of_node(std::size_t n)
{
    return "node " + std::to_string(n) + ": ";
}

std::string of_link(std::size_t l)
{
    return "link " + std::to_string(l) + ": ";
}

void check_sizes(Network const& n)
{
    if (n.gpus == 0 || n.gpus > kMaxGpus) {
        fail("network: " + std::to_string(n.gpus) + " gpus, not 1 to " + std::to_string(kMaxGpus));
    }
    std::uint32_t const inside = n.ports[kInside].planes;
    if (inside == 0 || inside > kMaxPortsPerNode) {
        fail("network: " + std::to_string(inside) + " planes, not 1 to " + std::to_string(kMaxPortsPerNode));
    }
    if (n.inside_classes > n.link_classes) fail("network: more inside_classes than link classes");
    if (!n.headers.empty() && n.headers.size() != n.rates_Bps.size()) {
        fail("network: " + std::to_string(n.headers.size()) + " headers for " +
             std::to_string(n.rates_Bps.size()) + " rates");
    }
    if (n.link_classes == 0) fail("network: 0 link classes, at least 1 is needed");
    if (n.nodes.size() < n.gpus || n.nodes.size() >= kNone) {
        fail("network: " + std::to_string(n.nodes.size()) + " nodes for " + std::to_string(n.gpus) + " gpus");
    }
    if (n.links.size() >= kNone) fail("network: " + std::to_string(n.links.size()) + " links are too many");
    std::size_t const routes = n.switches() * n.gpus * (1 + n.replanned_fs.size());
    if (n.routes.size() != routes) {
        fail("network: " + std::to_string(n.routes.size()) + " routes, not " + std::to_string(routes) +
             " (switches x gpus" + (n.replanned_fs.empty() ? ")" : ", anew for each time)"));
    }
    for (std::size_t r = 0; r != n.rates_Bps.size(); ++r) {
        if (n.rates_Bps[r] <= 0) fail("network: rate " + std::to_string(r) + " is not above 0 B/s");
    }
}

void check_node(Network const& n, std::size_t id)
{
    Node const& node = n.nodes[id];
    bool const gpu = id < n.gpus;
    if (gpu != (node.kind == NodeKind::gpu)) {
        fail(of_node(id) + (gpu ? "a switch among the gpus" : "a gpu among the switches"));
    }
    if (node.egress_count > kMaxPortsPerNode || node.ingress_count > kMaxPortsPerNode) {
        fail(of_node(id) + "more than " + std::to_string(kMaxPortsPerNode) + " ports");
    }
    if (gpu && node.egress_count != n.gpu_ports()) {
        fail(of_node(id) + std::to_string(node.egress_count) + " egress ports, not one for each of " +
             std::to_string(n.gpu_ports()) + " simulated planes");
    }
    std::uint64_t const end = std::uint64_t{node.first_egress} + node.egress_count;
    if (end > n.links.size()) fail(of_node(id) + "egress ports past the last link");
    for (std::uint64_t l = node.first_egress; l != end; ++l) {
        if (n.links[l].from != id) fail(of_node(id) + "egress link " + std::to_string(l) + " is not its own");
    }
}

void check_link(Network const& n, std::size_t id)
{
    Link const& link = n.links[id];
    if (link.to >= n.nodes.size())
        fail(of_link(id) + "leads to node " + std::to_string(link.to) + " of none");
    if (link.to == link.from) fail(of_link(id) + "leads back to its own node");
    if (link.latency_fs <= 0 || link.latency_fs >= kLatest) {
        fail(of_link(id) + "latency of " + std::to_string(link.latency_fs) +
             " fs is not above 0 and below 2^62");
    }
    if (link.ingress_port >= n.nodes[link.to].ingress_count) {
        fail(of_link(id) + "ingress port " + std::to_string(link.ingress_port) + " of node " +
             std::to_string(link.to) + ", which has " + std::to_string(n.nodes[link.to].ingress_count));
    }
    if (link.rate >= n.rates_Bps.size()) fail(of_link(id) + "rate " + std::to_string(link.rate) + " of none");
    if (link.link_class >= n.link_classes) {
        fail(of_link(id) + "link class " + std::to_string(link.link_class) + " of none");
    }
    if (link.to < n.gpus && link.arrival != Arrival::tail) {
        fail(of_link(id) + "a gpu has a packet when its tail has arrived, not its head");
    }
}

void check_ingress_ports(Network const& n)
{
    std::vector<std::uint64_t> seen;
    for (Link const& link : n.links)
        seen.push_back(std::uint64_t{link.to} * kMaxPortsPerNode + link.ingress_port);
    std::sort(seen.begin(), seen.end());
    auto const twice = std::adjacent_find(seen.begin(), seen.end());
    if (twice == seen.end()) return;
    fail(of_node(*twice / kMaxPortsPerNode) + "two links enter at ingress port " +
         std::to_string(*twice % kMaxPortsPerNode));
}

//! ", planned anew at 5000 fs"; empty for the routes of the start.
std::string of_plan(Network const& n, std::size_t plan)
{
    return plan == 0 ? "" : ", planned anew at " + std::to_string(n.replanned_fs[plan - 1]) + " fs";
}

//! Links from switches to one gpu by the routes of plans first .. end - 1 together.
class RouteLengths {
public:
    RouteLengths(Network const& n, std::size_t first, std::size_t end, std::uint32_t gpu)
        : network_(n), first_(first), end_(end), gpu_(gpu), known_(n.nodes.size(), kOpen)
    {
    }

    //! Of several plans some may lead back where others came from; of one that is an error.
    bool circles() const { return circles_; }

    //! The longest way from a switch; 0 where there is no way from it.
    std::uint32_t from(NodeId start)
    {
        start_ = start;
        return network_.route(start, gpu_, first_) == kNoRoute ? 0 : length(start);
    }

private:
    static constexpr std::uint32_t kOpen = kNone;
    static constexpr std::uint32_t kUnderWay = kNone - 1;

    [[noreturn]] void fail_with(std::string const& end) const
    {
        fail("routes: from node " + std::to_string(start_) + " to gpu " + std::to_string(gpu_) +
             of_plan(network_, first_) + " they " + end);
    }

    std::uint32_t length(NodeId at)
    {
        if (at == gpu_) return 0;
        if (at < network_.gpus) fail_with("end at gpu " + std::to_string(at));
        if (known_[at] == kUnderWay && end_ - first_ == 1) fail_with("go round in a loop");
        if (known_[at] == kUnderWay) circles_ = true;
        if (known_[at] == kUnderWay) return 0;
        if (known_[at] != kOpen) return known_[at];
        known_[at] = kUnderWay;
        std::uint32_t longest = 0;
        for (std::size_t plan = first_; plan != end_; ++plan) longest = std::max(longest, behind(at, plan));
        return known_[at] = longest + 1;
    }

    //! Links from where the plan leads from a switch.
    std::uint32_t behind(NodeId at, std::size_t plan)
    {
        std::uint16_t const route = network_.route(at, gpu_, plan);
        if (route == kNoRoute) fail_with("end at node " + std::to_string(at));
        if (plan != first_ && route == network_.route(at, gpu_, plan - 1)) return 0;
        PortSet const set = network_.ports_of(route);
        std::uint32_t longest = 0;
        for (std::uint32_t i = 0; i != set.count; ++i) {
            LinkId const link = network_.nodes[at].first_egress + network_.port_of(set, i);
            longest = std::max(longest, length(network_.links[link].to));
        }
        return longest;
    }

    Network const& network_;
    std::size_t first_, end_;
    std::uint32_t gpu_;
    bool circles_ = false;
    NodeId start_ = 0;
    std::vector<std::uint32_t> known_;
};

bool keeps_rate(Network const& n, Link const& link)
{
    return link.outages == kNoOutage ||
           rate_change_after(n.outages.data() + link.outages, Time{-1}) == kNever;
}

void check_port_set(Network const& n, std::size_t s, PortSet const& set)
{
    Link const* const egress = n.links.data() + n.nodes[s].first_egress;
    std::uint32_t const first = n.port_of(set, 0);
    for (std::uint32_t i = 0; i != set.count; ++i) {
        std::uint32_t const port = n.port_of(set, i);
        if (!keeps_rate(n, egress[port]))
            fail(of_node(s) + "egress port " + std::to_string(port) +
                 " changes its rate, but is one of a set, all of one rate");
        if (egress[port].rate == egress[first].rate) continue;
        fail(of_node(s) + "egress ports " + std::to_string(first) + " and " + std::to_string(port) +
             " of one set differ in rate");
    }
}

void check_ports_there(Network const& n, std::size_t s, PortSet const& set, std::string const& which)
{
    bool const listed = set.stride == 0;
    if (listed && std::size_t{set.first} + set.count > n.listed_ports.size())
        fail(which + " by ports past the last of listed_ports");
    for (std::uint32_t i = listed ? 0 : set.count - 1u; i != set.count; ++i) {
        if (n.port_of(set, i) < n.nodes[s].egress_count) continue;
        fail(which + " by egress port " + std::to_string(n.port_of(set, i)) + " of " +
             std::to_string(n.nodes[s].egress_count));
    }
}

//! Every route of switch s names ports that it has; sets are asked for once. Every plan leads wherever the
//! first does, and nowhere else.
void check_routes_of(Network const& n, std::size_t plan, std::size_t s, std::vector<std::size_t>& seen)
{
    for (std::uint32_t gpu = 0; gpu != n.gpus; ++gpu) {
        std::uint16_t const route = n.route(static_cast<NodeId>(s), gpu, plan);
        bool const none = route == kNoRoute;
        std::string const which =
            "routes: node " + std::to_string(s) + " to gpu " + std::to_string(gpu) + of_plan(n, plan);
        if (none != (n.route(static_cast<NodeId>(s), gpu) == kNoRoute))
            fail(which + (none ? " by none any more" : " for the first time"));
        if (none) continue;
        std::size_t const index = route - kFirstPortSet;
        bool const is_set = route >= kFirstPortSet;
        if (is_set && (index >= n.port_sets.size() || n.port_sets[index].count == 0))
            fail(which + " by port set " + std::to_string(index) + " of " +
                 std::to_string(n.port_sets.size()) + ", or an empty one");
        PortSet const set = n.ports_of(route);
        check_ports_there(n, s, set, which);
        if (!is_set || seen[index] == s) continue;
        seen[index] = s;
        check_port_set(n, s, set);
    }
}

//! By the routes of plans first .. end - 1; `circles`: together they lead round.
std::uint32_t longest_by(Network const& n, std::size_t first, std::size_t end, bool& circles)
{
    std::uint32_t longest = 1;
    for (std::uint32_t gpu = 0; gpu != n.gpus; ++gpu) {
        RouteLengths lengths(n, first, end, gpu);
        for (std::size_t node = n.gpus; node != n.nodes.size(); ++node)
            longest = std::max(longest, 1 + lengths.from(static_cast<NodeId>(node)));
        circles = circles || lengths.circles();
    }
    return longest;
}

void check_routes(Network const& n)
{
    if (n.port_sets.size() >= kNoRoute - kFirstPortSet) fail("network: too many port sets");
    std::vector<std::size_t> seen(n.port_sets.size(), 0);  // the switch at which a set was looked at
    for (std::size_t plan = 0; plan <= n.replanned_fs.size(); ++plan)
        for (std::size_t s = n.gpus; s != n.nodes.size(); ++s) check_routes_of(n, plan, s, seen);
}

void check_replanned(Network const& n)
{
    Time last = 0;
    for (Time const at : n.replanned_fs) {
        if (at <= last || at >= kHorizon)
            fail("network: routes planned anew at " + std::to_string(at) +
                 " fs, not behind the time before or past 2^61 fs");
        last = at;
    }
    if (n.replanned_fs.empty()) return;
    if (n.spreading.adaptive) fail("network: routes planned anew beside packets that choose by queues");
    if (n.has_credits() && n.channels.count != 1) fail("network: routes planned anew beside channels");
}

//! Whether each of gpus 0 .. senders - 1 may send to all others.
bool all_ways(Network const& n, std::uint32_t senders, std::uint32_t domain)
{
    std::uint32_t const inside_ports = n.ports[kInside].simulated();
    std::vector<std::uint32_t> seen(n.nodes.size(), kNone);  // the domain from which a switch was looked at
    for (std::uint32_t gpu = 0; gpu != senders; ++gpu) {
        std::uint32_t const own = gpu / domain;
        for (std::uint32_t port = 0; port != n.nodes[gpu].egress_count; ++port) {
            NodeId const first = n.links[n.nodes[gpu].first_egress + port].to;
            if (first < n.gpus || seen[first] == own) continue;
            seen[first] = own;
            for (std::uint32_t to = 0; to != senders; ++to) {
                bool const needed = (to / domain == own) == (port < inside_ports);
                if (needed && n.route(first, to) == kNoRoute) return false;
            }
        }
    }
    return true;
}

void check_way(Network const& n, std::uint32_t gpu, std::uint32_t to)
{
    std::uint32_t const group = n.group_of(gpu, to);
    std::uint32_t const first_port = n.first_port(group);
    for (std::uint32_t port = first_port; port != first_port + n.ports[group].simulated(); ++port) {
        NodeId const first = n.links[n.nodes[gpu].first_egress + port].to;
        if (first < n.gpus || n.route(first, to) != kNoRoute) continue;
        fail("routes: none from " + of_node(first) + "to gpu " + std::to_string(to) + ", which gpu " +
             std::to_string(gpu) + " sends to by its port " + std::to_string(port));
    }
}

}  // namespace

void check_ways(Network const& n, Schedule const& schedule, bool and_back)
{
    std::uint32_t const domain = n.domain_gpus == 0 ? n.gpus : n.domain_gpus;
    if (domain < schedule.gpus && n.ports[kOutside].planes == 0) {
        fail("network: no planes between the domains of " + std::to_string(domain) + " gpus");
    }
    if (all_ways(n, schedule.gpus, domain)) return;
    for (Family const& f : schedule.families)
        for (std::uint32_t k = 0; k != f.count; ++k)
            for (std::uint32_t gpu = 0; gpu != schedule.gpus; ++gpu) {
                Transfer const t = transfer_of(f, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver != kNone) check_way(n, gpu, t.receiver);
                if (t.receiver != kNone && and_back) check_way(n, t.receiver, gpu);
            }
}

void check(Network const& network)
{
    check_sizes(network);
    check_replanned(network);
    for (std::size_t n = 0; n != network.nodes.size(); ++n) check_node(network, n);
    for (std::size_t l = 0; l != network.links.size(); ++l) {
        Link const& link = network.links[l];
        Node const* const from = link.from < network.nodes.size() ? &network.nodes[link.from] : nullptr;
        if (from == nullptr || l < from->first_egress || l - from->first_egress >= from->egress_count) {
            fail(of_link(l) + "not among the egress ports of its node " + std::to_string(link.from));
        }
        check_link(network, l);
    }
    check_outages(network);
    check_ingress_ports(network);
    check_routes(network);
    longest_route(network);
    check_credits(network);
}

std::uint32_t longest_route(Network const& network)
{
    std::size_t const plans = 1 + network.replanned_fs.size();
    std::uint32_t sum = 0;
    for (std::size_t plan = 0; plan != plans; ++plan) {
        bool circles = false;
        sum += longest_by(network, plan, plan + 1, circles);
    }
    if (plans == 1) return sum;
    bool circles = false;
    std::uint32_t const together = longest_by(network, 0, plans, circles);
    return circles ? sum : together;
}

}  // namespace copperwall

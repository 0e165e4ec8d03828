#include "host/fabric/dead_links.h"

#include <algorithm>
#include <sstream>

#include "host/fabric/link_selection.h"
#include "host/fabric/plane_subset.h"
#include "host/fabric/replan.h"

namespace copperwall {
namespace {

constexpr std::size_t kNamed = 8;  //!< pairs that are named

struct Pair {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t plane = 0;
};

//! Pairs of gpus of one group of ports without a way through each of its planes.
class BrokenPairs {
public:
    BrokenPairs(Fabric const& fabric, std::vector<bool> const& dead, std::uint32_t group)
        : fabric_(fabric), network_(fabric.network), dead_(dead), group_(group)
    {
        pairs_of_gpu_.assign(network_.gpus, std::vector<bool>(network_.gpus, false));
        for (std::uint32_t plane = 0; plane != network_.ports[group].planes; ++plane) look_at(plane);
    }

    std::vector<std::uint32_t> const& planes() const { return planes_; }  //!< that lack a way, ascending
    std::uint64_t count() const { return count_; }                        //!< of pairs
    std::uint64_t all() const { return all_; }
    std::vector<Pair> const& first() const { return first_; }

private:
    void look_at(std::uint32_t plane)
    {
        std::uint64_t broken = 0;
        for (std::uint32_t to = 0; to != network_.gpus; ++to) {
            ways_.assign(network_.nodes.size(), kUnknown);
            for (std::uint32_t from = 0; from != network_.gpus; ++from) {
                if (from == to || network_.group_of(from, to) != group_) continue;
                if (plane == 0) ++all_;
                LinkId const out = network_.nodes[from].first_egress + network_.first_port(group_) + plane;
                if (!dead_[out] && leads(network_.links[out].to, to)) continue;
                ++broken;
                add({from, to, plane});
            }
        }
        if (broken != 0) planes_.push_back(plane);
    }

    void add(Pair const& pair)
    {
        if (pairs_of_gpu_[pair.from][pair.to]) return;
        pairs_of_gpu_[pair.from][pair.to] = true;
        ++count_;
        if (first_.size() != kNamed) first_.push_back(pair);
    }

    //! A packet may take any port of a set, so all of them must lead on.
    bool leads(NodeId node, std::uint32_t gpu)
    {
        if (node == gpu) return true;
        if (ways_[node] != kUnknown) return ways_[node] == kThere;
        std::uint16_t const route = network_.route(node, gpu);
        bool there = route != kNoRoute;
        PortSet const set = there ? network_.ports_of(route) : PortSet{};
        for (std::uint32_t i = 0; there && i != set.count; ++i) {
            LinkId const link = network_.nodes[node].first_egress + network_.port_of(set, i);
            there = !dead_[link] && leads(network_.links[link].to, gpu);
        }
        ways_[node] = there ? kThere : kNone;
        return there;
    }

    enum Way : char { kUnknown, kThere, kNone };

    Fabric const& fabric_;
    Network const& network_;
    std::vector<bool> const& dead_;
    std::uint32_t group_;
    std::vector<Way> ways_;  //!< of each node to the gpu at hand
    std::vector<std::vector<bool>> pairs_of_gpu_;
    std::vector<std::uint32_t> planes_;
    std::vector<Pair> first_;
    std::uint64_t count_ = 0;
    std::uint64_t all_ = 0;
};

std::vector<bool> dead_links(std::vector<DeadSpec> const& all, Fabric& fabric)
{
    std::vector<bool> dead(fabric.network.links.size(), false);
    for (DeadSpec const& spec : all) {
        auto const links = selected_links(spec.links, spec.place, fabric);
        for (LinkId const link : links) dead[link] = true;
        fabric.notes.push_back("dead: " + text_of(spec.links, links.size()));
    }
    return dead;
}

std::string listed(std::vector<std::uint32_t> const& planes)
{
    std::string text = planes.size() == 1 ? "plane " : "planes ";
    for (std::size_t i = 0; i != planes.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(planes[i]);
    return text;
}

char const* where(std::uint32_t group)
{
    return group == kInside ? "within domains" : "between domains";
}

std::string unreachable(BrokenPairs const& broken, std::uint32_t group, std::uint32_t planes)
{
    std::ostringstream text;
    text << broken.count() << " of " << broken.all() << " pairs of gpus " << where(group)
         << " have no way through "
         << (broken.planes().size() == planes ? "some plane" : listed(broken.planes()))
         << ", since links are dead: ";
    for (std::size_t i = 0; i != broken.first().size(); ++i) {
        Pair const& pair = broken.first()[i];
        text << (i == 0 ? "" : ", ") << "gpu " << pair.from << " to gpu " << pair.to;
    }
    text << (broken.count() > broken.first().size() ? ", ..." : "") << "; "
         << (broken.planes().size() == planes ? "no plane is whole"
                                              : "reroute = \"plane\" leaves out planes that lack a way");
    return text.str();
}

std::string left_out(BrokenPairs const& broken, std::uint32_t group, std::uint32_t planes)
{
    std::ostringstream text;
    text << listed(broken.planes()) << ' ' << where(group) << " left out for all gpus, since "
         << broken.count() << " of " << broken.all()
         << " pairs have no way through: " << broken.planes().size() << " of " << planes << " planes, "
         << 100.0 * static_cast<double>(broken.planes().size()) / planes
         << " % of the rate; their links and switches draw no power here";
    return text.str();
}

//! What to do about the pairs of one group.
void judge(Reroute reroute, BrokenPairs const& broken, std::uint32_t group, PlanesLost& lost, Fabric& fabric)
{
    if (broken.planes().empty()) return;
    std::uint32_t const planes = fabric.network.ports[group].planes;
    if (reroute == Reroute::plane && broken.planes().size() != planes) {
        fabric.notes.push_back(left_out(broken, group, planes));
        lost.of[group] = broken.planes();
        return;
    }
    fabric.unreachable += (fabric.unreachable.empty() ? "" : "; ") + unreachable(broken, group, planes);
}

}  // namespace

PlanesLost bury(ScenarioSpec const& scenario, std::vector<Levels> const& levels, Fabric& fabric)
{
    PlanesLost lost;
    auto const dead = dead_links(scenario.dead, fabric);
    RoutePlans const plans = route_plans(scenario, dead, fabric);
    if (scenario.dead.empty() && plans.times_fs.empty()) return lost;
    if (scenario.reroute != Reroute::none) plan_routes(scenario, levels, plans, fabric);
    if (scenario.dead.empty()) return lost;
    for (std::uint32_t group = 0; group != levels.size(); ++group)
        judge(scenario.reroute, BrokenPairs(fabric, dead, group), group, lost, fabric);
    return lost;
}

}  // namespace copperwall

#include <algorithm>
#include <map>

#include "host/fabric/places.h"

namespace copperwall {

namespace {

class Router {
public:
    Router(std::vector<Levels> const& levels, Routing routing, Fabric& fabric)
        : levels_(levels), routing_(routing), fabric_(fabric), switches_(levels, fabric.network.gpus)
    {
        net().port_sets.clear();
        net().listed_ports.clear();
        net().routes.clear();
    }

    //! Adds the routes of one plan. `dead`: of each link, or null: none. Returns how many routes avoid one.
    std::uint64_t route_all(std::vector<bool> const* dead)
    {
        dead_ = dead;
        detours_ = 0;
        plan_ = net().routes.size();
        net().routes.resize(plan_ + plan_size(), kNoRoute);
        switches_.for_each_part([&](auto... part) { route_part(part...); });
        return detours_;
    }

    //! Of the plan added last, gives routes that are gone any whose own links live, or else that of the first
    //! plan: what takes them waits further on. None that the first plan has not. Marks them in `stuck`.
    void lead_as_far_as_possible(std::vector<bool>& stuck)
    {
        auto const gone = [&](std::size_t r) {
            return net().routes[plan_ + r] == kNoRoute && net().routes[r] != kNoRoute;
        };
        for (std::size_t r = 0; r != plan_size(); ++r)
            if (gone(r)) stuck[r] = true;
        patches_ = true;
        switches_.for_each_part([&](auto... part) { route_part(part...); });
        patches_ = false;
        for (std::size_t r = 0; r != plan_size(); ++r) {
            if (gone(r)) net().routes[plan_ + r] = net().routes[r];
            if (net().routes[r] == kNoRoute) net().routes[plan_ + r] = kNoRoute;
        }
    }

    std::size_t plan_size() const
    {
        return std::size_t{switches_.end() - fabric_.network.gpus} * fabric_.network.gpus;
    }

private:
    Network& net() { return fabric_.network; }

    //! From the gpus upwards, then down again: whether a way leads on has been found before it is asked for.
    void route_part(std::size_t n, std::uint32_t plane, std::uint32_t part)
    {
        Levels const& l = levels_[n];
        NodeId const first = switches_.leaf(n, plane, part, 0);
        NodeId const spine = switches_.spine(n, plane, part, 0);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            route(first + seat.leaf, gpu) = one_of(first + seat.leaf, gpu, seat.port, 1, 0);
        });
        for (std::uint32_t s = 0; s != l.spines(); ++s) route_down(l, spine + s, part, s / l.pod_spines);
        for (std::uint32_t core = 0; core != l.cores(); ++core)
            route_core(l, switches_.core(n, plane, part, core), part);
        for (std::uint32_t s = 0; s != l.spines(); ++s) route_to_cores(l, spine + s, part, s / l.pod_spines);
        for (std::uint32_t leaf = 0; leaf != l.leaves; ++leaf) route_up(l, first + leaf, part, leaf);
    }

    //! Of a spine, to gpus of its pod.
    void route_down(Levels const& l, NodeId id, std::uint32_t part, std::uint32_t pod)
    {
        std::uint32_t const each = parallel(l);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            if (seat.leaf / l.pod_leaves != pod) return;
            route(id, gpu) =
                one_of(id, gpu, seat.leaf % l.pod_leaves * each, each, seat.port % l.ups / l.pod_spines);
        });
    }

    void route_core(Levels const& l, NodeId id, std::uint32_t part)
    {
        std::uint32_t const each = core_parallel(l);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            std::uint32_t const up = place_below_spine(l, seat) % l.core_ups;
            route(id, gpu) = one_of(id, gpu, seat.leaf / l.pod_leaves * each, each, up / l.core_group);
        });
    }

    //! Of a spine, to gpus of other pods.
    void route_to_cores(Levels const& l, NodeId id, std::uint32_t part, std::uint32_t pod)
    {
        if (l.core_ups == 0) return;
        std::uint32_t const down = leaves_in(l, pod) * parallel(l);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            if (seat.leaf / l.pod_leaves != pod)
                route(id, gpu) = one_of(id, gpu, down, l.core_ups, place_below_spine(l, seat));
        });
    }

    //! Of a leaf, to gpus of others.
    void route_up(Levels const& l, NodeId id, std::uint32_t part, std::uint32_t leaf)
    {
        std::uint32_t const down = net().nodes[id].egress_count - l.ups;
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            if (seat.leaf == leaf || l.ups == 0) return;
            if (l.mesh()) {
                std::uint32_t const each = l.ups / (l.leaves - 1);
                std::uint32_t const slot = seat.leaf < leaf ? seat.leaf : seat.leaf - 1;
                route(id, gpu) = one_of(id, gpu, down + slot * each, each, seat.port);
            } else if (l.joined() || seat.leaf / l.pod_leaves == leaf / l.pod_leaves) {
                route(id, gpu) = one_of(id, gpu, down, l.ups, seat.port);
            }
        });
    }

    //! Route of node `id` to a gpu by those of egress ports first .. first + count - 1 that lead on, all
    //! alike: `choice` of them, or any.
    std::uint16_t one_of(NodeId id, std::uint32_t gpu, std::uint32_t first, std::uint32_t count,
                         std::uint32_t choice)
    {
        if (patches_ && route(id, gpu) != kNoRoute) return route(id, gpu);
        if (dead_ == nullptr) return one_in_row(first, count, choice);
        std::vector<std::uint16_t>& ports = ports_left_;
        ports.clear();
        for (std::uint32_t port = first; port != first + count; ++port)
            if (leads_on(net().nodes[id].first_egress + port, gpu))
                ports.push_back(static_cast<std::uint16_t>(port));
        auto const left = static_cast<std::uint32_t>(ports.size());
        if (left == 0) return kNoRoute;
        if (left != count) ++detours_;
        if (ports.back() == ports.front() + left - 1) return one_in_row(ports.front(), left, choice);
        if (routing_ == Routing::destination) return ports[choice % left];
        return one_listed(ports);
    }

    bool leads_on(LinkId link, std::uint32_t gpu)
    {
        NodeId const to = net().links[link].to;
        return !(*dead_)[link] && (patches_ || to == gpu || route(to, gpu) != kNoRoute);
    }

    std::uint16_t one_in_row(std::uint32_t first, std::uint32_t count, std::uint32_t choice)
    {
        if (routing_ == Routing::destination || count == 1)
            return static_cast<std::uint16_t>(first + choice % count);
        auto const [known, is_new] =
            sets_.try_emplace({first, count}, static_cast<std::uint16_t>(net().port_sets.size()));
        if (is_new)
            net().port_sets.push_back(
                {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count), 1});
        return static_cast<std::uint16_t>(kFirstPortSet + known->second);
    }

    std::uint16_t one_listed(std::vector<std::uint16_t> const& ports)
    {
        auto const [known, is_new] =
            listed_.try_emplace(ports, static_cast<std::uint16_t>(net().port_sets.size()));
        if (is_new) {
            auto& all = net().listed_ports;
            net().port_sets.push_back(
                {static_cast<std::uint32_t>(all.size()), static_cast<std::uint16_t>(ports.size()), 0});
            all.insert(all.end(), ports.begin(), ports.end());
        }
        return static_cast<std::uint16_t>(kFirstPortSet + known->second);
    }

    template <class Visit>
    void for_each_gpu(Levels const& l, std::uint32_t part, Visit visit)
    {
        for (std::uint32_t g = part * l.gpus; g != (part + 1) * l.gpus; ++g)
            visit(g, seat_of(l, fabric_.spec, g));
    }

    std::uint16_t& route(NodeId node, std::uint32_t gpu)
    {
        return net().routes[plan_ + std::size_t{node - net().gpus} * net().gpus + gpu];
    }

    std::vector<Levels> const& levels_;
    Routing routing_;
    Fabric& fabric_;
    SwitchNumbers switches_;
    std::vector<bool> const* dead_ = nullptr;                                //!< of each link; none
    std::size_t plan_ = 0;                                                   //!< where its routes begin
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint16_t> sets_;  //!< of ports: first, count
    std::map<std::vector<std::uint16_t>, std::uint16_t> listed_;             //!< sets that leave ports out
    bool patches_ = false;                   //!< only where there is no route, by any living link
    std::uint64_t detours_ = 0;              //!< routes that avoid a dead link
    std::vector<std::uint16_t> ports_left_;  //!< scratch of one_of()
};

}  // namespace

void route(std::vector<Levels> const& levels, Routing routing, Fabric& fabric)
{
    Router(levels, routing, fabric).route_all(nullptr);
}

Rerouted reroute(std::vector<Levels> const& levels, Routing routing,
                 std::vector<std::vector<bool>> const& dead, Fabric& fabric)
{
    Router router(levels, routing, fabric);
    Rerouted rerouted;
    rerouted.detours = router.route_all(&dead.front());
    std::vector<bool> stuck(router.plan_size(), false);
    for (std::size_t plan = 1; plan != dead.size(); ++plan) {
        router.route_all(&dead[plan]);
        router.lead_as_far_as_possible(stuck);
    }
    rerouted.stuck = static_cast<std::uint64_t>(std::count(stuck.begin(), stuck.end(), true));
    return rerouted;
}

}  // namespace copperwall

#include "host/fabric/wiring.h"

#include <algorithm>
#include <map>

namespace copperwall {

namespace {

//! Where gpus of one part stand below the leaves.
struct Seat {
    std::uint32_t leaf;
    std::uint32_t port;
};

Seat seat_of(Levels const& levels, FabricSpec const& spec, std::uint32_t gpu)
{
    std::uint32_t place = gpu % levels.gpus;
    if (levels.by_rails()) place = gpu % spec.gpus * levels.rail_places + gpu / spec.gpus;
    return {place / levels.leaf->leaf_gpus, place % levels.leaf->leaf_gpus};
}

class Wirer {
public:
    Wirer(std::vector<Levels> const& levels, Routing routing, Fabric& fabric)
        : levels_(levels), routing_(routing), fabric_(fabric)
    {
    }

    void wire()
    {
        number_switches();
        reserve();
        for (NodeId gpu = 0; gpu != net().gpus; ++gpu) add_gpu(gpu);
        for_each_part([&](auto... part) { add_part(part...); });
        for_each_part([&](auto... part) { route_part(part...); });
    }

    std::uint64_t reroute(std::vector<bool> const& dead)
    {
        dead_ = &dead;
        number_switches();
        net().port_sets.clear();
        std::fill(net().routes.begin(), net().routes.end(), kNoRoute);
        for_each_part([&](auto... part) { route_part(part...); });
        return detours_;
    }

private:
    //! Of each network, plane and part.
    template <class Visit>
    void for_each_part(Visit visit)
    {
        for (std::size_t n = 0; n != levels_.size(); ++n)
            for (std::uint32_t plane = 0; plane != levels_[n].planes(); ++plane)
                for (std::uint32_t part = 0; part != levels_[n].parts; ++part) visit(n, plane, part);
    }

    Network& net() { return fabric_.network; }

    void number_switches()
    {
        first_switch_ = {net().gpus};
        for (Levels const& l : levels_) {
            first_port_.push_back(ports_);
            first_chip_.push_back(chips_);
            ports_ += l.planes();
            chips_ += l.leaf_chips() + l.parts * (l.spine_chips() + l.core_chips());
            first_switch_.push_back(first_switch_.back() + l.planes() * l.switches_per_plane());
        }
    }

    void reserve()
    {
        std::size_t links = 0;
        for (Levels const& l : levels_) {
            links +=
                std::size_t{2} * l.planes() * l.parts * (l.gpus + l.leaves * l.ups + l.spines() * l.core_ups);
            fabric_.switches_per_plane.push_back(l.switches_per_plane());
        }
        net().routes.assign(std::size_t{first_switch_.back() - net().gpus} * net().gpus, kNoRoute);
        net().links.reserve(links);
        net().nodes.reserve(first_switch_.back());
        fabric_.nodes.reserve(first_switch_.back());
    }

    NodeId leaf_node(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t leaf) const
    {
        Levels const& l = levels_[n];
        return first_switch_[n] + plane * l.switches_per_plane() + part * l.switches_per_part() + leaf;
    }

    NodeId spine_node(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t spine) const
    {
        return leaf_node(n, plane, part, levels_[n].leaves + spine);
    }

    NodeId core_node(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t core) const
    {
        return spine_node(n, plane, part, levels_[n].spines() + core);
    }

    void begin(PlacedNode node, std::uint32_t ports)
    {
        net().nodes.push_back({node.kind, static_cast<LinkId>(net().links.size()), ports, ports});
        fabric_.nodes.push_back(std::move(node));
    }

    void add(NodeId from, NodeId to, std::uint32_t port, std::uint32_t link_class, Arrival arrival)
    {
        net().links.push_back({.from = from,
                               .to = to,
                               .ingress_port = port,
                               .link_class = static_cast<std::uint16_t>(link_class),
                               .arrival = arrival});
    }

    static Arrival into(TierSpec const& tier)
    {
        return tier.switches.cut_through ? Arrival::head : Arrival::tail;
    }

    void add_gpu(NodeId gpu)
    {
        Levels const& inside = levels_.front();
        Seat const seat = seat_of(inside, fabric_.spec, gpu);
        PlacedNode node{.name = "gpu " + std::to_string(gpu), .kind = NodeKind::gpu};
        node.rack = gpu / inside.gpus * inside.leaves + seat.leaf;
        begin(std::move(node), ports_);
        for (std::size_t n = 0; n != levels_.size(); ++n) {
            Levels const& l = levels_[n];
            Seat const at = seat_of(l, fabric_.spec, gpu);
            for (std::uint32_t plane = 0; plane != l.planes(); ++plane)
                add(gpu, leaf_node(n, plane, gpu / l.gpus, at.leaf), at.port, l.first_class, into(*l.leaf));
        }
    }

    void add_part(std::size_t n, std::uint32_t plane, std::uint32_t part)
    {
        for (std::uint32_t leaf = 0; leaf != levels_[n].leaves; ++leaf) add_leaf(n, plane, part, leaf);
        for (std::uint32_t s = 0; s != levels_[n].spines(); ++s) add_spine(n, plane, part, s);
        for (std::uint32_t core = 0; core != levels_[n].cores(); ++core) add_core(n, plane, part, core);
    }

    void add_leaf(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t leaf)
    {
        Levels const& l = levels_[n];
        NodeId const id = leaf_node(n, plane, part, leaf);
        std::uint32_t const chip = chip_of_planes(l.planes(), l.leaf->switches.chips)[plane];
        PlacedNode node;
        node.kind = NodeKind::switch_chip;
        node.chip = first_chip_[n] + (part * l.leaves + leaf) * l.leaf->switches.chips + chip;
        node.rack = part * l.leaves + leaf;
        node.name = (l.leaf->outside ? l.leaf->name + " switch " : "switch ") + std::to_string(node.chip) +
                    " plane " + std::to_string(plane);
        begin(std::move(node), l.leaf->leaf_gpus + l.ups);
        for (std::uint32_t port = 0; port != l.leaf->leaf_gpus; ++port) {
            std::uint32_t const gpu = gpu_at(l, part, {leaf, port});
            if (gpu != kNone) add(id, gpu, first_port_[n] + plane, l.first_class + 1u, Arrival::tail);
        }
        // A leaf that is not full keeps its ports in order: those in use come first.
        auto& made = net().nodes.back();
        std::uint32_t const down = static_cast<std::uint32_t>(net().links.size()) - made.first_egress;
        made.egress_count = made.ingress_count = down + l.ups;
        for (std::uint32_t up = 0; up != l.ups; ++up) add_up(n, plane, part, leaf, up);
    }

    std::uint32_t gpu_at(Levels const& l, std::uint32_t part, Seat seat) const
    {
        std::uint32_t const place = seat.leaf * l.leaf->leaf_gpus + seat.port;
        if (!l.by_rails()) return place < l.gpus ? part * l.gpus + place : kNone;
        FabricSpec const& spec = fabric_.spec;
        std::uint32_t const domain = place % l.rail_places;
        bool const there = domain < spec.domains && place / l.rail_places < spec.gpus;
        return there ? domain * spec.gpus + place / l.rail_places : kNone;
    }

    std::uint32_t gpus_below(Levels const& l, std::uint32_t leaf) const
    {
        std::uint32_t const gpus = l.joined() ? l.gpus : fabric_.spec.domains;
        std::uint32_t const before = (l.joined() ? leaf : leaf % l.pod_leaves) * l.leaf->leaf_gpus;
        return std::min(l.leaf->leaf_gpus, gpus - before);
    }

    void add_up(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t leaf, std::uint32_t up)
    {
        Levels const& l = levels_[n];
        NodeId const id = leaf_node(n, plane, part, leaf);
        Arrival const arrival = into(*l.spine);
        if (!l.mesh()) {
            std::uint32_t const first = leaf / l.pod_leaves * l.pod_spines;
            NodeId const spine = spine_node(n, plane, part, first + up % l.pod_spines);
            std::uint32_t const port = leaf % l.pod_leaves * parallel(l) + up / l.pod_spines;
            return add(id, spine, port, l.first_class + 2u, arrival);
        }
        std::uint32_t const each = l.ups / (l.leaves - 1);
        std::uint32_t const slot = up / each;
        std::uint32_t const peer = slot < leaf ? slot : slot + 1;
        std::uint32_t const back = leaf < peer ? leaf : leaf - 1;
        add(id, leaf_node(n, plane, part, peer), gpus_below(l, peer) + back * each + up % each,
            l.first_class + (leaf < peer ? 2u : 3u), arrival);
    }

    //! Links from a leaf to each spine of its pod.
    static std::uint32_t parallel(Levels const& l) { return l.ups / l.pod_spines; }

    //! The same from a spine to each of its cores.
    static std::uint32_t core_parallel(Levels const& l) { return l.core_ups / l.core_group; }

    static std::uint32_t leaves_in(Levels const& l, std::uint32_t pod)
    {
        return std::min(l.pod_leaves, l.leaves - pod * l.pod_leaves);
    }

    //! Of a gpu among those that a spine of its pod leads to when packets go by destination.
    static std::uint32_t place_below_spine(Levels const& l, Seat seat)
    {
        return seat.leaf % l.pod_leaves * parallel(l) + seat.port % l.ups / l.pod_spines;
    }

    PlacedNode switch_of(TierSpec const& tier, std::uint32_t chip, std::uint32_t plane) const
    {
        PlacedNode node;
        node.kind = NodeKind::switch_chip;
        node.chip = chip;
        node.name = tier.name + " switch " + std::to_string(chip) + " plane " + std::to_string(plane);
        return node;
    }

    void add_spine(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t spine)
    {
        Levels const& l = levels_[n];
        NodeId const id = spine_node(n, plane, part, spine);
        std::uint32_t const pod = spine / l.pod_spines;
        std::uint32_t const place = spine % l.pod_spines;
        std::uint32_t const each = parallel(l);
        std::uint32_t const down = leaves_in(l, pod) * each;
        std::uint32_t const nodes = l.planes() * l.pod_spines;
        std::uint32_t const chip =
            first_chip_[n] + l.leaf_chips() + part * l.spine_chips() + pod * l.pod_chips() +
            static_cast<std::uint32_t>(std::uint64_t{plane * l.pod_spines + place} * l.pod_chips() / nodes);
        begin(switch_of(*l.spine, chip, plane), down + l.core_ups);
        for (std::uint32_t i = 0; i != down; ++i) {
            std::uint32_t const leaf = pod * l.pod_leaves + i / each;
            add(id, leaf_node(n, plane, part, leaf), gpus_below(l, leaf) + i % each * l.pod_spines + place,
                l.first_class + 3u, into(*l.leaf));
        }
        for (std::uint32_t up = 0; up != l.core_ups; ++up)
            add(id, core_node(n, plane, part, place * l.core_group + up % l.core_group),
                pod * core_parallel(l) + up / l.core_group, l.first_class + 4u, into(*l.core));
    }

    void add_core(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t core)
    {
        Levels const& l = levels_[n];
        NodeId const id = core_node(n, plane, part, core);
        std::uint32_t const place = core / l.core_group;
        std::uint32_t const each = core_parallel(l);
        std::uint32_t const nodes = l.planes() * l.cores();
        std::uint32_t const chip =
            first_chip_[n] + l.leaf_chips() + l.parts * l.spine_chips() + part * l.core_chips() +
            static_cast<std::uint32_t>(std::uint64_t{plane * l.cores() + core} * l.core_chips() / nodes);
        begin(switch_of(*l.core, chip, plane), l.pods * each);
        for (std::uint32_t i = 0; i != l.pods * each; ++i) {
            std::uint32_t const pod = i / each;
            std::uint32_t const up = i % each * l.core_group + core % l.core_group;
            add(id, spine_node(n, plane, part, pod * l.pod_spines + place),
                leaves_in(l, pod) * parallel(l) + up, l.first_class + 5u, into(*l.spine));
        }
    }

    //! From the gpus upwards, then down again: whether a way leads on has been found before it is asked for.
    void route_part(std::size_t n, std::uint32_t plane, std::uint32_t part)
    {
        Levels const& l = levels_[n];
        NodeId const first = leaf_node(n, plane, part, 0);
        NodeId const spine = spine_node(n, plane, part, 0);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            route(first + seat.leaf, gpu) = one_of(first + seat.leaf, gpu, seat.port, 1, 0);
        });
        for (std::uint32_t s = 0; s != l.spines(); ++s) route_down(l, spine + s, part, s / l.pod_spines);
        for (std::uint32_t core = 0; core != l.cores(); ++core)
            route_core(l, core_node(n, plane, part, core), part);
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
        return !(*dead_)[link] && (to == gpu || route(to, gpu) != kNoRoute);
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
                {static_cast<std::uint16_t>(all.size()), static_cast<std::uint16_t>(ports.size()), 0});
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
        return net().routes[std::size_t{node - net().gpus} * net().gpus + gpu];
    }

    std::vector<Levels> const& levels_;
    Routing routing_;
    Fabric& fabric_;
    std::vector<bool> const* dead_ = nullptr;                                //!< of each link; none
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint16_t> sets_;  //!< of ports: first, count
    std::map<std::vector<std::uint16_t>, std::uint16_t> listed_;             //!< sets that leave ports out
    std::uint64_t detours_ = 0;              //!< routes that avoid a dead link
    std::vector<std::uint16_t> ports_left_;  //!< scratch of one_of()
    std::vector<NodeId> first_switch_;       //!< of each network; one more at the end
    std::vector<std::uint32_t> first_port_;  //!< of a gpu into each network
    std::vector<std::uint32_t> first_chip_;
    std::uint32_t ports_ = 0;
    std::uint32_t chips_ = 0;
};

}  // namespace

void wire(std::vector<Levels> const& levels, Routing routing, Fabric& fabric)
{
    FabricSpec const& spec = fabric.spec;
    Network& network = fabric.network;
    network.gpus = spec.gpus * spec.domains;
    network.domain_gpus = spec.gpus;
    network.ports[kInside] = {levels.front().planes(), false};
    network.inside_classes = levels.front().link_classes();
    network.link_classes = network.inside_classes;
    if (levels.size() > 1) {
        network.ports[kOutside] = {levels[1].planes(), false};
        network.link_classes += levels[1].link_classes();
    }
    network.spreading.packets = routing == Routing::packet ? 1 : 0;
    network.spreading.adaptive = routing == Routing::adaptive;
    Wirer(levels, routing, fabric).wire();
}

std::uint64_t reroute(std::vector<Levels> const& levels, Routing routing, std::vector<bool> const& dead,
                      Fabric& fabric)
{
    return Wirer(levels, routing, fabric).reroute(dead);
}

std::vector<std::uint32_t> chip_of_planes(std::uint32_t planes, std::uint32_t chips)
{
    std::vector<std::uint32_t> share(chips, planes / chips);
    for (std::uint32_t i = 0; i < planes % chips; ++i) ++share[i % 2 == 0 ? i / 2 : chips - 1 - i / 2];
    std::vector<std::uint32_t> chip_of;
    for (std::uint32_t c = 0; c < chips; ++c) chip_of.insert(chip_of.end(), share[c], c);
    return chip_of;
}

}  // namespace copperwall

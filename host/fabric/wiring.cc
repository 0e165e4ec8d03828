#include "host/fabric/wiring.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

namespace copperwall {

namespace {

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b)
{
    return (a + b - 1) / b;
}

std::uint32_t links_up(TierSpec const& leaf, TierSpec const& spine)
{
    return static_cast<std::uint32_t>(std::floor(leaf.leaf_gpus / spine.oversubscription));
}

Levels make_levels(FabricSpec const& spec, TierSpec const& leaf, bool outside, std::uint16_t first_class)
{
    Levels l;
    l.leaf = &leaf;
    l.first_class = first_class;
    l.parts = outside ? 1 : spec.domains;
    l.gpus = outside ? spec.gpus * spec.domains : spec.gpus;
    l.leaves = ceil_div(l.gpus, leaf.leaf_gpus);
    for (TierSpec const& tier : spec.tiers)
        if (tier.above == leaf.name) l.spine = &tier;
    if (l.spine == nullptr) return l;
    l.ups = links_up(leaf, *l.spine);
    if (!l.mesh()) l.spines = std::max(1u, ceil_div(l.leaves * l.ups, l.spine->switches.ports));
    while (!l.mesh() && l.spines < l.ups && l.ups % l.spines != 0) ++l.spines;
    return l;
}

//! Where gpus of one part stand below the leaves.
struct Seat {
    std::uint32_t leaf;
    std::uint32_t port;
};

Seat seat_of(Levels const& levels, FabricSpec const& spec, std::uint32_t gpu)
{
    std::uint32_t place = gpu % levels.gpus;
    if (levels.leaf->rails) place = gpu % spec.gpus * spec.domains + gpu / spec.gpus;
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
            chips_ += l.leaf_chips() + l.parts * l.spine_chips();
            first_switch_.push_back(first_switch_.back() + l.planes() * l.switches_per_plane());
        }
    }

    void reserve()
    {
        std::size_t links = 0;
        for (Levels const& l : levels_) {
            links += std::size_t{2} * l.planes() * l.parts * (l.gpus + l.leaves * l.ups);
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
        return first_switch_[n] + plane * l.switches_per_plane() + part * (l.leaves + l.spines) + leaf;
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
        for (std::uint32_t spine = 0; spine != levels_[n].spines; ++spine) add_spine(n, plane, part, spine);
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
        if (place >= l.gpus) return kNone;
        if (!l.leaf->rails) return part * l.gpus + place;
        FabricSpec const& spec = fabric_.spec;
        return place % spec.domains * spec.gpus + place / spec.domains;
    }

    std::uint32_t gpus_below(Levels const& l, std::uint32_t leaf) const
    {
        return std::min(l.leaf->leaf_gpus, l.gpus - leaf * l.leaf->leaf_gpus);
    }

    void add_up(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t leaf, std::uint32_t up)
    {
        Levels const& l = levels_[n];
        NodeId const id = leaf_node(n, plane, part, leaf);
        Arrival const arrival = into(*l.spine);
        if (!l.mesh()) {
            NodeId const spine = leaf_node(n, plane, part, l.leaves + up % l.spines);
            std::uint32_t const each = l.ups / l.spines;
            return add(id, spine, leaf * each + up / l.spines, l.first_class + 2u, arrival);
        }
        std::uint32_t const each = l.ups / (l.leaves - 1);
        std::uint32_t const slot = up / each;
        std::uint32_t const peer = slot < leaf ? slot : slot + 1;
        std::uint32_t const back = leaf < peer ? leaf : leaf - 1;
        add(id, leaf_node(n, plane, part, peer), gpus_below(l, peer) + back * each + up % each,
            l.first_class + (leaf < peer ? 2u : 3u), arrival);
    }

    void add_spine(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t spine)
    {
        Levels const& l = levels_[n];
        NodeId const id = leaf_node(n, plane, part, l.leaves + spine);
        std::uint32_t const each = l.ups / l.spines;
        std::uint32_t const nodes = l.planes() * l.spines;
        PlacedNode node;
        node.kind = NodeKind::switch_chip;
        node.chip =
            first_chip_[n] + l.leaf_chips() + part * l.spine_chips() +
            static_cast<std::uint32_t>(std::uint64_t{plane * l.spines + spine} * l.spine_chips() / nodes);
        node.name =
            l.spine->name + " switch " + std::to_string(node.chip) + " plane " + std::to_string(plane);
        begin(std::move(node), l.leaves * each);
        for (std::uint32_t leaf = 0; leaf != l.leaves; ++leaf)
            for (std::uint32_t i = 0; i != each; ++i)
                add(id, leaf_node(n, plane, part, leaf), gpus_below(l, leaf) + i * l.spines + spine,
                    l.first_class + 3u, into(*l.leaf));
    }

    //! From the gpus upwards: whether a way leads on has been found before it is asked for.
    void route_part(std::size_t n, std::uint32_t plane, std::uint32_t part)
    {
        Levels const& l = levels_[n];
        NodeId const first = leaf_node(n, plane, part, 0);
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            route(first + seat.leaf, gpu) = one_of(first + seat.leaf, gpu, seat.port, 1, 0);
        });
        for (std::uint32_t spine = 0; spine != l.spines; ++spine)
            route_spine(l, first + l.leaves + spine, part);
        for (std::uint32_t leaf = 0; leaf != l.leaves; ++leaf) route_up(l, first + leaf, part, leaf);
    }

    void route_spine(Levels const& l, NodeId id, std::uint32_t part)
    {
        std::uint32_t const each = l.ups / l.spines;
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            route(id, gpu) = one_of(id, gpu, seat.leaf * each, each, seat.port % l.ups / l.spines);
        });
    }

    void route_up(Levels const& l, NodeId id, std::uint32_t part, std::uint32_t leaf)
    {
        std::uint32_t const down = net().nodes[id].egress_count - l.ups;
        for_each_gpu(l, part, [&](std::uint32_t gpu, Seat seat) {
            if (seat.leaf == leaf || l.ups == 0) return;
            if (l.mesh()) {
                std::uint32_t const each = l.ups / (l.leaves - 1);
                std::uint32_t const slot = seat.leaf < leaf ? seat.leaf : seat.leaf - 1;
                route(id, gpu) = one_of(id, gpu, down + slot * each, each, seat.port);
            } else {
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

std::uint32_t Levels::spine_chips() const
{
    if (spines == 0) return 0;
    return ceil_div(planes() * leaves * ups, spine->switches.ports);
}

std::string spine_problem(TierSpec const& leaf, TierSpec const& spine, std::uint32_t gpus)
{
    std::ostringstream text;
    double const ups = leaf.leaf_gpus / spine.oversubscription;
    std::uint32_t const leaves = ceil_div(gpus, std::max(1u, leaf.leaf_gpus));
    if (!(spine.oversubscription >= 1))
        text << "oversubscription of '" << spine.name << "' is " << spine.oversubscription
             << " (links down over links up of a leaf); use 1 or more";
    else if (ups != std::floor(ups) || ups < 1)
        text << "oversubscription of '" << spine.name << "' is " << spine.oversubscription << ", and "
             << leaf.leaf_gpus << " links down over it are " << ups
             << " links up (no whole number); take a divisor of " << leaf.leaf_gpus;
    else if (spine.wiring == "mesh" && leaves > 1 && static_cast<std::uint32_t>(ups) % (leaves - 1) != 0)
        text << "the " << ups << " links up of a leaf cannot be shared evenly by the other " << leaves - 1
             << " leaves of mesh '" << spine.name << "'; change leaf_gpus or oversubscription";
    else if (spine.wiring != "mesh" && spine.switches.ports < leaves)
        text << "a switch of '" << spine.name << "' has " << spine.switches.ports << " ports for " << leaves
             << " leaves (each needs a link to every spine); raise ports or leaf_gpus";
    return text.str();
}

std::vector<Levels> levels_of(FabricSpec const& spec)
{
    std::vector<Levels> levels;
    std::uint16_t first_class = 0;
    for (bool const outside : {false, true})
        for (TierSpec const& tier : spec.tiers) {
            if (!tier.above.empty() || tier.outside != outside) continue;
            levels.push_back(make_levels(spec, tier, outside, first_class));
            first_class = static_cast<std::uint16_t>(first_class + (levels.back().spine != nullptr ? 4 : 2));
        }
    return levels;
}

void wire(std::vector<Levels> const& levels, Routing routing, Fabric& fabric)
{
    FabricSpec const& spec = fabric.spec;
    Network& network = fabric.network;
    network.gpus = spec.gpus * spec.domains;
    network.domain_gpus = spec.gpus;
    network.ports[kInside] = {levels.front().planes(), false};
    network.inside_classes = levels.front().spine != nullptr ? 4 : 2;
    network.link_classes = network.inside_classes;
    if (levels.size() > 1) {
        network.ports[kOutside] = {levels[1].planes(), false};
        network.link_classes += levels[1].spine != nullptr ? 4 : 2;
    }
    network.spreading.packets = routing == Routing::packet ? 1 : 0;
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

#include "host/fabric/wiring.h"

#include <algorithm>

#include "host/fabric/places.h"

namespace copperwall {

namespace {

class Wirer {
public:
    Wirer(std::vector<Levels> const& levels, Fabric& fabric)
        : levels_(levels), fabric_(fabric), switches_(levels, fabric.network.gpus)
    {
    }

    void wire()
    {
        number();
        reserve();
        for (NodeId gpu = 0; gpu != net().gpus; ++gpu) add_gpu(gpu);
        switches_.for_each_part([&](auto... part) { add_part(part...); });
    }

private:
    Network& net() { return fabric_.network; }

    void number()
    {
        for (Levels const& l : levels_) {
            first_port_.push_back(ports_);
            first_chip_.push_back(chips_);
            ports_ += l.planes();
            chips_ += l.leaf_chips() + l.parts * (l.spine_chips() + l.core_chips());
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
        net().links.reserve(links);
        net().nodes.reserve(switches_.end());
        fabric_.nodes.reserve(switches_.end());
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
                add(gpu, switches_.leaf(n, plane, gpu / l.gpus, at.leaf), at.port, l.first_class,
                    into(*l.leaf));
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
        NodeId const id = switches_.leaf(n, plane, part, leaf);
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
        NodeId const id = switches_.leaf(n, plane, part, leaf);
        Arrival const arrival = into(*l.spine);
        if (!l.mesh()) {
            std::uint32_t const first = leaf / l.pod_leaves * l.pod_spines;
            NodeId const spine = switches_.spine(n, plane, part, first + up % l.pod_spines);
            std::uint32_t const port = leaf % l.pod_leaves * parallel(l) + up / l.pod_spines;
            return add(id, spine, port, l.first_class + 2u, arrival);
        }
        std::uint32_t const each = l.ups / (l.leaves - 1);
        std::uint32_t const slot = up / each;
        std::uint32_t const peer = slot < leaf ? slot : slot + 1;
        std::uint32_t const back = leaf < peer ? leaf : leaf - 1;
        add(id, switches_.leaf(n, plane, part, peer), gpus_below(l, peer) + back * each + up % each,
            l.first_class + (leaf < peer ? 2u : 3u), arrival);
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
        NodeId const id = switches_.spine(n, plane, part, spine);
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
            add(id, switches_.leaf(n, plane, part, leaf),
                gpus_below(l, leaf) + i % each * l.pod_spines + place, l.first_class + 3u, into(*l.leaf));
        }
        for (std::uint32_t up = 0; up != l.core_ups; ++up)
            add(id, switches_.core(n, plane, part, place * l.core_group + up % l.core_group),
                pod * core_parallel(l) + up / l.core_group, l.first_class + 4u, into(*l.core));
    }

    void add_core(std::size_t n, std::uint32_t plane, std::uint32_t part, std::uint32_t core)
    {
        Levels const& l = levels_[n];
        NodeId const id = switches_.core(n, plane, part, core);
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
            add(id, switches_.spine(n, plane, part, pod * l.pod_spines + place),
                leaves_in(l, pod) * parallel(l) + up, l.first_class + 5u, into(*l.spine));
        }
    }

    std::vector<Levels> const& levels_;
    Fabric& fabric_;
    SwitchNumbers switches_;
    std::vector<std::uint32_t> first_port_;  //!< of a gpu into each network
    std::vector<std::uint32_t> first_chip_;
    std::uint32_t ports_ = 0;
    std::uint32_t chips_ = 0;
};

}  // namespace

void wire(std::vector<Levels> const& levels, Routing routing, std::uint32_t in_a_row, Fabric& fabric)
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
    network.spreading.packets = routing == Routing::packet ? in_a_row : 0;
    network.spreading.adaptive = routing == Routing::adaptive;
    Wirer(levels, fabric).wire();
    route(levels, routing, fabric);
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

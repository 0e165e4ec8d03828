#include "host/fabric/link_selection.h"

#include <algorithm>
#include <sstream>

#include "host/fabric/wiring.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

class Selection {
public:
    Selection(LinkSelector const& selector, Fabric const& fabric)
        : selector_(selector),
          fabric_(fabric),
          network_(fabric.network),
          tiers_(tiers_by_class(levels_of(fabric.spec)))
    {
    }

    //! Of a link up.
    bool holds(LinkId up) const
    {
        Link const& link = network_.links[up];
        TierSpec const& tier = *tiers_[link.link_class / 2];
        if (!holds(tier)) return false;
        std::uint32_t const group = tier.outside ? kOutside : kInside;
        if (!in_row(plane_of(up, group), selector_.plane, selector_.planes)) return false;
        if (selector_.gpu >= 0) return link.from == static_cast<NodeId>(selector_.gpu);
        return at_chip(link.from, up - network_.nodes[link.from].first_egress) ||
               at_chip(link.to, link.ingress_port);
    }

private:
    bool holds(TierSpec const& tier) const
    {
        if (!selector_.tier.empty()) return tier.name == selector_.tier;
        return selector_.chip >= 0 || (!tier.outside && tier.above.empty());
    }

    std::uint32_t plane_of(LinkId up, std::uint32_t group) const
    {
        Link const& link = network_.links[up];
        if (link.from < network_.gpus)
            return up - network_.nodes[link.from].first_egress - network_.first_port(group);
        std::uint32_t const inside = network_.ports[kInside].planes * fabric_.switches_per_plane.front();
        std::uint32_t const first = network_.gpus + (group == kInside ? 0 : inside);
        return (link.from - first) / fabric_.switches_per_plane[group];
    }

    bool at_chip(NodeId node, std::uint32_t port) const
    {
        return node >= network_.gpus &&
               fabric_.nodes[node].chip == static_cast<std::uint32_t>(selector_.chip) &&
               in_row(port, selector_.port, selector_.ports);
    }

    static bool in_row(std::uint32_t number, std::int32_t first, std::int32_t count)
    {
        if (first < 0) return true;
        auto const begin = static_cast<std::uint32_t>(first);
        return number >= begin && number - begin < static_cast<std::uint32_t>(count);
    }

    LinkSelector selector_;
    Fabric const& fabric_;
    Network const& network_;
    std::vector<TierSpec const*> tiers_;
};

//! Links up that a selector names; both directions are found from them.
std::vector<LinkId> selected_up(LinkSelector const& selector, Fabric const& fabric)
{
    Selection const selection(selector, fabric);
    std::vector<LinkId> up;
    for (LinkId link = 0; link != fabric.network.links.size(); ++link)
        if (fabric.network.links[link].link_class % 2 == 0 && selection.holds(link)) up.push_back(link);
    return up;
}

void require_some(LinkSelector const& selector, Place const& place, Fabric const& fabric)
{
    if (!selected_up(selector, fabric).empty()) return;
    throw InputError({Diagnostic{place,
                                 "there is no link like that in " + fabric.spec.name + " (" +
                                     text_of(selector, 0) + "); see /entry/topology of a result",
                                 {},
                                 {}}});
}

//! Of several planes or ports, each.
void require_all(LinkSelector const& selector, Place const& place, Fabric const& fabric)
{
    require_some(selector, place, fabric);
    LinkSelector one = selector;
    one.planes = one.ports = 1;
    for (std::int32_t plane = 0; plane != (selector.planes == 1 ? 0 : selector.planes); ++plane) {
        one.plane = selector.plane + plane;
        require_some(one, place, fabric);
    }
    one = selector;
    one.ports = 1;
    for (std::int32_t port = 0; port != (selector.ports == 1 ? 0 : selector.ports); ++port) {
        one.port = selector.port + port;
        require_some(one, place, fabric);
    }
}

//! Whether some route of the switch lets packets choose among ports of which this is one.
bool chosen_among(Network const& network, NodeId node, std::uint32_t port)
{
    for (std::uint32_t gpu = 0; gpu != network.gpus; ++gpu) {
        std::uint16_t const route = network.route(node, gpu);
        if (route == kNoRoute || route < kFirstPortSet) continue;
        PortSet const set = network.ports_of(route);
        for (std::uint32_t i = 0; i != set.count; ++i)
            if (network.port_of(set, i) == port) return true;
    }
    return false;
}

}  // namespace

std::vector<LinkId> selected_links(LinkSelector const& selector, Place const& place, Fabric const& fabric)
{
    require_all(selector, place, fabric);
    std::vector<LinkId> links;
    for (LinkId const up : selected_up(selector, fabric)) {
        if (selector.direction != Direction::down) links.push_back(up);
        if (selector.direction != Direction::up) links.push_back(twin_of(up, fabric.network));
    }
    std::sort(links.begin(), links.end());
    return links;
}

void require_one_way(std::vector<LinkId> const& links, Place const& place, Fabric const& fabric)
{
    Network const& network = fabric.network;
    if (network.port_sets.empty()) return;
    for (LinkId const link : links) {
        NodeId const node = network.links[link].from;
        if (node < network.gpus || !chosen_among(network, node, link - network.nodes[node].first_egress))
            continue;
        throw InputError({Diagnostic{place,
                                     "'rate' of a link among which packets choose, as many by each (link " +
                                         std::to_string(link) + ", of " + fabric.nodes[node].name +
                                         "); take routing = \"destination\", or other links",
                                     {},
                                     {}}});
    }
}

namespace {

//! "plane 5", "planes 4 to 7".
std::string row_text(char const* name, std::int32_t first, std::int32_t count)
{
    if (count == 1) return std::string(name) + ' ' + std::to_string(first);
    return std::string(name) + "s " + std::to_string(first) + " to " + std::to_string(first + count - 1);
}

}  // namespace

std::string text_of(LinkSelector const& selector, std::size_t links)
{
    char const* const directions[] = {"both directions", "up", "down"};
    std::ostringstream text;
    if (selector.gpu >= 0)
        text << "gpu " << selector.gpu;
    else
        text << "chip " << selector.chip;
    if (selector.port >= 0) text << ", " << row_text("port", selector.port, selector.ports);
    if (!selector.tier.empty()) text << ", tier " << selector.tier;
    if (selector.plane >= 0)
        text << ", " << row_text("plane", selector.plane, selector.planes);
    else
        text << ", all planes";
    text << ", " << directions[static_cast<int>(selector.direction)] << " (" << links
         << (links == 1 ? " link)" : " links)");
    return text.str();
}

}  // namespace copperwall

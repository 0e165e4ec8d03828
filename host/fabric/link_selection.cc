#include "host/fabric/link_selection.h"

#include <algorithm>
#include <sstream>

#include "host/fabric/wiring.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

//! Link classes come in twos, up and down.
std::vector<TierSpec const*> tiers_by_twos(FabricSpec const& spec)
{
    std::vector<TierSpec const*> tiers;
    for (Levels const& l : levels_of(spec)) {
        tiers.push_back(l.leaf);
        if (l.spine != nullptr) tiers.push_back(l.spine);
    }
    return tiers;
}

class Selection {
public:
    Selection(LinkSelector const& selector, Fabric const& fabric)
        : selector_(selector), fabric_(fabric), network_(fabric.network), tiers_(tiers_by_twos(fabric.spec))
    {
    }

    //! Of a link up.
    bool holds(LinkId up) const
    {
        Link const& link = network_.links[up];
        TierSpec const& tier = *tiers_[link.link_class / 2];
        if (!holds(tier)) return false;
        std::uint32_t const group = tier.outside ? kOutside : kInside;
        if (selector_.plane >= 0 && plane_of(up, group) != static_cast<std::uint32_t>(selector_.plane))
            return false;
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
               (selector_.port < 0 || port == static_cast<std::uint32_t>(selector_.port));
    }

    LinkSelector const& selector_;
    Fabric const& fabric_;
    Network const& network_;
    std::vector<TierSpec const*> tiers_;
};

}  // namespace

std::vector<LinkId> selected_links(LinkSelector const& selector, Place const& place, Fabric const& fabric)
{
    Network const& network = fabric.network;
    Selection const selection(selector, fabric);
    std::vector<LinkId> links;
    for (LinkId up = 0; up != network.links.size(); ++up) {
        if (network.links[up].link_class % 2 != 0 || !selection.holds(up)) continue;
        if (selector.direction != Direction::down) links.push_back(up);
        if (selector.direction != Direction::up) links.push_back(twin_of(up, network));
    }
    if (links.empty())
        throw InputError({Diagnostic{place,
                                     "there is no link like that in " + fabric.spec.name + " (" +
                                         text_of(selector, 0) + "); see /entry/topology of a result",
                                     {},
                                     {}}});
    std::sort(links.begin(), links.end());
    return links;
}

std::string text_of(LinkSelector const& selector, std::size_t links)
{
    char const* const directions[] = {"both directions", "up", "down"};
    std::ostringstream text;
    if (selector.gpu >= 0)
        text << "gpu " << selector.gpu;
    else
        text << "chip " << selector.chip;
    if (selector.port >= 0) text << ", port " << selector.port;
    if (!selector.tier.empty()) text << ", tier " << selector.tier;
    if (selector.plane >= 0)
        text << ", plane " << selector.plane;
    else
        text << ", all planes";
    text << ", " << directions[static_cast<int>(selector.direction)] << " (" << links
         << (links == 1 ? " link)" : " links)");
    return text.str();
}

}  // namespace copperwall

#include "host/fabric/slowed.h"

#include <map>
#include <sstream>
#include <utility>

namespace copperwall {
namespace {

std::uint32_t group_of(SlowedSpec const& slowed, FabricSpec const& spec)
{
    for (TierSpec const& tier : spec.tiers)
        if (tier.above.empty() && tier.name == slowed.tier && tier.outside) return kOutside;
    return kInside;
}

//! Adds rows to Network::rates_Bps: of a tier and a rate one, since a row also has the tier's frames.
class Rates {
public:
    explicit Rates(Network& network) : network_(network) {}

    void slow(LinkId id, double part)
    {
        Link& link = network_.links[id];
        auto const own = static_cast<std::uint16_t>(link.link_class / 2);
        auto const rate_Bps = static_cast<std::int64_t>(static_cast<double>(network_.rates_Bps[own]) * part);
        link.rate = part == 1 ? own : row(own, rate_Bps);
    }

private:
    std::uint16_t row(std::uint16_t tier, std::int64_t rate_Bps)
    {
        auto const [found, added] = rows_.try_emplace({tier, rate_Bps}, network_.rates_Bps.size());
        if (added) network_.rates_Bps.push_back(rate_Bps);
        return static_cast<std::uint16_t>(found->second);
    }

    Network& network_;
    std::map<std::pair<std::uint16_t, std::int64_t>, std::size_t> rows_;
};

LinkId twin_of(LinkId up, Network const& network)
{
    NodeId const gpu = network.links[up].from;
    std::uint32_t const port = up - network.nodes[gpu].first_egress;
    Node const& leaf = network.nodes[network.links[up].to];
    for (LinkId down = leaf.first_egress; down != leaf.first_egress + leaf.egress_count; ++down)
        if (network.links[down].to == gpu && network.links[down].ingress_port == port) return down;
    return up;  // wiring makes links in pairs
}

std::string text_of(SlowedSpec const& slowed)
{
    char const* const directions[] = {"both directions", "from it", "to it"};
    std::ostringstream text;
    text << "gpu " << slowed.gpu << " has slowed links" << (slowed.tier.empty() ? "" : " of tier ")
         << slowed.tier << ": ";
    if (slowed.plane < 0)
        text << "all planes";
    else
        text << "plane " << slowed.plane;
    text << ", " << directions[static_cast<int>(slowed.direction)] << ", at " << 100 * slowed.rate
         << " % of their rate; the closed form knows nothing of it";
    return text.str();
}

}  // namespace

void slow_down(std::vector<SlowedSpec> const& all, Fabric& fabric)
{
    Network& network = fabric.network;
    Rates rates(network);
    for (SlowedSpec const& slowed : all) {
        std::uint32_t const group = group_of(slowed, fabric.spec);
        LinkId const first = network.nodes[slowed.gpu].first_egress + network.first_port(group);
        for (std::uint32_t plane = 0; plane != network.ports[group].planes; ++plane) {
            if (slowed.plane >= 0 && plane != static_cast<std::uint32_t>(slowed.plane)) continue;
            if (slowed.direction != Direction::down) rates.slow(first + plane, slowed.rate);
            if (slowed.direction != Direction::up) rates.slow(twin_of(first + plane, network), slowed.rate);
        }
        fabric.notes.push_back(text_of(slowed));
    }
}

}  // namespace copperwall

#include "host/fabric/slowed.h"

#include <map>
#include <sstream>
#include <utility>

#include "host/fabric/link_selection.h"

namespace copperwall {
namespace {

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

}  // namespace

void slow_down(std::vector<SlowedSpec> const& all, Fabric& fabric)
{
    Rates rates(fabric.network);
    for (SlowedSpec const& slowed : all) {
        auto const links = selected_links(slowed.links, slowed.place, fabric);
        for (LinkId const link : links) rates.slow(link, slowed.rate);
        std::ostringstream text;
        text << "slowed: " << text_of(slowed.links, links.size()) << ", at " << 100 * slowed.rate
             << " % of their rate; the closed form knows nothing of it";
        fabric.notes.push_back(text.str());
    }
}

}  // namespace copperwall

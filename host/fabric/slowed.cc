#include "host/fabric/slowed.h"

#include <sstream>

#include "host/fabric/link_selection.h"
#include "host/fabric/rate_rows.h"

namespace copperwall {
void slow_down(std::vector<SlowedSpec> const& all, Fabric& fabric)
{
    RateRows rates(fabric.network);
    for (SlowedSpec const& slowed : all) {
        auto const links = selected_links(slowed.links, slowed.place, fabric);
        require_one_way(links, slowed.place, fabric);
        for (LinkId const id : links) {
            Link& link = fabric.network.links[id];
            link.rate = rates.part_of(link, slowed.rate);
        }
        std::ostringstream text;
        text << "slowed: " << text_of(slowed.links, links.size()) << ", at " << 100 * slowed.rate
             << " % of their rate; the closed form knows nothing of it";
        fabric.notes.push_back(text.str());
    }
}

}  // namespace copperwall

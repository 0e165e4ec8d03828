#include "host/fabric/outages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "host/fabric/link_selection.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

//! An outage as it sorts.
using Span = std::pair<Time, Time>;  //!< down, up

Time to_fs(double us)
{
    return static_cast<Time>(std::llround(us * static_cast<double>(kFsPerUs)));
}

Span span_of(OutageSpec const& outage)
{
    Time const down = to_fs(outage.at_us);
    return {down, std::isinf(outage.for_us) ? kNever : down + to_fs(outage.for_us)};
}

std::vector<Span> apart(std::vector<Span> spans)
{
    std::sort(spans.begin(), spans.end());
    std::vector<Span> joined;
    for (Span const& span : spans) {
        if (!joined.empty() && span.first <= joined.back().second)
            joined.back().second = std::max(joined.back().second, span.second);
        else
            joined.push_back(span);
    }
    return joined;
}

std::string note_of(OutageSpec const& outage, std::size_t links)
{
    std::ostringstream text;
    text << "down " << outage.at_us << " us after the call";
    if (std::isinf(outage.for_us))
        text << ", for good: ";
    else
        text << " for " << outage.for_us << " us: ";
    text << text_of(outage.links, links)
         << "; what waits for them counts as queueing, the closed form knows nothing of it";
    return text.str();
}

//! Puts lists into the network, each once, so that planes that are down alike can be folded.
class Lists {
public:
    explicit Lists(Network& network) : network_(network) { network.outages = {{}}; }

    std::size_t place(std::vector<Span> const& spans)
    {
        auto const [found, added] = places_.try_emplace(spans, network_.outages.size());
        if (added) {
            for (auto const& [down, up] : spans) network_.outages.push_back({down, up});
            network_.outages.push_back({});
        }
        return found->second;
    }

private:
    Network& network_;
    std::map<std::vector<Span>, std::size_t> places_;
};

}  // namespace

void take_down(std::vector<OutageSpec> const& outages, Fabric& fabric)
{
    std::map<LinkId, std::vector<Span>> by_link;
    for (OutageSpec const& outage : outages) {
        if (to_fs(std::min(outage.for_us, 1.0)) == 0) continue;
        auto const links = selected_links(outage.links, outage.place, fabric);
        for (LinkId const link : links) by_link[link].push_back(span_of(outage));
        fabric.notes.push_back(note_of(outage, links.size()));
    }
    if (by_link.empty()) return;
    Lists lists(fabric.network);
    for (auto const& [link, spans] : by_link) {
        std::size_t const place = lists.place(apart(spans));
        if (place > std::numeric_limits<std::uint16_t>::max())
            throw InputError(
                {Diagnostic{outages.back().place, "too many different outages (65,535 in all)", {}, {}}});
        fabric.network.links[link].outages = static_cast<std::uint16_t>(place);
    }
}

}  // namespace copperwall

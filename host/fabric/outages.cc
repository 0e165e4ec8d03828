#include "host/fabric/outages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "host/fabric/link_selection.h"
#include "host/fabric/rate_rows.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

//! An outage as it sorts.
struct Span {
    Time down = 0;
    Time up = 0;
    std::uint16_t rate_after = kSameRate;

    auto operator<=>(Span const&) const = default;
};

Time to_fs(double us)
{
    return static_cast<Time>(std::llround(us * static_cast<double>(kFsPerUs)));
}

Span span_of(OutageSpec const& outage, Link const& link, RateRows& rates)
{
    Time const down = to_fs(outage.at_us);
    return {down, std::isinf(outage.for_us) ? kNever : down + to_fs(outage.for_us),
            outage.rate == 0 ? kSameRate : rates.part_of(link, outage.rate)};
}

//! Of two that overlap or touch, the rate of the one that ends last counts, if it has one.
void join(Span& first, Span const& next)
{
    if (next.rate_after != kSameRate && (next.up >= first.up || first.rate_after == kSameRate))
        first.rate_after = next.rate_after;
    first.up = std::max(first.up, next.up);
}

std::vector<Span> apart(std::vector<Span> spans)
{
    std::sort(spans.begin(), spans.end());
    std::vector<Span> joined;
    for (Span const& span : spans) {
        if (!joined.empty() && span.down <= joined.back().up)
            join(joined.back(), span);
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
    text << text_of(outage.links, links);
    if (outage.rate != 0) text << ", then at " << 100 * outage.rate << " % of their rate";
    text << "; what waits for them counts as queueing, the closed form knows nothing of it";
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
            for (Span const& span : spans) network_.outages.push_back({span.down, span.up, span.rate_after});
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
    RateRows rates(fabric.network);
    std::map<LinkId, std::vector<Span>> by_link;
    for (OutageSpec const& outage : outages) {
        if (to_fs(std::min(outage.for_us, 1.0)) == 0) continue;
        auto const links = selected_links(outage.links, outage.place, fabric);
        if (outage.rate != 0) require_one_way(links, outage.place, fabric);
        for (LinkId const link : links)
            by_link[link].push_back(span_of(outage, fabric.network.links[link], rates));
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

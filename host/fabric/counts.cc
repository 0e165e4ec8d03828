#include "host/fabric/counts.h"

#include <algorithm>
#include <set>

namespace copperwall {

namespace {

//! Row of each class; rows are added as tiers appear.
std::vector<std::size_t> rows_of(Fabric const& fabric, std::vector<TierCount>& counts)
{
    std::vector<std::size_t> rows;
    for (LinkClass const& c : fabric.classes) {
        auto const known =
            std::find_if(counts.begin(), counts.end(), [&](TierCount const& t) { return t.tier == c.tier; });
        rows.push_back(static_cast<std::size_t>(known - counts.begin()));
        if (known == counts.end()) counts.emplace_back().tier = c.tier;
    }
    return rows;
}

void add_class(LinkClass const& c, TierCount& count)
{
    bool const first = count.lanes == 0;
    count.lanes += static_cast<double>(c.count) * c.lanes;
    if (c.up) count.links += c.count;
    if (c.medium == "fibre") count.optical_ends += c.count;  // / 2 directions x 2 ends
    count.shortest_m = first ? c.shortest_m : std::min(count.shortest_m, c.shortest_m);
    count.longest_m = std::max(count.longest_m, c.longest_m);
    if (!carries_packets(c)) count.all_lanes_m += static_cast<double>(c.count) * c.lanes * c.longest_m;
}

//! A chip belongs to the first tier that leads up into it: the other side of a mesh is no further tier of
//! chips.
void count_chips(Fabric const& fabric, std::vector<std::size_t> const& rows, std::vector<TierCount>& counts)
{
    std::vector<bool> seen(fabric.nodes.size());
    std::set<std::uint32_t> chips;
    for (std::size_t row = 0; row != counts.size(); ++row)
        for (Link const& link : fabric.network.links) {
            if (rows[link.link_class] != row || !fabric.classes[link.link_class].up || seen[link.to])
                continue;
            seen[link.to] = true;
            if (chips.insert(fabric.nodes[link.to].chip).second) ++counts[row].chips;
        }
}

}  // namespace

std::vector<TierCount> count_by_tier(Fabric const& fabric)
{
    std::vector<TierCount> counts;
    auto const rows = rows_of(fabric, counts);
    for (std::size_t c = 0; c != rows.size(); ++c) add_class(fabric.classes[c], counts[rows[c]]);
    for (std::size_t l = 0; l != fabric.lengths_m.size(); ++l) {
        std::uint16_t const c = fabric.network.links[l].link_class;
        counts[rows[c]].all_lanes_m += fabric.lengths_m[l] * fabric.classes[c].lanes;
    }
    count_chips(fabric, rows, counts);
    return counts;
}

}  // namespace copperwall
